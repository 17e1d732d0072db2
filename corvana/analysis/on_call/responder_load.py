"""The on-call load of each responder: time, pages by hour of the day, rest. One row a responder."""

from collections.abc import Iterable
from datetime import time
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.hours import (
    DEFAULT_WINDOWS,
    EVERY_DAY,
    HOURS_CLASSES,
    HourWindows,
    TimeZones,
    clock_hour,
    weekly,
)
from corvana.analysis.statistics import dispersion, time_intervals
from corvana.analysis.statistics.dispersion import Dispersion
from corvana.analysis.statistics.estimates import BOUNDS, rate
from corvana.assessment.settings import DEFAULT_NORMS, Norms
from corvana.frames import RESPONDER_LOADS, conform


class Yardstick(NamedTuple):
    """What loads are measured against: the hours and norms of the assessment."""

    windows: HourWindows = DEFAULT_WINDOWS
    norms: Norms = DEFAULT_NORMS


USUAL: Final = Yardstick()


def responder_loads(
    pages: pd.DataFrame,
    shifts: pd.DataFrame,
    rules: pd.DataFrame,
    zones: TimeZones,
    *,
    since: pd.Timestamp,
    until: pd.Timestamp,
    against: Yardstick = USUAL,
) -> pd.DataFrame:
    """Return RESPONDER_LOADS for [since, until), sorted by responder; `until` is `as_of` or before.

    `pages` are INTERRUPTIONS as `hours.with_hours` returns them; those of the period count. Each
    person who was interrupted, on call or permanently named in a policy has a row.

    Returns
    -------
    DataFrame
        `on_call_…`, `permanent_policy_count`: see `shift_time.on_call_seconds` · `on_call_share` of
        the period, to compare with `Norms.on_call_share` · `weekend_on_call_seconds`, on call from
        Saturday 00:00 to Monday 00:00 (the days that are not working days) and on holidays, own
        clock ·
        `sleep_on_call_seconds`, on call in sleep hours, the exposure to night pages ·
        `interruptions` and `…_hour_interruptions` by class · `interruptions_on_call`, those that
        came during a shift · `interruptions_per_on_call_hour`, these ÷ on-call hours, with the
        Poisson interval of their effective number (`statistics.dispersion`, over the turns of all
        responders and the pages of one incident) and that number; unknown without a shift. A page
        outside every shift (the person is named directly, or was asked for help) is in the counts
        but not in the rate, because it does not belong to the rate's exposure · `disrupted_hours`,
        distinct clock hours, own clock, with an interruption · `rests` judged and `short_rests`:
        see `shift_time.rests` · `shifts`, whole stretches on call, of which `quiet_shifts` without
        an interruption and `shifts_over_norm`: see `shift_time.shift_loads`.

    Limits: shifts are those of the final schedules, rules are the present ones.
    """
    inside = pages["at"].ge(since) & pages["at"].lt(until)
    pages = pages if inside.all() else pages[inside]  # no copy of a large account's
    served = shift_time.on_call_seconds(shifts, rules, since=since, until=until)
    whole = shift_time.stretches(shifts)
    responders = served.index.union(pd.Index(pages["responder"].unique())).rename("responder")
    period = {"since": since, "until": until}
    weekend = weekend_on_call(shifts, zones, **period, windows=against.windows)
    night = sleep_on_call(shifts, zones, **period, windows=against.windows)
    turns = shift_time.shift_loads(pages, whole, since=since, until=until, norms=against.norms)
    columns = pd.concat(
        [
            served,
            _pages(pages),
            _on_call_pages(pages, whole),
            _rests(shift_time.rests(pages, whole, until=until, norms=against.norms)),
            _shifts(turns),
            time_intervals.seconds(weekend, "responder").rename("weekend_on_call_seconds"),
            time_intervals.seconds(night, "responder").rename("sleep_on_call_seconds"),
        ],
        axis=1,
    )
    loads = columns.reindex(responders).fillna(0).reset_index()
    located = loads.join(zones.of(loads["responder"]))
    lasting = (until - since).total_seconds()
    return (
        located.assign(on_call_share=located["on_call_seconds"] / lasting)
        .join(
            _rates(
                located["interruptions_on_call"],
                located["on_call_seconds"] / 3600,
                _dispersions(pages, turns),
            )
        )
        .pipe(conform, RESPONDER_LOADS)
    )


def weekend_on_call(
    shifts: pd.DataFrame,
    zones: TimeZones,
    *,
    since: pd.Timestamp,
    until: pd.Timestamp,
    windows: HourWindows = DEFAULT_WINDOWS,
) -> pd.DataFrame:
    """Return the times at which each responder was on call on days off: `responder, start, end`.

    Days off are the weekend and the holidays of the responder's time zone, on their own clock from
    midnight to midnight. Overlapping shifts count once; a weekend without a break is one row.
    Clipped to [since, until).
    """
    worked = time_intervals.clip(shifts, since, until)
    midnight = (time(), time())
    return _during(worked, zones, windows.weekend, midnight, (since, until), windows)


