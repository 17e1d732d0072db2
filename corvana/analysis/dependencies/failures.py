"""Failures of services, and how often one follows another's: counted, and expected by chance.

A *failure* is an incident on a service with no other incident on it in the hour before: a burst
counts once, at its start. `analysis.cascades` defines chance.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

WINDOW: Final = timedelta(minutes=10)
QUIET: Final = timedelta(hours=1)
_COMMON: Final = 5.0
_COMMON_PAIRS: Final = 30
_HOURS: Final = 168
_HOUR: Final = 3600

Numbers = npt.NDArray[Any]


class Meetings(NamedTuple):
    """How often the services of `names` fail together; a and b are positions in `names`.

    `failures` [a]; `ahead` [a, b, 0]: how often b followed a within the window, [a, b, 1]: at the
    same instant; `expected` [a, b]: mean failures together by chance, in either order.
    """

    names: Numbers
    failures: Numbers
    ahead: Numbers
    expected: Numbers


def onsets(incidents: pd.DataFrame, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the failures in [start, end), in order of time: service_id (a category), at (seconds
    since the epoch), position (of the incident among `incidents`)."""
    is_inside = incidents["created_at"].ge(start) & incidents["created_at"].lt(end)
    position = np.flatnonzero(is_inside & incidents["service_id"].notna())
    kept = incidents.iloc[position]
    service = pd.Categorical(kept["service_id"]).remove_unused_categories()
    at = kept["created_at"].astype("datetime64[us, UTC]").astype("int64").to_numpy() / 1e6
    order = np.lexsort((at, service.codes))
    code, at = service.codes[order], at[order]
    again = (code[1:] == code[:-1]) & (np.diff(at) <= QUIET.total_seconds())
    begins = np.r_[True, ~again][: order.size]
    first = order[begins]
    return pd.DataFrame(
        {"service_id": service[first], "at": at[begins], "position": position[first]}
    ).sort_values("at", ignore_index=True, kind="stable")


def neighbours(at: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the positions (earlier, later) of all failures within the window of each other."""
    step = 1
    while step < at.size:
        near = np.flatnonzero(at[step:] - at[:-step] <= WINDOW.total_seconds())
        if not near.size:
            return
        yield near, near + step
        step += 1


def meetings(failures: pd.DataFrame, start: datetime, end: datetime) -> Meetings:
    """Count how often the services of `onsets` failed together in [start, end)."""
    names = failures["service_id"].cat.categories.to_numpy(dtype=object)
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    at = failures["at"].to_numpy()
    ahead = _ahead(code, at, names.size)
    mean = _mean(code, at, names.size, start, end)
    together = ahead.sum(axis=2) + ahead[:, :, 0].T
    return Meetings(
        names, np.bincount(code, minlength=names.size), ahead, mean * _busy(together, mean)
    )


def followings(incidents: pd.DataFrame, *, start: datetime, end: datetime) -> pd.DataFrame:
    """Return one row an ordered pair of services that both failed, in order of their ids.

    Returns
    -------
    DataFrame
        first_id, then_id; n_first, n_then (failures); followed (failures of the first after which
        the other began to fail within `WINDOW`; not at the same instant); expected (the number of
        these by chance).
    """
    met = meetings(onsets(incidents, start, end), start, end)
    first, then = np.nonzero(~np.eye(met.names.size, dtype=bool))
    return pd.DataFrame(
        {
            "first_id": met.names[first],
            "then_id": met.names[then],
            "n_first": met.failures[first],
            "n_then": met.failures[then],
            "followed": met.ahead[first, then, 0],
            # By chance, each of the two services is first in half of their failures together.
            "expected": met.expected[first, then] / 2,
        }
    ).astype({"first_id": "str", "then_id": "str"})


def sequences(
    incidents: pd.DataFrame, pairs: pd.DataFrame, *, start: datetime, end: datetime
) -> pd.DataFrame:
    """Return the failures that followed another, for some ordered pairs.

    Parameters
    ----------
    incidents
        service_id and created_at.
    pairs
        first_id, then_id, each pair once.

    Returns
    -------
    DataFrame
        first_id, then_id; first, then (positions of the two incidents among `incidents`); lag
        (seconds between them, at most `WINDOW`).
    """
    numbered = pairs[["first_id", "then_id"]].assign(pair=np.arange(len(pairs)))
    of_pairs = pd.concat([pairs["first_id"], pairs["then_id"]]).unique()
    place = np.flatnonzero(incidents["service_id"].isin(of_pairs))
    of_both = incidents[["service_id", "created_at"]].iloc[place]
    failures = (
        onsets(of_both, start, end)
        .assign(position=lambda found: place[found["position"]])
        .astype({"service_id": "str"})
    )
    earlier, later = (
        numbered.merge(failures, left_on=f"{place}_id", right_on="service_id")
        .rename(columns={"position": place})
        .sort_values("at", kind="stable")
        for place in ("first", "then")
    )
    matched = pd.merge_asof(
        earlier[["first_id", "then_id", "pair", "first", "at"]],
        later[["pair", "then", "at"]].assign(later=later["at"]),
        on="at",
        by="pair",
        direction="forward",
        tolerance=int(WINDOW.total_seconds()),
        allow_exact_matches=False,
    ).dropna(subset=["then"])
    return (
        matched.assign(lag=matched["later"] - matched["at"])
        .astype({"first": "int64", "then": "int64"})
        .loc[:, ["first_id", "then_id", "first", "then", "lag"]]
        .reset_index(drop=True)
    )


def _ahead(code: Numbers, at: Numbers, n: int) -> Numbers:
    counts = np.zeros((n * n, 2), dtype=np.int64)
    for one, other in neighbours(at):
        same = at[one] == at[other]
        key = code[one] * n + code[other]
        for column, which in enumerate((~same, same)):
            counts[:, column] += np.bincount(key[which], minlength=n * n)
    ahead = counts.reshape(n, n, 2)
    # At the same instant, the order in the table is arbitrary, so neither failure follows.
    ahead[:, :, 1] += ahead[:, :, 1].T.copy()
    return ahead


def _mean(code: Numbers, at: Numbers, n: int, start: datetime, end: datetime) -> Numbers:
    """[a, b]: mean failures together under the permutation."""
    failures = np.zeros((n, _HOURS))
    np.add.at(failures, (code, (at // _HOUR).astype(np.int64) % _HOURS), 1.0)
    first, last = start.timestamp(), end.timestamp()
    hours = np.arange(first // _HOUR, np.ceil(last / _HOUR))
    length = np.minimum((hours + 1) * _HOUR, last) - np.maximum(hours * _HOUR, first)
    seconds = np.bincount(hours.astype(np.int64) % _HOURS, length, minlength=_HOURS)
    rate = np.divide(failures, seconds, out=np.zeros_like(failures), where=seconds > 0)
    mean: Numbers = 2 * WINDOW.total_seconds() * failures @ rate.T
    return mean


def _busy(together: Numbers, mean: Numbers) -> float:
    """The median lift: how much more often than expected a typical pair fails together; at least
    1."""
    pairs = np.triu_indices(len(mean), k=1)
    together, mean = together[pairs], mean[pairs]
    common = mean >= _COMMON
    if common.sum() < _COMMON_PAIRS:
        return 1.0
    return max(float(np.median(together[common] / mean[common])), 1.0)
