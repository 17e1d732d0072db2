"""The time in which two services can be seen failing together: neither is in a maintenance window.

Everything is counted by *stratum*, an hour of the week (UTC), because chance is computed there.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis import maintenance

HOURS: Final = 168
HOUR: Final = 3600

Numbers = npt.NDArray[Any]


class Absences(NamedTuple):
    """The maintenance windows of some services, in order of service and time: of a service, the one
    that begins first ends first.

    `code` is the service's position among the services looked at; `start` and `end` are seconds
    since the epoch.
    """

    code: Numbers
    start: Numbers
    end: Numbers

    def hold(self, code: Numbers, at: Numbers) -> npt.NDArray[np.bool_]:
        """Return, for each service and instant, whether the service is in maintenance then."""
        if not self.code.size or not at.size:
            return np.zeros(at.size, dtype=bool)
        # One number for service and instant, so that one search serves all services.
        first = min(float(self.start.min()), float(at.min()))
        width = max(float(self.end.max()), float(at.max())) - first + 1
        starts = self.code * width + (self.start - first)
        place = np.searchsorted(starts, code * width + (at - first), side="right") - 1
        is_own = (place >= 0) & (self.code[place] == code)
        inside: npt.NDArray[np.bool_] = is_own & (at < self.end[place])
        return inside

    def widened(self, seconds: float) -> "Absences":
        """Return the windows, each longer by so many seconds on either side."""
        return Absences(self.code, self.start - seconds, self.end + seconds)

    def missed(self, failures: pd.DataFrame) -> pd.DataFrame:
        """Return the failures during the maintenance of other services, counted: `away` (the code
        of the service in maintenance), `code` (of the service that failed), `stratum`, `n`.

        `failures` are in order of time: `service_id` (a category), `at`.
        """
        at = failures["at"].to_numpy()
        low, high = (np.searchsorted(at, border) for border in (self.start, self.end))
        size = high - low
        # The positions low, low + 1, … high - 1 of every window, one after the other.
        position = np.arange(size.sum()) + np.repeat(low - np.r_[0, size.cumsum()[:-1]], size)
        seen = pd.DataFrame(
            {
                "away": np.repeat(self.code, size),
                "code": failures["service_id"].cat.codes.to_numpy(dtype=np.int64)[position],
                "stratum": stratum(at[position]),
            }
        )
        return seen.groupby(list(seen.columns)).size().rename("n").reset_index()

    def seconds(self, services: int) -> Numbers:
        """Return [service, stratum]: the seconds in maintenance."""
        return _by_code(self.code, seconds_by_stratum(self.start, self.end), services)

    def seconds_with(self, service: int, services: int) -> Numbers:
        """Return [other service, stratum]: the seconds in which both are in maintenance."""
        own = self.code == service
        start = np.maximum(self.start[own][:, None], self.start).ravel()
        end = np.minimum(self.end[own][:, None], self.end).ravel()
        both = start < end
        code = np.tile(self.code, int(own.sum()))[both]
        return _by_code(code, seconds_by_stratum(start[both], end[both]), services)


def absences(
    windows: pd.DataFrame, names: Numbers, start: pd.Timestamp, end: pd.Timestamp
) -> Absences:
    """Return the time of MAINTENANCE_WINDOWS in [start, end) of the services `names`."""
    known = maintenance.within(windows, start, end)
    code = pd.Index(names).get_indexer(pd.Index(known["service_id"]))
    spans = known.assign(code=code)[code >= 0].sort_values(["code", "start"])
    borders = (
        spans[border].astype("datetime64[us, UTC]").astype("int64").to_numpy() / 1e6
        for border in ("start", "end")
    )
    return Absences(spans["code"].to_numpy(dtype=np.int64), *borders)


def stratum(at: Numbers) -> Numbers:
    """Return the hour of the week of each instant, in seconds since the epoch."""
    hours: Numbers = (at // HOUR).astype(np.int64) % HOURS
    return hours


def seconds_by_stratum(start: Numbers, end: Numbers) -> Numbers:
    """Return [interval, stratum]: the seconds of each interval in each hour of the week."""
    until_end, until_start = (_seconds_until(border) for border in (end, start))
    seconds: Numbers = until_end - until_start
    return seconds


def _seconds_until(at: Numbers) -> Numbers:
    """[instant, stratum]: the seconds of each stratum since the epoch."""
    weeks, rest = np.divmod(np.asarray(at, dtype=np.float64)[:, None], HOURS * HOUR)
    within_week = np.clip(rest - np.arange(HOURS) * HOUR, 0, HOUR)
    seconds: Numbers = weeks * HOUR + within_week
    return seconds


def _by_code(code: Numbers, seconds: Numbers, services: int) -> Numbers:
    total = np.zeros((services, HOURS))
    np.add.at(total, code, seconds)
    return total
