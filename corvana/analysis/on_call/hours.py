"""The class of an hour on the responder's local clock: sleep, off or business.

The local clock is that of the responder's IANA time zone; if it is missing, that of their usual
schedule, then that of the account. The windows are PagerDuty's (Responder Insights): there they
overlap at weekend nights; here the first match wins in the order sleep, off, business, and an
assessment can set other windows. Holidays count as weekend, each for the clocks of its own time
zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.statistics import time_intervals
from corvana.errors import ConfigError
from corvana.frames import INSTANT

HOURS_CLASSES: Final = ("sleep", "off", "business")
DAYS_CLASSES: Final = ("weekday", "weekend")
EVERY_DAY: Final = tuple(range(1, 8))
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HourWindows:
    """Windows on the local clock, start inclusive, end exclusive; days are ISO (1 is Monday).

    Sleep may cross midnight and applies every day; a start equal to its end means no sleep hours.
    Business hours apply on working days. All other hours are off. `holidays` are days off besides
    the weekend: the dates by time zone, for responders whose clock is of that zone.

    Raises
    ------
    ConfigError
        Business hours end before they begin, or a working day is not in 1 to 7.
    """

    sleep_start: time = time(22)
    sleep_end: time = time(8)
    business_start: time = time(8)
    business_end: time = time(18)
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: tuple[tuple[str, tuple[date, ...]], ...] = ()

    def __post_init__(self) -> None:
        if self.business_start >= self.business_end:
            raise ConfigError("business hours must begin before they end")
        if not set(EVERY_DAY).issuperset(self.working_days):
            raise ConfigError("working days are numbers from 1 (Monday) to 7 (Sunday)")

    @property
    def weekend(self) -> tuple[int, ...]:
        """The days that are not working days."""
        return tuple(day for day in EVERY_DAY if day not in self.working_days)

    @property
    def sleep(self) -> tuple[time, time]:
        """The start and the end of sleep hours."""
        return self.sleep_start, self.sleep_end

    @property
    def has_sleep(self) -> bool:
        """Whether there are sleep hours at all."""
        return self.sleep_start != self.sleep_end

    def holidays_in(self, zone: str) -> tuple[date, ...]:
        """The holidays for responders of a time zone."""
        return dict(self.holidays).get(zone, ())


DEFAULT_WINDOWS: Final = HourWindows()


@dataclass(frozen=True, slots=True, eq=False)
class TimeZones:
    """The sources of each responder's time zone.

    `people` is RESPONDERS, `fallback` the account's IANA zone, `usual` the zone of a responder's
    schedule (indexed by responder, see `usual_zones`).
    """

    people: pd.DataFrame
    fallback: str
    usual: pd.Series | None = None

    def of(self, responders: pd.Series) -> pd.DataFrame:
        """Return `time_zone` and `time_zone_source` (responder, schedule or account) per row,
        as categories."""
        codes, unique = pd.factorize(responders)
        names = pd.Index(unique)
        known = self.people.drop_duplicates("responder").set_index("responder")["time_zone"]
        own = known.reindex(names)
        usual = pd.Series(dtype="str") if self.usual is None else self.usual
        usual = usual.reindex(names).astype("str")
        table = pd.DataFrame(
            {
                "time_zone": own.fillna(usual).fillna(self.fallback),
                "time_zone_source": np.select(
                    [own.notna(), usual.notna()], ["responder", "schedule"], "account"
                ),
            },
            index=names,
        ).astype("str")
        # A missing responder (code -1) indexes the last row: the account's zone.
        nobody = pd.DataFrame(
            {"time_zone": [self.fallback], "time_zone_source": ["account"]}, dtype="str"
        )
        # There are few zones and many rows, so use categories.
        every = pd.concat([table, nobody]).astype("category")
        return every.iloc[codes].set_axis(responders.index)


def usual_zones(shifts: pd.DataFrame, schedule_zones: pd.Series) -> pd.Series:
    """Return, by responder, the zone of the schedule on which they have the most shift time.

    `shifts` is SHIFTS, `schedule_zones` IANA zones indexed by schedule_id; a schedule without a
    zone does not count. If times are equal, the smaller schedule id is used.
    """
    timed = shifts.assign(
        zone=shifts["schedule_id"].map(schedule_zones), seconds=time_intervals.lengths(shifts)
    )
    zone: pd.Series = (
        timed.dropna(subset=["zone"])
        .groupby(["responder", "schedule_id", "zone"], as_index=False)
        .agg(seconds=("seconds", "sum"))
        .sort_values(["responder", "seconds", "schedule_id"], ascending=[True, False, True])
        .drop_duplicates("responder")
        .set_index("responder")["zone"]
    )
    return zone


def with_hours(
    interruptions: pd.DataFrame, zones: TimeZones, windows: HourWindows = DEFAULT_WINDOWS
) -> pd.DataFrame:
    """Add `time_zone`, `time_zone_source`, `hours_class` and `days_class` to INTERRUPTIONS."""
    whose = zones.of(interruptions["responder"])
    clock = local_clock(interruptions["at"], whose["time_zone"])
    is_off = _is_day_off(clock, whose["time_zone"], windows)
    # Assign the columns: a join would copy millions of rows.
    return interruptions.assign(
        time_zone=whose["time_zone"],
        time_zone_source=whose["time_zone_source"],
        hours_class=_hours_of(clock, is_off, windows),
        days_class=_days_of(clock, is_off),
    )


def classify(
    instants: pd.Series, zones: pd.Series, windows: HourWindows = DEFAULT_WINDOWS
) -> pd.Series:
    """Return `sleep`, `off` or `business` (categories in that order) per UTC instant.

    The first match wins. `zones` are IANA names, one a row. Times are local wall-clock times: when
    summer time ends, 01:30 comes twice and both are 01:30.

    Raises
    ------
    zoneinfo.ZoneInfoNotFoundError
        A zone does not exist.
    """
    clock = local_clock(instants, zones)
    return _hours_of(clock, _is_day_off(clock, zones, windows), windows)


def _is_day_off(clock: pd.Series, zones: pd.Series, windows: HourWindows) -> Flags:
    """A flag for each local time: on the weekend or on a holiday of its zone. A day off begins and
    ends at midnight."""
    is_off: Flags = (clock.dt.day_of_week + 1).isin(windows.weekend).to_numpy(copy=True)
    for zone, dates in windows.holidays:
        there = np.flatnonzero(zones.eq(zone).to_numpy())
        is_off[there] |= clock.iloc[there].dt.normalize().isin(pd.to_datetime(dates)).to_numpy()
    return is_off


def _hours_of(clock: pd.Series, is_off: Flags, windows: HourWindows) -> pd.Series:
    """The class of the hour of each local time; `is_off` flags those on a day off."""
    second = (clock - clock.dt.normalize()).dt.total_seconds().to_numpy()
    sleep, off, business = map(HOURS_CLASSES.index, ("sleep", "off", "business"))
    codes = np.select(
        [
            _within(second, windows.sleep_start, windows.sleep_end),
            ~is_off & _within(second, windows.business_start, windows.business_end),
        ],
        [sleep, business],
        off,
    )
    classes = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(HOURS_CLASSES)))
    return pd.Series(classes, index=clock.index)


def _days_of(clock: pd.Series, is_off: Flags) -> pd.Series:
    """`weekday` or `weekend` (categories in that order) of each local time."""
    classes = pd.Categorical.from_codes(
        is_off.astype(np.int8), dtype=pd.CategoricalDtype(list(DAYS_CLASSES))
    )
    return pd.Series(classes, index=clock.index)


def local_clock(instants: pd.Series, zones: pd.Series) -> pd.Series:
    """Return the local time (without time zone) per UTC instant and IANA zone."""
    codes, names = pd.factorize(zones)
    clock = np.full(len(instants), np.datetime64("NaT", "us"))
    for code, name in enumerate(names):
        rows = codes == code
        clock[rows] = instants[rows].dt.tz_convert(name).dt.tz_localize(None).to_numpy()
    return pd.Series(clock, index=instants.index)


def clock_hour(instants: pd.Series, zones: pd.Series) -> pd.Series:
    """Return the instant at which the local clock hour of each instant began.

    An hour that comes twice when summer time ends is two hours, and a zone that is half an hour off
    has its hours half an hour off.
    """
    clock = local_clock(instants, zones)
    begun: pd.Series = instants - (clock - clock.dt.floor("h"))
    return begun


def weekly(
    zone: str,
    days: Iterable[int],
    clock: tuple[time, time],
    since: pd.Timestamp,
    until: pd.Timestamp,
    *,
    also: Iterable[date] = (),
) -> pd.DataFrame:
    """Return the intervals in [since, until) of a window repeated on the given ISO days, and on the
    dates `also`: start, end.

    `clock` is (start, end) on the local clock; an end not after its start is on the next day, so
    midnight to midnight is a whole day. If summer time skips a time, the next existing time is
    used; if a time comes twice, the first one is used.
    """
    starts, ends = clock
    first, last = (edge.tz_convert(zone).tz_localize(None).normalize() for edge in (since, until))
    dates = pd.date_range(first - pd.Timedelta(days=1), last, freq="D", unit="us")
    dates = dates[(dates.day_of_week + 1).isin(list(days)) | dates.isin(pd.to_datetime([*also]))]
    closing = dates + pd.Timedelta(days=1 if ends <= starts else 0)
    return time_intervals.clip(
        pd.DataFrame({"start": _at(dates, starts, zone), "end": _at(closing, ends, zone)}),
        since,
        until,
    ).reset_index(drop=True)


def _at(dates: pd.DatetimeIndex, clock: time, zone: str) -> pd.Series:
    # Here True selects the first of the two times, also in zones with negative summer time.
    local = (dates + _since_midnight(clock)).tz_localize(
        zone, ambiguous=np.ones(len(dates), dtype=bool), nonexistent="shift_forward"
    )
    return pd.Series(local.tz_convert("UTC")).astype(INSTANT)


def _within(second: np.ndarray, start: time, end: time) -> np.ndarray:
    begins, stops = (_since_midnight(edge).total_seconds() for edge in (start, end))
    after, before = second >= begins, second < stops
    inside: np.ndarray = after & before if begins <= stops else after | before
    return inside


def _since_midnight(clock: time) -> pd.Timedelta:
    return pd.Timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
