"""What pages ask when nothing is chosen but a usual period and perhaps an urgency, asked before
anybody does."""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from corvana.analysis.answers import findings as words
from corvana.analysis.burden import SHARED
from corvana.analysis.response import Measure
from corvana.analysis.selection import Filters
from corvana.store import connections
from corvana.ui import (
    analyses,
    dependencies,
    escalations,
    evidence,
    findings,
    on_call,
    overview,
    prepared,
    scorecard,
    stages,
    walkthrough,
)
from corvana.ui.cached import noting
from corvana.ui.data import SnapshotView, snapshot_of
from corvana.ui.filters import usual_selections
from corvana.ui.process import engine, settings, vault

_MEASURES: Final[tuple[Measure, ...]] = ("seconds_to_first_ack", "seconds_to_resolve")
_ZONES: Final = 4
_FOREMOST: Final = 5
"""So many findings are opened beforehand, the first ones."""


def prepare(connection_id: str) -> int:
    """Keep with the newest data version what pages will ask of it; return how many answers.

    Raises
    ------
    NotFound
        There is no such connection.
    SnapshotMissing
        Its newest data version was replaced, or the connection deleted meanwhile.
    """
    snapshot = snapshot_of(connections.get(engine(), connection_id))
    if not snapshot.version:
        return 0
    # Whose clock a reader has is not known; those of the account are the likeliest.
    common = snapshot.frame("schedules")["time_zone"].value_counts().head(_ZONES)
    zones = dict.fromkeys([*common.index, str(UTC)])
    with noting() as answers:
        _ask_of_all(snapshot, *zones)
        selections = [
            each for each in usual_selections(snapshot) if analyses.selected(snapshot, each)
        ]
        for selection in selections:
            _ask(snapshot, selection, *zones)
        _ask_of_chosen(snapshot, selections)
    prepared.write(settings().snapshot_dir, connection_id, snapshot.version, vault(), answers)
    return len(answers)


def _ask_of_all(snapshot: SnapshotView, *zones: str) -> None:
    """Ask what does not depend on a selection."""
    for dimension in ("service", "policy", "team"):
        analyses.names(snapshot, dimension)
    dependencies.names(snapshot)
    dependencies.circles(snapshot)
    evidence.names(snapshot)
    overview.collected(snapshot)
    scorecard.scores(snapshot)
    for zone in zones:
        overview.weeks(snapshot, zone)
    if not findings.is_analysed(snapshot):
        return
    names = evidence.names(snapshot)
    for finding in findings.listed(snapshot)[:_FOREMOST]:
        findings.behind(snapshot, finding)
        for zone in zones:
            evidence.figures(snapshot, finding, words.where(finding, names), zone)
    walkthrough.steps(snapshot)


def _ask(snapshot: SnapshotView, filters: Filters, *zones: str) -> None:
    """Ask what the pages with filters do, as they are when they are opened."""
    for measure in _MEASURES:
        analyses.compared(snapshot, filters, measure)
        analyses.breakdown(snapshot, filters, measure, "service")
        analyses.distribution(snapshot, filters, measure)
        for zone in zones:
            analyses.trend(snapshot, filters, measure, zone)
            analyses.course(snapshot, filters, measure, zone)
    overview.answer(snapshot, filters)
    stages.summary(snapshot, filters)
    _ask_of_escalations(snapshot, filters)
    _ask_of_on_call(snapshot, filters)
    _ask_of_dependencies(snapshot, filters)


def _ask_of_escalations(snapshot: SnapshotView, filters: Filters) -> None:
    escalations.funnel(snapshot, filters)
    escalations.policies(snapshot, filters)


def _ask_of_on_call(snapshot: SnapshotView, filters: Filters) -> None:
    on_call.totals(snapshot, filters)
    on_call.totals_before(snapshot, filters)
    on_call.cover(snapshot, filters)
    on_call.hours(snapshot, filters)
    on_call.services(snapshot, filters)
    for who in (on_call.RESPONDERS, on_call.ROTATIONS):
        on_call.burdens(snapshot, filters, who)
    for what in SHARED:
        on_call.shared(snapshot, filters, what)


def _ask_of_dependencies(snapshot: SnapshotView, filters: Filters) -> None:
    dependencies.pairs(snapshot, filters)
    dependencies.chosen(snapshot, filters)
    dependencies.radius(snapshot, filters)
    dependencies.graph_caption(snapshot, filters)
    dependencies.answer(snapshot, filters)


def _ask_of_chosen(snapshot: SnapshotView, selections: Sequence[Filters]) -> None:
    """Ask about the policy and the pair that are chosen to begin with, whose choice stays when the
    period is changed."""
    policies = {
        policy
        for each in selections
        for policy in escalations.by_volume(escalations.policies(snapshot, each))[:1]
    }
    pairs = {pair for each in selections for pair in list(dependencies.choices(snapshot, each))[:1]}
    for filters in selections:
        for policy in policies:
            escalations.levels(snapshot, filters, policy)
            escalations.paths(snapshot, filters, policy)
            escalations.latencies(snapshot, filters, policy)
            present = escalations.delays(snapshot, policy)
            escalations.what_if(snapshot, filters, policy, tuple(present.items()))
        for pair in pairs:
            dependencies.lags(snapshot, filters, pair)
