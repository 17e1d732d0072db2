"""Cases by whole week around a date, of one place and of several places together.

Time is cut into whole weeks, counted from the date in both directions; what is left of a week at
either end takes no part.
"""

from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.statistics import dependence
from corvana.analysis.statistics.estimates import Numbers

MOST_WEEKS: Final = 26
"""The most weeks that count on either side of a date."""
_WEEK: Final = pd.Timedelta(days=7)
_NO_VARIANCE: Final = 1e-9

Flags = npt.NDArray[np.bool_]


class Around(NamedTuple):
    """The time around a date: it begins `since`, the time before ends at `before`, the time after
    begins with `after` and ends with `until`."""

    since: datetime
    before: datetime
    after: datetime
    until: datetime

    @property
    def weeks(self) -> tuple[int, int]:
        """The numbers of whole weeks before and after."""
        return _whole_weeks(self.since, self.before), _whole_weeks(self.after, self.until)

    @property
    def is_after(self) -> Flags:
        """A flag for each week: after the date."""
        before, after = self.weeks
        flags: Flags = np.arange(before + after) >= before
        return flags


class Weeks(NamedTuple):
    """Weekly means: number of cases, means, and their variances by chance (infinite: no case), with
    the degrees of freedom of these."""

    n: Numbers
    means: Numbers
    variances: Numbers
    freedom: float

    def minus(self, other: "Weeks") -> "Weeks":
        """Return the weeks without what another series has as well."""
        return self._replace(
            means=self.means - other.means, variances=self.variances + other.variances
        )

    def only(self, kept: Flags) -> "Weeks":
        """Return the weeks with nothing in those that are not kept."""
        return self._replace(
            n=np.where(kept, self.n, 0.0),
            means=np.where(kept, self.means, 0.0),
            variances=np.where(kept, self.variances, np.inf),
        )


def numbered(cases: pd.DataFrame, around: Around) -> pd.DataFrame:
    """Return the cases (`at`, UTC) of whole weeks, with the number of their `week`."""
    weeks_before, weeks_after = around.weeks
    at = pd.DatetimeIndex(cases["at"])
    is_before = at < pd.Timestamp(around.before)
    ago, later = ((at - pd.Timestamp(edge)) / _WEEK for edge in (around.before, around.after))
    week = weeks_before + np.floor(np.where(is_before, ago, later)).astype(np.int64)
    is_counted = (is_before | (later >= 0)) & (week >= 0)
    return cases.assign(week=week)[is_counted & (week < weeks_before + weeks_after)]


def of_place(cases: pd.DataFrame, around: Around, *, is_share: bool) -> Weeks:
    """Return the weekly means of the `numbered` cases of one place.

    By chance, their variance is that around the two levels, before and after the date, over the
    effective number of cases.
    """
    week, value = cases["week"].to_numpy(np.int64), cases["value"].to_numpy(np.float64)
    weeks, side = around.is_after.size, around.is_after[week].astype(np.int64)
    return Weeks(
        np.bincount(week, minlength=weeks).astype(np.float64),
        _means(week, value, weeks),
        _by_chance(cases, value - _means(side, value, 2)[side], weeks, is_share=is_share),
        np.inf if is_share else float(max(value.size - 2, 1)),
    )


def in_common(cases: pd.DataFrame, around: Around, *, is_share: bool) -> Weeks:
    """Return what the weeks of several places have in common (`numbered` cases with `place`).

    Least squares with a level for each place and for each week; the places are solved for first.
    """
    place, names = pd.factorize(cases["place"])
    week, value = cases["week"].to_numpy(np.int64), cases["value"].to_numpy(np.float64)
    weeks, places = around.is_after.size, len(names)
    shape, cell = (places, weeks), place * weeks + week
    n, totals = (
        np.bincount(cell, each, minlength=places * weeks).reshape(shape)
        for each in (np.ones(value.size), value)
    )
    share = n / n.sum(axis=1, keepdims=True)
    mutual = np.diag(n.sum(axis=0)) - n.T @ share
    wanted = totals.sum(axis=0) - share.T @ totals.sum(axis=1)
    course = np.linalg.lstsq(mutual, wanted, rcond=None)[0]
    left = value - course[week]
    left = left - _means(place, left, places)[place]
    return Weeks(n.sum(axis=0), course, _by_chance(cases, left, weeks, is_share=is_share), np.inf)


def _whole_weeks(start: datetime, end: datetime) -> int:
    return int(min(max((pd.Timestamp(end) - pd.Timestamp(start)) // _WEEK, 0), MOST_WEEKS))


def _by_chance(cases: pd.DataFrame, left: Numbers, weeks: int, *, is_share: bool) -> Numbers:
    """Return the variance of each week's mean by chance; infinite without a case.

    `left` is what the levels leave of the values.
    """
    found: Numbers = np.full(weeks, np.inf)
    if not left.size:
        return found
    # Where all cases are alike, the next one need not be.
    least = 0.5 / (left.size + 1) if is_share else _NO_VARIANCE
    variance = max(float((left**2).sum()) / max(left.size - 2, 1), least)
    week = cases["week"].to_numpy(np.int64)
    storms = dependence.cells(cases["storm"].to_numpy(np.int64), week)
    worth = dependence.effective_sizes(left, storms, week, weeks)
    return np.divide(variance, worth, out=found, where=worth > 0)


def _means(group: npt.NDArray[np.int64], value: Numbers, groups: int) -> Numbers:
    n = np.bincount(group, minlength=groups)
    total = np.bincount(group, value, minlength=groups)
    return np.divide(total, n, out=np.zeros(groups), where=n > 0)