def sleep_on_call(
    shifts: pd.DataFrame,
    zones: TimeZones,
    *,
    since: pd.Timestamp,
    until: pd.Timestamp,
    windows: HourWindows = DEFAULT_WINDOWS,
) -> pd.DataFrame:
    """Return the times at which each responder was on call in sleep hours: `responder, start, end`.

    Own clock, overlapping shifts once, one row a night, clipped to [since, until). It is the
    exposure to night pages; if a rotation follows the sun, all on-call hours are not that exposure.
    """
    worked = time_intervals.clip(shifts, since, until)
    if not windows.has_sleep:
        return time_intervals.union(worked.iloc[:0], ["responder"])
    return _during(worked, zones, EVERY_DAY, windows.sleep, (since, until), windows)


def _during(
    worked: pd.DataFrame,
    zones: TimeZones,
    days: Iterable[int],
    clock: tuple[time, time],
    period: tuple[pd.Timestamp, pd.Timestamp],
    windows: HourWindows,
) -> pd.DataFrame:
    """The part of the shifts that falls in a weekly window of each responder's own clock, or in
    that window of a holiday."""
    people = pd.DataFrame({"responder": worked["responder"].unique()})
    located = people.join(zones.of(people["responder"]))
    weeks = [
        weekly(zone, days, clock, *period, also=windows.holidays_in(zone)).assign(time_zone=zone)
        for zone in located["time_zone"].unique()
    ]
    if not weeks:
        return time_intervals.union(worked, ["responder"])
    theirs = located.merge(pd.concat(weeks, ignore_index=True), on="time_zone")
    return time_intervals.overlap(worked, theirs, ["responder"])


def _pages(pages: pd.DataFrame) -> pd.DataFrame:
    """Counts by class and disrupted hours, by responder."""
    whose, people = pd.factorize(pages["responder"])
    width = len(HOURS_CLASSES)
    counts = np.bincount(
        whose * width + pages["hours_class"].cat.codes.to_numpy(), minlength=width * len(people)
    ).reshape(-1, width)
    names = [f"{name}_hour_interruptions" for name in pages["hours_class"].cat.categories]
    begun = clock_hour(pages["at"], pages["time_zone"])
    return pd.DataFrame(counts, pd.Index(people, name="responder"), names).assign(
        interruptions=counts.sum(axis=1),
        disrupted_hours=begun.groupby(whose).nunique().to_numpy(),
    )


def _on_call_pages(pages: pd.DataFrame, whole: pd.DataFrame) -> pd.Series:
    during = time_intervals.found(pages, whole, "responder").notna()
    return pages["responder"][during].value_counts().rename("interruptions_on_call")


def _rests(rests: pd.DataFrame) -> pd.DataFrame:
    judged = rests.dropna(subset=["is_short"]).groupby("responder")["is_short"]
    return pd.DataFrame({"rests": judged.size(), "short_rests": judged.sum()})


def _shifts(loads: pd.DataFrame) -> pd.DataFrame:
    whole = loads[loads["is_whole"]].groupby("responder")
    return pd.DataFrame(
        {
            "shifts": whole.size(),
            "quiet_shifts": whole["is_quiet"].sum(),
            "shifts_over_norm": whole["over_norm"].sum(),
        }
    )


def _dispersions(pages: pd.DataFrame, turns: pd.DataFrame) -> tuple[Dispersion, Dispersion]:
    """How unevenly pages fall on turns, and how many pages one incident brings to a responder."""
    person = pd.factorize(turns["responder"])[0]
    incident = pd.factorize(pages["incident_id"])[0]
    return (
        dispersion.of_units(
            turns["interruptions"].to_numpy(dtype=np.float64),
            time_intervals.lengths(turns).to_numpy(dtype=np.float64),
            person,
        ),
        dispersion.of_clusters(incident + 1, pd.factorize(pages["responder"])[0]),
    )


def _rates(
    counts: pd.Series, hours: pd.Series, measured: tuple[Dispersion, Dispersion]
) -> pd.DataFrame:
    """The rate, its interval and the effective number; one interval a distinct count, scaled to
    each exposure."""
    distinct = np.unique(counts.to_numpy(dtype=np.int64))
    worth = dispersion.effective_events(distinct, *measured)
    unit = {
        int(count): rate(int(count), 1.0, float(some))
        for count, some in zip(distinct, worth, strict=True)
    }
    name, exposure = "interruptions_per_on_call_hour", hours.where(hours > 0)
    return pd.DataFrame(
        {
            name + ("" if part == "value" else f"_{part}"): counts.map(
                {count: getattr(estimate, part) for count, estimate in unit.items()}
            )
            / exposure
            for part in BOUNDS
        }
        | {
            f"{name}_effective_n": counts.map(
                {count: estimate.effective_n for count, estimate in unit.items()}
            ).where(exposure.notna())
        }
    )
