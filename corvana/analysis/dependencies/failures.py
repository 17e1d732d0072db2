"""Failures of services, and how often one follows another's: counted, and expected by chance.

A *failure* is an incident on a service with no other incident on it in the hour before: a burst
counts once, at its start. A burst that begins in a maintenance window of its service is no failure.
`analysis.dependencies.chance` defines chance.

`windows` are MAINTENANCE_WINDOWS everywhere. Of two services, only the time counts in which neither
is in one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.dependencies.chance import by_chance
from corvana.analysis.dependencies.exposure import Absences, Numbers, absences
from corvana.analysis.statistics.places import NUMBER

WINDOW: Final = timedelta(minutes=10)
QUIET: Final = timedelta(hours=1)
_DAY: Final = 86_400


class Meetings(NamedTuple):
    """How often the services of `names` fail together; a and b are positions in `names`.

    `failures` [a, b]: failures of a while b was in no maintenance window; `ahead` [a, b, 0]: how
    often b followed a within the window, [a, b, 1]: at the same instant; `expected` [a, b]: mean
    failures together by chance, in either order; `doubt` [a, b]: the relative variance of that
    mean.
    """

    names: Numbers
    failures: Numbers
    ahead: Numbers
    expected: Numbers
    doubt: Numbers


def onsets(
    incidents: pd.DataFrame, windows: pd.DataFrame, start: datetime, end: datetime
) -> pd.DataFrame:
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
    failures = pd.DataFrame(
        {"service_id": service[first], "at": at[begins], "position": position[first]}
    )
    return _outside(failures, _away(failures, windows, start, end)).sort_values(
        "at", ignore_index=True, kind="stable"
    )


def neighbours(failures: pd.DataFrame, away: Absences) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the positions (earlier, later) of all `onsets` within the window of each other, while
    neither service was in maintenance."""
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    at = failures["at"].to_numpy()
    # One of two failures is in maintenance of the other's service only if such a time begins or
    # ends between them. There are millions of pairs, and few of them are so close to a border.
    at_border = away.widened(WINDOW.total_seconds()).hold(code, at)
    is_bordered = bool(at_border.any())
    step = 1
    while step < at.size:
        near = np.flatnonzero(at[step:] - at[:-step] <= WINDOW.total_seconds())
        if not near.size:
            return
        if is_bordered:
            one = near[at_border[near] | at_border[near + step]]
            other = one + step
            unseen = away.hold(code[other], at[one]) | away.hold(code[one], at[other])
            near = np.setdiff1d(near, one[unseen], assume_unique=True)
        yield near, near + step
        step += 1


def meetings(
    failures: pd.DataFrame, windows: pd.DataFrame, start: datetime, end: datetime
) -> Meetings:
    """Count how often the services of `onsets` failed together in [start, end)."""
    names = failures["service_id"].cat.categories.to_numpy(dtype=object)
    away = _away(failures, windows, start, end)
    ahead = _ahead(failures, away, names.size)
    together = ahead.sum(axis=2) + ahead[:, :, 0].T
    chance = by_chance(failures, away, together, (start, end), WINDOW.total_seconds())
    return Meetings(names, chance.failures, ahead, chance.expected, chance.doubt)


def pairs(
    incidents: pd.DataFrame, windows: pd.DataFrame, *, start: datetime, end: datetime
) -> pd.DataFrame:
    """Return one row an ordered pair of services that both failed, in order of their ids.

    Returns
    -------
    DataFrame
        first_id, then_id; n_first, n_then (failures while the other one was in no maintenance
        window); together (failures within `WINDOW` of each other); followed, preceded (those in
        which the first one was first, and second; neither at the same instant); expected (together
        by chance).
    """
    met = meetings(onsets(incidents, windows, start, end), windows, start, end)
    first, then = np.nonzero(~np.eye(met.names.size, dtype=bool))
    return pd.DataFrame(
        {
            "first_id": met.names[first],
            "then_id": met.names[then],
            "n_first": met.failures[first, then],
            "n_then": met.failures[then, first],
            "together": met.ahead[first, then].sum(axis=1) + met.ahead[then, first, 0],
            "followed": met.ahead[first, then, 0],
            "preceded": met.ahead[then, first, 0],
            "expected": met.expected[first, then],
        }
    ).astype({"first_id": "str", "then_id": "str"})


