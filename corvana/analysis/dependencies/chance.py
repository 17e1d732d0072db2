"""How often two services fail together when they have nothing to do with each other.

Each pair is given what makes also unrelated services fail at the same time:

- *Hours*: every service keeps its number of failures in each hour of the week (UTC). Without
  anything else the mean number together is Σ over these hours of failures(a) · failures(b) ·
  2 · WINDOW / seconds, without the time in which one of the two is in a maintenance window.
- *Minutes*: checks that run on the full hour, or a job at 02:10, make failures fall on the same
  minutes. Pairs of failures on different days are counted whose time of day is less than the window
  apart; their number, over the number expected if minutes within the hours were random, multiplies
  the mean. Two services that never share an hour (jobs at 01:58 and 02:02) have what these pairs
  give for one day.
- *Days*: on some days and in some weeks everything fails more often. Pairs of failures on the same
  day, but not together, are counted; their number, over the number expected from the weekdays
  alone, multiplies the mean.

The two factors are those of the pair, drawn towards those of the account (as if 15 pairs of
failures more had been counted at the account's factor), because two services with few failures say
little by themselves. They are counted, so they are uncertain: `doubt` is the relative variance that
this gives the mean.

Assumed: the services' failures are independent of each other given their hour, minute and day.
Not contained: a rush that lasts for less than a day and hits many services at once. Where at
least 30 pairs have five expected failures or more, the mean of each pair is also multiplied by the
median lift of all of them.

Sources: Amarasingham, Harrison, Hatsopoulos & Geman (2012), J. Neurophysiol. 107, 517-531 (chance
coincidences with the rates of both kept); Gelman et al. (2013), Bayesian Data Analysis, section 2.6
(Poisson counts with a gamma-distributed mean).
"""

from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.dependencies.exposure import (
    HOUR,
    HOURS,
    Absences,
    Numbers,
    seconds_by_stratum,
    stratum,
)

_DAY: Final = 24 * HOUR
_MINUTE: Final = 60
_MINUTES: Final = _DAY // _MINUTE
_LENT: Final = 15.0
_COMMON: Final = 5.0
_COMMON_PAIRS: Final = 30
_NO_TIME: Final = 1e-3


class Chance(NamedTuple):
    """[a, b] of all pairs of services.

    `failures`: failures of a while b was in no maintenance window; `expected`: the mean number
    together by chance, in either order; `doubt`: the relative variance of that mean.
    """

    failures: Numbers
    expected: Numbers
    doubt: Numbers


def by_chance(
    failures: pd.DataFrame,
    away: Absences,
    together: Numbers,
    period: tuple[datetime, datetime],
    window: float,
) -> Chance:
    """Return how often each pair of services fails together by chance.

    Parameters
    ----------
    failures
        `failures.onsets` of the period.
    together
        [a, b]: how often the two failed within the window of each other.
    window
        Seconds.
    """
    seen, mean = by_hours(failures, away, period, 2 * window)
    minutes, of_minutes, at_least = _by_minutes(failures, together, period, window)
    # Services that never fail in the same hour can meet across its border only.
    mean = np.where(mean > 0, mean * minutes, at_least)
    days, of_days = _by_days(failures, together, mean, period)
    mean = mean * days
    doubt = 1 / of_minutes + 1 / of_days
    return Chance(seen, mean * _busy(together, mean), doubt)


def by_hours(
    failures: pd.DataFrame, away: Absences, period: tuple[datetime, datetime], seconds: float
) -> tuple[Numbers, Numbers]:
    """Return [a, b]: failures of a while b was in no maintenance window; and the mean number of
    those of both within `seconds` in all of each other (the window before and the window after), if
    each failure fell on a random instant of its hour of the week."""
    n = len(failures["service_id"].cat.categories)
    every = np.zeros((n, HOURS))
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    np.add.at(every, (code, stratum(failures["at"].to_numpy())), 1.0)
    first, last = (np.array([edge.timestamp()]) for edge in period)
    lasting = seconds_by_stratum(first, last)[0]
    seen = np.repeat(every.sum(axis=1).astype(np.int64)[:, None], n, axis=1)
    mean: Numbers = seconds * every @ _rate(every, lasting).T
    if not away.code.size:
        return seen, mean
    missed, absent = away.missed(failures), away.seconds(n)
    np.subtract.at(seen, (missed["code"], missed["away"]), missed["n"])
    for service in np.unique(away.code):
        others = every - _counted(missed[missed["away"].eq(service)], "code", n)
        own = every[service] - _counted(missed[missed["code"].eq(service)], "away", n)
        absent_together = absent[service] + absent - away.seconds_with(service, n)
        chance = own * _rate(others, lasting - absent_together)
        mean[service] = mean[:, service] = seconds * chance.sum(axis=1)
    return seen, mean


