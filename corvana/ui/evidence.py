"""What one finding rests on, as figures, kept by data version."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis import response, wording
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.ledger import ENOUGH
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.places import are_among
from corvana.charts import evidence as charts
from corvana.charts.findings import MOST_TESTED, plot_tested
from corvana.ui import accounts
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView

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


class Evidence(NamedTuple):
    """A figure with its name, its numbers, and what is said below it."""

    name: str
    drawn: go.Figure
    table: pd.DataFrame
    caption: str


@by_version
def names(snapshot: SnapshotView) -> dict[str, str]:
    """Return the label of whatever can be a subject; responders by code, equal labels with id."""
    labels = snapshot.frame("labels").dropna(subset=["label"])
    twice = labels.duplicated(["kind", "label"], keep=False)
    unique = labels["label"].where(~twice, labels["label"] + " (" + labels["id"] + ")")
    codes = {one: wording.responder(one) for one in snapshot.frame("responders")["responder"]}
    return codes | dict(zip(labels["id"], unique, strict=True))


@by_version
def tests(snapshot: SnapshotView, kind: str) -> pd.DataFrame:
    """Return TESTS of a kind with `name`: where each subject is."""
    tested = kind_of(kind).tests(accounts.whole(snapshot))
    subject = tested["subject_id"].map(names(snapshot)).fillna(tested["subject_id"])
    detail = tested["detail"].map(names(snapshot)).fillna(tested["detail"])
    return tested.assign(name=subject.where(detail.isna(), subject + " · " + detail.astype("str")))


@by_version
def figures(snapshot: SnapshotView, finding: Finding, where: str, zone: str) -> list[Evidence]:
    """Return what the finding rests on: beside all others looked at, then what shows it best.

    `where` is what the finding's subject is called, `zone` whose clock the times are on.
    """
    first = _tested(snapshot, finding, where)
    if finding.kind in _EMPTY_TIMES:
        return [first, _timeline(snapshot, finding, zone)]
    if finding.kind == "regression":
        return [first, _waits(snapshot, finding, where), _course(snapshot, finding, zone)]
    if finding.kind in _PEOPLE:
        return [first, _members(snapshot, finding)]
    if finding.kind == "slow_ack" or finding.kind in _CIRCUMSTANCES:
        return [first, _waits(snapshot, finding, where)]
    return [first]


def _tested(snapshot: SnapshotView, finding: Finding, where: str) -> Evidence:
    tested = tests(snapshot, finding.kind)
    few = int((tested["p_value"].notna() & tested["n"].lt(ENOUGH)).sum())
    left_out = f"; {wording.count(few)} with fewer than {ENOUGH} observations left out" * bool(few)
    return Evidence(
        "tested",
        plot_tested(tested, finding, kind_of(finding.kind).unit, where),
        tested,
        f"Whiskers: 95 % interval. {wording.count(len(tested))} looked at, at most "
        f"{MOST_TESTED} drawn{left_out}.",
    )


def _waits(snapshot: SnapshotView, finding: Finding, where: str) -> Evidence:
    account = accounts.whole(snapshot)
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
    return Evidence(
        "waits",
        charts.plot_waits(now.curve, usual.curve, circumstance, otherwise),
        now.curve,
        f"n = {wording.count(now.n)} and {wording.count(usual.n)}, also those never acknowledged. "
        "Curves of all of them as they are; the effect compares like with like.",
    )


def _course(snapshot: SnapshotView, finding: Finding, zone: str) -> Evidence:
    account = accounts.whole(snapshot)
    found = kind_of(finding.kind).evidence(account, finding)
    own = account.incidents[are_among(account.incidents["incident_id"], found["incident_id"])]
    weeks = response.weekly_trend(own, "seconds_to_first_ack", zone)
    return Evidence(
        "course",
        charts.plot_course(weeks, pd.Timestamp(str(finding.detail))),
        weeks,
        f"Weeks from Monday, {zone}; the band is the 95 % interval.",
    )


def _timeline(snapshot: SnapshotView, finding: Finding, zone: str) -> Evidence:
    spans = kind_of(finding.kind).evidence(accounts.whole(snapshot), finding)
    return Evidence(
        "timeline",
        charts.plot_timeline(spans, snapshot.as_of, zone, _EMPTY_TIMES[finding.kind]),
        spans.drop(columns="responder", errors="ignore"),
        "A column is a day; blue is such time.",
    )


def _members(snapshot: SnapshotView, finding: Finding) -> Evidence:
    column, what = _PEOPLE[finding.kind]
    found = kind_of(finding.kind).evidence(accounts.whole(snapshot), finding)
    expected = {
        "overloaded_responder": found[column].mean(),
        "unfair_rotation": found.get("expected_nights"),
    }.get(finding.kind)
    members = pd.DataFrame(
        {
            "name": found["responder"].map(names(snapshot)).fillna(found["responder"]),
            "value": found[column],
            "expected": float("nan") if expected is None else expected,
        }
    )
    return Evidence(
        "members", charts.plot_members(members, what), members, "Responders appear as codes."
    )
