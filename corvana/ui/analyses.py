"""Analyses as pages ask for them, cached by connection, data version and selection."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from corvana.analysis import changes, response
from corvana.analysis.response import Change, Dimension, Measure, Summary
from corvana.analysis.selection import Filters, matches, previous, select
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView

_KINDS: dict[Dimension, str] = {
    "service": "service",
    "policy": "escalation_policy",
    "team": "team",
}
_TABLE_ROWS = 5_000
_FEW_ROWS = 25_000
"""So many take some six megabytes."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A summary, the same of the period before, and what changed; None where not comparable."""

    now: Summary
    before: Summary | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Course:
    """All weeks collected: the weekly medians, the levels between changes, and the best split.

    Frames of response.weekly_trend, changes.segments and changes.trends (one row).
    """

    weeks: pd.DataFrame
    levels: pd.DataFrame
    split: pd.DataFrame


def incidents(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    """Return the selected lifecycle rows. They share memory with others: read only."""
    everything = snapshot.frame("incidents")
    narrows = filters.services or filters.teams or filters.policies or filters.urgency
    if narrows and selected(snapshot, filters) <= _FEW_ROWS:
        key = repr((snapshot.connection_id, snapshot.version, filters))
        # A page asks for the same rows six times. A copy, as a part would keep the whole.
        return _few(key, lambda: select(everything, filters).copy())
    return select(everything, filters)


@st.cache_resource(max_entries=8, show_spinner=False)
def _few(key: str, _selection: Callable[[], pd.DataFrame]) -> pd.DataFrame:  # noqa: ARG001 - the cache key
    return _selection()


@by_version
def selected(snapshot: SnapshotView, filters: Filters) -> int:
    """Return how many incidents are selected."""
    return int(matches(snapshot.frame("incidents"), filters).sum())


def can_compare(snapshot: SnapshotView, filters: Filters) -> bool:
    """Tell whether the period before lies wholly in what was collected."""
    since = snapshot.covered_since
    return filters.compare and since is not None and previous(filters).start >= since


def compared(snapshot: SnapshotView, filters: Filters, measure: Measure) -> Compared:
    """Return the summary of a duration beside that of the period before."""
    now = summary(snapshot, filters, measure)
    if not can_compare(snapshot, filters):
        return Compared(now, None, None)
    before = summary(snapshot, previous(filters), measure)
    return Compared(now, before, response.change(now, before, filters.weeks, filters.weeks))


@by_version
def summary(snapshot: SnapshotView, filters: Filters, measure: Measure) -> Summary:
    """Return response.ack_summary or resolve_summary of the selection."""
    make = response.ack_summary if measure == "seconds_to_first_ack" else response.resolve_summary
    return make(incidents(snapshot, filters), snapshot.as_of)


@by_version
def breakdown(
    snapshot: SnapshotView, filters: Filters, measure: Measure, dimension: Dimension
) -> pd.DataFrame:
    """Return response.breakdown of the selection."""
    return response.breakdown(incidents(snapshot, filters), measure, dimension)


@by_version
def trend(
    snapshot: SnapshotView, filters: Filters, measure: Measure, time_zone: str
) -> pd.DataFrame:
    """Return response.weekly_trend of the selection's whole weeks."""
    weeks = response.weekly_trend(incidents(snapshot, filters), measure, time_zone)
    return response.whole_weeks(weeks, filters.start, filters.end, time_zone)


def course(snapshot: SnapshotView, filters: Filters, measure: Measure, time_zone: str) -> Course:
    """Return how a duration went and changed in all weeks collected, whatever the period."""
    since = snapshot.covered_since or snapshot.requested_since
    # Without the period, so that another one does not ask for it again.
    always = replace(filters, start=since, end=snapshot.as_of)
    return _course(snapshot, always, measure, time_zone)


@by_version
def _course(snapshot: SnapshotView, always: Filters, measure: Measure, time_zone: str) -> Course:
    since, as_of = always.start, always.end
    every = incidents(snapshot, always)
    weekly = response.weekly_trend(every, measure, time_zone)
    # The test is the same for any duration; the analysis knows one, by the column of the first ack.
    timed = every[["resolution", "created_at"]].assign(seconds_to_first_ack=every[measure])
    weeks = changes.weeks(timed, since=since, as_of=as_of, time_zone=time_zone)
    trends = changes.trends(weeks)
    return Course(
        weekly,
        changes.segments(weeks, "seconds_to_first_ack"),
        trends[trends["measure"] == "seconds_to_first_ack"],
    )


@by_version
def hours(
    snapshot: SnapshotView, filters: Filters, measure: Measure, time_zone: str
) -> pd.DataFrame:
    """Return response.hour_of_week of the selection."""
    return response.hour_of_week(incidents(snapshot, filters), measure, time_zone)


@by_version
def distribution(snapshot: SnapshotView, filters: Filters, measure: Measure) -> pd.DataFrame:
    """Return response.distribution of the selection."""
    return response.distribution(incidents(snapshot, filters), measure)


@by_version
def names(snapshot: SnapshotView, dimension: Dimension) -> dict[str, str]:
    """Return the label of every service, policy or team, in the order of the alphabet; equal labels
    get their id added."""
    labels = snapshot.frame("labels")
    wanted = labels.loc[labels["kind"] == _KINDS.get(dimension, "")].dropna(subset=["label"])
    twice = wanted["label"].duplicated(keep=False)
    unique = wanted["label"].where(~twice, wanted["label"] + " (" + wanted["id"] + ")")
    ordered = pd.DataFrame({"id": wanted["id"], "label": unique}).sort_values(
        "label", key=lambda label: label.str.casefold(), kind="stable"
    )
    return dict(zip(ordered["id"], ordered["label"], strict=True))


def table(snapshot: SnapshotView, filters: Filters, time_zone: str) -> pd.DataFrame:
    """Return the newest selected incidents for reading: labels for ids, times in a zone."""
    newest = incidents(snapshot, filters).nlargest(_TABLE_ROWS, "created_at")
    return pd.DataFrame(
        {
            "number": newest["number"],
            "created": newest["created_at"].dt.tz_convert(time_zone),
            "service": _named(newest["service_id"], names(snapshot, "service")),
            "policy": _named(newest["escalation_policy_id"], names(snapshot, "policy")),
            "urgency": newest["urgency"],
            "to first ack, s": newest["seconds_to_first_ack"],
            "to resolve, s": newest["seconds_to_resolve"],
            "ended by": newest["resolution"],
            "acknowledged at level": newest["acknowledged_level"],
        }
    )


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV: instants ISO 8601 in UTC with Z, missing empty."""
    return frame.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%SZ").encode()


def _named(ids: pd.Series, labels: dict[str, str]) -> pd.Series:
    return ids.map(labels).fillna(ids)