def sequences(
    incidents: pd.DataFrame,
    pairs: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    start: datetime,
    end: datetime,
    at_once: bool = False,
) -> pd.DataFrame:
    """Return the failures that followed another, for some ordered pairs.

    Parameters
    ----------
    incidents
        service_id and created_at.
    pairs
        first_id, then_id, each pair once.
    at_once
        Whether failures at the same instant count too.

    Returns
    -------
    DataFrame
        first_id, then_id; first, then (positions of the two incidents among `incidents`); lag
        (seconds between them, at most `WINDOW`).
    """
    of_pairs = pd.concat([pairs["first_id"], pairs["then_id"]]).unique()
    place = np.flatnonzero(incidents["service_id"].isin(of_pairs))
    of_both = incidents[["service_id", "created_at"]].iloc[place]
    begun = onsets(of_both, windows, start, end)
    away, names = _away(begun, windows, start, end), begun["service_id"].cat.categories
    # Services and pairs as numbers: each failure has a row in every pair of its service.
    failures = pd.DataFrame(
        {
            "service": begun["service_id"].cat.codes.astype(NUMBER),
            "at": begun["at"],
            "position": place[begun["position"]].astype(NUMBER),
        }
    )
    services = {end: names.get_indexer(pd.Index(pairs[f"{end}_id"])) for end in ("first", "then")}
    earlier, later = (
        pd.DataFrame(
            {"pair": np.arange(len(pairs), dtype=NUMBER), "service": service.astype(NUMBER)}
        )
        .merge(failures, on="service")[["pair", "position", "at"]]
        .rename(columns={"position": end})
        .sort_values("at", kind="stable")
        for end, service in services.items()
    )
    matched = pd.merge_asof(
        earlier,
        later.assign(later=later["at"]),
        on="at",
        by="pair",
        direction="forward",
        tolerance=int(WINDOW.total_seconds()),
        allow_exact_matches=at_once,
    ).dropna(subset=["then"])
    first, then = (services[end][matched["pair"]] for end in ("first", "then"))
    begun_at, then_at = (matched[name].to_numpy() for name in ("at", "later"))
    unseen = away.hold(then, begun_at) | away.hold(first, then_at)
    followed = (
        matched.assign(lag=then_at - begun_at)[~unseen]
        .astype({"first": "int64", "then": "int64"})
        .reset_index(drop=True)
    )
    ids = pairs[["first_id", "then_id"]].iloc[followed["pair"]].reset_index(drop=True)
    return ids.join(followed[["first", "then", "lag"]])


def openings(
    incidents: pd.DataFrame,
    pairs: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    start: datetime,
    end: datetime,
) -> pd.DataFrame:
    """Return the failures of the first service of each pair while neither was in maintenance:
    first_id, then_id, first (position of the incident among `incidents`), day (UTC, a number from 1
    on).

    Parameters are those of `sequences`.
    """
    place = np.flatnonzero(incidents["service_id"].isin(pairs["first_id"]))
    own = incidents[["service_id", "created_at"]].iloc[place]
    begun = onsets(own, windows, start, end).assign(
        first=lambda rows: place[rows["position"]],
        day=lambda rows: (rows["at"] // _DAY - start.timestamp() // _DAY).astype("int64") + 1,
        service_id=lambda rows: rows["service_id"].astype("str"),
    )
    found = pairs[["first_id", "then_id"]].merge(begun, left_on="first_id", right_on="service_id")
    names = pd.Index(pairs["then_id"].unique())
    away = absences(windows, names.to_numpy(dtype=object), pd.Timestamp(start), pd.Timestamp(end))
    unseen = away.hold(names.get_indexer(pd.Index(found["then_id"])), found["at"].to_numpy())
    return found.loc[~unseen, ["first_id", "then_id", "first", "day"]].reset_index(drop=True)


def _outside(failures: pd.DataFrame, away: Absences) -> pd.DataFrame:
    """The failures of services that were not in maintenance then."""
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    in_maintenance = away.hold(code, failures["at"].to_numpy())
    if not in_maintenance.any():
        return failures
    seen = failures[~in_maintenance]
    return seen.assign(service_id=seen["service_id"].cat.remove_unused_categories())


def _away(
    failures: pd.DataFrame, windows: pd.DataFrame, start: datetime, end: datetime
) -> Absences:
    """The maintenance windows of the services of `failures`, by their codes."""
    names = failures["service_id"].cat.categories.to_numpy(dtype=object)
    return absences(windows, names, pd.Timestamp(start), pd.Timestamp(end))


def _ahead(failures: pd.DataFrame, away: Absences, n: int) -> Numbers:
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    at = failures["at"].to_numpy()
    counts = np.zeros((n * n, 2), dtype=np.int64)
    for one, other in neighbours(failures, away):
        same = at[one] == at[other]
        key = code[one] * n + code[other]
        for column, which in enumerate((~same, same)):
            counts[:, column] += np.bincount(key[which], minlength=n * n)
    ahead = counts.reshape(n, n, 2)
    # At the same instant, the order in the table is arbitrary, so neither failure follows.
    ahead[:, :, 1] += ahead[:, :, 1].T.copy()
    return ahead
