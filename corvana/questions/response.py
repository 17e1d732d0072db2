"""Questions about how fast incidents are acknowledged and resolved, and where speed differs."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import pandas as pd

from corvana.analysis import maintenance
from corvana.analysis.account.selection import Filters, matches, previous, select
from corvana.analysis.response import (
    breakdowns,
    changes,
    comparison,
    durations,
    period_change,
    stages,
    weekly,
)
from corvana.analysis.response.breakdowns import COLUMN, Dimension
from corvana.analysis.response.comparison import Funnel
from corvana.analysis.response.durations import Measure, Summary, Unresolved
from corvana.analysis.response.period_change import Change, Periods
from corvana.analysis.statistics.blocks import Collected
from corvana.questions import accounts
from corvana.questions.question import question
from corvana.questions.view import View

_NINE_WEEKS: Final = timedelta(weeks=9)
_FEW_ROWS: Final = 25_000
"""This many incidents take about six megabytes."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A summary, the summary of the period before, and the change; None if not comparable."""

    now: Summary
    before: Summary | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Course:
    """All weeks collected: the weekly medians, the levels between changes, and the best split.

    Frames of breakdowns.weekly_trend, changes.segments and changes.trends (one row). `alike` is the
    number of durations if all are the same; else 0.
    """

    weeks: pd.DataFrame
    levels: pd.DataFrame
    split: pd.DataFrame
    alike: int


def incidents(view: View, filters: Filters) -> pd.DataFrame:
    """Return the selected lifecycle rows. They share memory with others: read only."""
    if filters.narrows and selected(view, filters) <= _FEW_ROWS:
        key = view.key(filters)
        # A page asks for the same rows six times. Copy them: a view would keep the whole frame in
        # memory.
        return view.cache.selected.get(key, lambda: _selected(view, filters).copy())
    return _selected(view, filters)


@question(is_compared=True)
def selected(view: View, filters: Filters) -> int:
    """Return how many incidents are selected."""
    return int(matches(accounts.incidents(view, filters), filters).sum())


def can_compare(view: View, filters: Filters) -> bool:
    """Return whether the period before lies fully in the collected time."""
    since = view.covered_since
    return filters.compare and since is not None and previous(filters).start >= since


def compared(view: View, filters: Filters, measure: Measure) -> Compared:
    """Return the summary of a duration beside that of the period before."""
    now = summary(view, filters, measure)
    if not can_compare(view, filters):
        return Compared(now, None, None)
    before = summary(view, previous(filters), measure)
    return Compared(now, before, change(view, filters, measure))


@question()
def change(view: View, filters: Filters, measure: Measure) -> Change | None:
    """Return period_change.change of the selection; None if the period before is not collected.

    The noise between weeks is that of all weeks collected of the same services, teams, policies and
    urgency.
    """
    since, earlier = view.covered_since, previous(filters)
    if since is None or earlier.start < since:
        return None
    every = incidents(view, of_all_weeks(view, filters))
    periods = Periods(
        summary(view, filters, measure),
        summary(view, earlier, measure),
        observed_weeks(view, filters),
        observed_weeks(view, earlier),
    )
    collected = Collected(filters.start, filters.end, since, view.as_of)
    return period_change.change(every, measure, periods, collected)


@question(is_compared=True)
def observed_weeks(view: View, filters: Filters) -> float:
    """Return maintenance.observed_weeks of the selection, for its rate of incidents."""
    return maintenance.observed_weeks(
        incidents(view, filters),
        view.frame("maintenance_windows"),
        pd.Timestamp(filters.start),
        pd.Timestamp(filters.end),
    )


@question(is_compared=True)
def summary(view: View, filters: Filters, measure: Measure) -> Summary:
    """Return durations.ack_summary or resolve_summary of the selection."""
    make = durations.ack_summary if measure == "seconds_to_first_ack" else durations.resolve_summary
    return make(incidents(view, filters), view.as_of)


@question()
def unresolved(view: View, filters: Filters) -> Unresolved:
    """Return durations.unresolved of the selection."""
    return durations.unresolved(incidents(view, filters))


