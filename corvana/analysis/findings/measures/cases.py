"""The cases of a finding and of similar places, to be compared before and after a date."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Cases
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.statistics import time_intervals

WAITS_KNOWN: Final = pd.Timedelta(seconds=LONGEST_WAIT)
"""After so long a wait is known: it counts for no more."""
ENDINGS_KNOWN: Final = pd.Timedelta(days=1)
"""After so long it is taken to be known how an incident ended."""
_WEEK: Final = pd.Timedelta(days=7)

Numbers = npt.NDArray[Any]


def split(
    rows: pd.DataFrame,
    is_own: pd.Series,
    place: pd.Series | None,
    until: pd.Timestamp,
) -> Cases:
    """Return `rows` (`at`, `value`, `storm`) of one place, and those of others.

    `place` is the id of each row's place; None: nothing is similar. `until`: see `Cases`.
    """
    told = rows[["at", "value", "storm"]].assign(place="" if place is None else place)
    is_known = told["at"].lt(until)
    is_other = ~is_own & (place is not None)
    return Cases(told[is_own & is_known], told[is_other & is_known], until)


def waits(
    rows: pd.DataFrame, seconds: str, is_own: pd.Series, place: pd.Series | None, account: Account
) -> Cases:
    """Return waits by the instant of creation (`created_at`, `storm`), `LONGEST_WAIT` at most."""
    told = rows.assign(at=rows["created_at"], value=rows[seconds].clip(upper=LONGEST_WAIT))
    return split(told, is_own, place, account.end - WAITS_KNOWN)


def endings(
    rows: pd.DataFrame, happened: str, is_own: pd.Series, place: pd.Series | None, account: Account
) -> Cases:
    """Return by the instant of creation (`created_at`, `storm`) whether incidents ended so."""
    told = rows.assign(at=rows["created_at"], value=rows[happened].astype("float64"))
    return split(told, is_own, place, account.end - ENDINGS_KNOWN)


def of_one(
    at: pd.Series, is_theirs: pd.Series, storm: Numbers | pd.Series | int, account: Account
) -> Cases:
    """Return for each instant whether it fell to one person; nothing is similar."""
    told = pd.DataFrame({"at": at, "value": is_theirs.astype("float64"), "storm": storm})
    return split(told, pd.Series(data=True, index=told.index), None, account.end)


def weeks(spans: pd.DataFrame, date: pd.Timestamp, account: Account) -> Cases:
    """Return the share that spans (`start`, `end`) take of each whole week, counted from the date
    in both directions; the day itself is in none. Nothing is similar."""
    next_day = (date.tz_convert(account.time_zone) + pd.DateOffset(days=1)).tz_convert("UTC")
    ago, later = (date - account.start) // _WEEK, (account.end - next_day) // _WEEK
    starts = [date - _WEEK * number for number in range(int(ago), 0, -1)]
    starts += [next_day + _WEEK * number for number in range(int(later))]
    start = pd.DatetimeIndex(starts, dtype="datetime64[us, UTC]")
    calendar = pd.DataFrame({"week": np.arange(len(start)), "start": start, "end": start + _WEEK})
    every = spans[["start", "end"]].merge(calendar[["week"]], how="cross")
    together = time_intervals.union(every, ["week"])
    inside = time_intervals.overlap(calendar, together, ["week"])
    taken = time_intervals.seconds(inside, "week").reindex(calendar["week"]).fillna(0.0)
    share = taken.to_numpy() / _WEEK.total_seconds()
    told = pd.DataFrame({"at": start, "value": share, "storm": 0})
    return split(told, pd.Series(data=True, index=told.index), None, account.end)
