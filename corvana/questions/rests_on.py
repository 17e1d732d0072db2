"""What one finding rests on, as the numbers of figures: `corvana.ui.finding_figures` draws them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis import response
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding, Unit
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.places import are_among
from corvana.analysis.response import Summary
from corvana.analysis.statistics import ENOUGH
from corvana.questions import accounts
from corvana.questions.findings import tests
from corvana.questions.labels import label_or_id, subjects
from corvana.questions.question import question
from corvana.questions.view import View

_CIRCUMSTANCES: Final[Mapping[str, tuple[str, str, str]]] = {
    "handoff_slowdown": ("is_marked", "in the hour after a handoff", "one to three hours after it"),
    "load_slowdown": ("is_marked", "when those paged are busy", "when the same people are free"),
    "regression": ("is_after", "since the change", "before it"),
}
"""By kind: the flag of its evidence, and what the two halves are called."""
_EMPTY_TIMES: Final[Mapping[str, str]] = {
    "coverage_gap": "Nobody is on call",
    "fake_redundancy": "Two levels are the same person",
}
_PEOPLE: Final[Mapping[str, tuple[str, str]]] = {
    "overloaded_responder": ("incidents", "incidents paged for on this schedule"),
    "unfair_rotation": ("nights", "nights with pages"),
    "single_responder_service": ("acknowledgements", "acknowledgements"),
}
"""By kind: the column of its evidence that falls on people, and what it is."""


class Tested(NamedTuple):
    """The finding beside all subjects looked at: TESTS with `name`. `few` had too few rows."""

    tests: pd.DataFrame
    finding: Finding
    unit: Unit
    where: str
    few: int


class Waits(NamedTuple):
    """Times to first ack under a circumstance and otherwise, with what the two are called."""

    now: Summary
    usual: Summary
    circumstance: str
    otherwise: str


class Course(NamedTuple):
    """response.weekly_trend of the finding's incidents, and the Monday of the change."""

    weeks: pd.DataFrame
    since: pd.Timestamp
    time_zone: str


class Timeline(NamedTuple):
    """Spans of time (`start`, `end`) in which something is so, and what that is."""

    spans: pd.DataFrame
    as_of: datetime
    time_zone: str
    says: str


class Members(NamedTuple):
    """How something falls on people: `name`, `value`, `expected` (missing: not known)."""

    members: pd.DataFrame
    what: str


Shown = Tested | Waits | Course | Timeline | Members


@question()
def rests_on(view: View, finding: Finding, time_zone: str) -> tuple[Shown, ...]:
    """Return the finding beside all others looked at, then what shows it best."""
    where = words.where(finding, subjects(view))
    first = _tested(view, finding, where)
    if finding.kind in _EMPTY_TIMES:
        return first, _timeline(view, finding, time_zone)
    if finding.kind == "regression":
        return first, _waits(view, finding, where), _course(view, finding, time_zone)
    if finding.kind in _PEOPLE:
        return first, _members(view, finding)
    if finding.kind == "slow_ack" or finding.kind in _CIRCUMSTANCES:
        return first, _waits(view, finding, where)
    return (first,)


def _tested(view: View, finding: Finding, where: str) -> Tested:
    tested = tests(view, finding.kind)
    few = int((tested["p_value"].notna() & tested["n"].lt(ENOUGH)).sum())
    return Tested(tested, finding, kind_of(finding.kind).unit, where, few)


def _waits(view: View, finding: Finding, where: str) -> Waits:
    account = accounts.whole(view)
    found = kind_of(finding.kind).evidence(account, finding)
    incidents = account.incidents
    flag, circumstance, otherwise = _CIRCUMSTANCES.get(
        finding.kind, ("", f"on {where}", "on all others of high urgency")
    )
    if flag:
        own, others = (
            incidents[are_among(incidents["incident_id"], found.loc[half, "incident_id"])]
            for half in (found[flag], ~found[flag])
        )
    else:
        is_own = are_among(incidents["incident_id"], found["incident_id"])
        own, others = incidents[is_own], incidents[~is_own & incidents["urgency"].eq("high")]
    now, usual = (response.ack_summary(half, account.as_of) for half in (own, others))
    return Waits(now, usual, circumstance, otherwise)


def _course(view: View, finding: Finding, time_zone: str) -> Course:
    account = accounts.whole(view)
    found = kind_of(finding.kind).evidence(account, finding)
    own = account.incidents[are_among(account.incidents["incident_id"], found["incident_id"])]
    weeks = response.weekly_trend(own, "seconds_to_first_ack", time_zone)
    return Course(weeks, pd.Timestamp(str(finding.detail)), time_zone)


def _timeline(view: View, finding: Finding, time_zone: str) -> Timeline:
    spans = kind_of(finding.kind).evidence(accounts.whole(view), finding)
    return Timeline(spans, view.as_of, time_zone, _EMPTY_TIMES[finding.kind])


def _members(view: View, finding: Finding) -> Members:
    column, what = _PEOPLE[finding.kind]
    found = kind_of(finding.kind).evidence(accounts.whole(view), finding)
    expected = {
        "overloaded_responder": found[column].mean(),
        "unfair_rotation": found.get("expected_nights"),
    }.get(finding.kind)
    members = pd.DataFrame(
        {
            "name": label_or_id(found["responder"], subjects(view)),
            "value": found[column],
            "expected": float("nan") if expected is None else expected,
        }
    )
    return Members(members, what)