@question(usual={"dimension": ("service",)})
def breakdown(view: View, filters: Filters, measure: Measure, dimension: Dimension) -> pd.DataFrame:
    """Return breakdowns.breakdown of the selection."""
    return breakdowns.breakdown(incidents(view, filters), measure, dimension)


@question()
def trend(view: View, filters: Filters, measure: Measure, time_zone: str) -> pd.DataFrame:
    """Return breakdowns.weekly_trend of the selection's whole weeks."""
    weeks = breakdowns.weekly_trend(incidents(view, filters), measure, time_zone)
    return breakdowns.whole_weeks(weeks, filters.start, filters.end, time_zone)


def lately(view: View, filters: Filters, *_: object) -> Filters:
    """Return the same selection from nine weeks before its end, so that it has eight whole weeks;
    unchanged if it is longer."""
    return replace(filters, start=max(view.since, min(filters.start, filters.end - _NINE_WEEKS)))


@question(depends_on=lately)
def recent(view: View, filters: Filters, measure: Measure, time_zone: str) -> pd.DataFrame:
    """Return breakdowns.weekly_trend of the whole weeks until the selection's end, at least eight
    where they are collected: fewer show no course."""
    weeks = breakdowns.weekly_trend(incidents(view, filters), measure, time_zone)
    return breakdowns.whole_weeks(weeks, filters.start, filters.end, time_zone)


def of_all_weeks(view: View, filters: Filters, *_: object) -> Filters:
    """Return the same selection over all collected time."""
    return replace(filters, start=view.since, end=view.as_of)


@question(depends_on=of_all_weeks)
def course(view: View, filters: Filters, measure: Measure, time_zone: str) -> Course:
    """Return the course and the changes of a duration over all collected weeks, for any period."""
    every = incidents(view, filters)
    medians = breakdowns.weekly_trend(every, measure, time_zone)
    period = {"since": filters.start, "as_of": filters.end}
    weeks = weekly.weeks(every, measure, **period, time_zone=time_zone)
    trends = changes.trends(weeks, measure)
    split = trends[trends["measure"] == measure]
    values = durations.columns_of_counted(every, measure)[measure].dropna()
    alike = len(values) if values.min() == values.max() else 0
    return Course(medians, changes.segments(weeks, measure), split, alike)


@question(is_usual=False)
def hours(view: View, filters: Filters, measure: Measure, time_zone: str) -> pd.DataFrame:
    """Return breakdowns.hour_of_week of the selection."""
    return breakdowns.hour_of_week(incidents(view, filters), measure, time_zone)


@question()
def distribution(view: View, filters: Filters, measure: Measure) -> pd.DataFrame:
    """Return breakdowns.distribution of the selection."""
    return breakdowns.distribution(incidents(view, filters), measure)


@question(is_usual=False)
def funnel(
    view: View, filters: Filters, measure: Measure, dimension: Dimension, seconds: float | None
) -> Funnel:
    """Return comparison.still_waiting after `seconds`, or comparison.typical_times for None."""
    rows, by = incidents(view, filters), COLUMN[dimension]
    if seconds is None:
        return comparison.typical_times(rows, measure, by)
    return comparison.still_waiting(rows, measure, by, seconds=seconds, as_of=view.as_of)


@question()
def stage_summary(view: View, filters: Filters) -> pd.DataFrame:
    """Return stages.stage_summary of the selection."""
    return stages.stage_summary(_stages(view, filters))


@question(is_usual=False)
def stage_summary_by(view: View, filters: Filters, dimension: Dimension) -> pd.DataFrame:
    """Return stages.stage_summary by service, policy, team or urgency, named `id`."""
    table = _stages(view, filters)
    column = COLUMN[dimension]
    parts = stages.by_team(table) if dimension == "team" else table.dropna(subset=column)
    return stages.stage_summary(parts, [column]).rename(columns={column: "id"})


def _selected(view: View, filters: Filters) -> pd.DataFrame:
    found = select(accounts.incidents(view, filters), filters)
    return found[view.frame("incidents").columns] if filters.of_times else found


def _stages(view: View, filters: Filters) -> pd.DataFrame:
    return stages.stages(incidents(view, filters), as_of=view.as_of)