def _by_minutes(
    failures: pd.DataFrame, together: Numbers, period: tuple[datetime, datetime], window: float
) -> tuple[Numbers, Numbers, Numbers]:
    """[a, b]: how much more often failures of different days fall on the same minutes than if only
    the hours were theirs; the number of pairs of failures that says so; and the mean number
    together that the minutes alone explain."""
    minute = (failures["at"].to_numpy() % _DAY // _MINUTE).astype(np.int64)
    by_minute = _table(failures, minute, _MINUTES)
    by_hour = by_minute.reshape(-1, _DAY // HOUR, HOUR // _MINUTE).sum(axis=2)
    near = np.maximum(by_minute @ _around(by_minute, window).T - together, 0.0)
    days = len(_days(period))
    of_hours = by_hour @ by_hour.T * (2 * window / HOUR) * (1 - 1 / max(days, 1))
    return *_drawn_together(near, of_hours), near / max(days - 1, 1)


def _by_days(
    failures: pd.DataFrame, together: Numbers, mean: Numbers, period: tuple[datetime, datetime]
) -> tuple[Numbers, Numbers]:
    """[a, b]: how much more often the two fail on the same day, but not together, than their
    weekdays explain; and the number of pairs of failures that says so."""
    lasting = _days(period)
    first = int(period[0].timestamp()) // _DAY
    day = (failures["at"].to_numpy() // _DAY).astype(np.int64) - first
    by_day = _table(failures, day, len(lasting))
    of_weekdays = np.zeros_like(mean)
    for weekday in range(7):
        on_it = by_day[:, weekday::7].sum(axis=1)
        part = lasting[weekday::7] / max(lasting[weekday::7].sum(), _NO_TIME)
        of_weekdays += np.outer(on_it, on_it) * np.square(part).sum()
    same = np.maximum(by_day @ by_day.T - together, 0.0)
    return _drawn_together(same, np.maximum(of_weekdays - mean, 0.0))


def _days(period: tuple[datetime, datetime]) -> Numbers:
    """The seconds of the period in each of its days (UTC)."""
    start, end = (edge.timestamp() for edge in period)
    midnights = np.arange(start // _DAY, np.ceil(end / _DAY)) * _DAY
    seconds: Numbers = np.minimum(midnights + _DAY, end) - np.maximum(midnights, start)
    return seconds


def _drawn_together(counted: Numbers, expected: Numbers) -> tuple[Numbers, Numbers]:
    """[a, b]: counted over expected, drawn towards that of the account, which is at least 1."""
    pairs = np.triu_indices(len(counted), k=1)
    account = (counted[pairs].sum() + _LENT) / (expected[pairs].sum() + _LENT)
    lent = _LENT * max(float(account), 1.0)
    known = counted + lent
    return known / (expected + _LENT), known


def _around(by_minute: Numbers, window: float) -> Numbers:
    """[service, minute]: the failures within the window of an instant of that minute of the day."""
    reach = round(window / _MINUTE)
    # Of two instants in minutes that are exactly the window apart, half are within it.
    weights = [0.5, *[1.0] * (2 * reach - 1), 0.5]
    shifts = range(-reach, reach + 1)
    around: Numbers = sum(
        weight * np.roll(by_minute, shift, axis=1)
        for weight, shift in zip(weights, shifts, strict=True)
    )  # type: ignore[assignment]
    return around


def _table(failures: pd.DataFrame, column: Numbers, columns: int) -> Numbers:
    """[service, column]: the number of failures."""
    services = len(failures["service_id"].cat.categories)
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    counts = np.bincount(code * columns + column, minlength=services * columns)
    table: Numbers = counts.reshape(services, columns).astype(np.float64)
    return table


def _rate(failures: Numbers, seconds: Numbers) -> Numbers:
    """Failures a second; 0 in a stratum without time."""
    blank = np.zeros_like(failures)
    # Sums of hours are exact only up to rounding, and no stratum of interest is that short.
    rate: Numbers = np.divide(failures, seconds, out=blank, where=seconds > _NO_TIME)
    return rate


def _counted(missed: pd.DataFrame, by: str, n: int) -> Numbers:
    """[service, stratum]: the sums of `missed` by one of its two services."""
    counts = np.zeros((n, HOURS))
    np.add.at(counts, (missed[by], missed["stratum"]), missed["n"])
    return counts


def _busy(together: Numbers, mean: Numbers) -> float:
    """The median lift: how much more often than expected a typical pair fails together; at least
    1."""
    pairs = np.triu_indices(len(mean), k=1)
    together, mean = together[pairs], mean[pairs]
    common = mean >= _COMMON
    if common.sum() < _COMMON_PAIRS:
        return 1.0
    return max(float(np.median(together[common] / mean[common])), 1.0)
