"""How each table is shown to readers: its columns, and what has to be done to its rows first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from corvana.questions import tables
from corvana.questions.assessment import changed_tables, target_tables
from corvana.questions.file import Asked
from corvana.questions.readable import (
    changed,
    dependencies,
    escalations,
    findings,
    on_call,
    response,
    targets,
    teams,
)
from corvana.questions.readable.columns import Column, Readable, shown
from corvana.questions.view import View

Arguments = Mapping[str, Any]


def _as_it_is(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    return frame


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table by its arguments; `prepare` brings its rows into the order of the
    chart and puts names for ids."""

    columns: Callable[[Arguments], Sequence[Column]]
    prepare: Callable[[View, pd.DataFrame, Arguments], pd.DataFrame] = _as_it_is


LAYOUTS: Final[Mapping[str, Layout]] = {
    tables.WITHIN.name: Layout(response.within),
    tables.STAGES.name: Layout(response.stages, response.in_words),
    tables.STAGES_OF.name: Layout(response.stages_of, response.most_time_first),
    tables.GROUPS.name: Layout(response.groups),
    tables.GROUPS_FUNNEL.name: Layout(response.funnel),
    tables.HOURS_OF_WEEK.name: Layout(response.hours_of_week),
    tables.COURSE.name: Layout(response.weeks),
    tables.DISTRIBUTION.name: Layout(response.bins),
    tables.VOLUME.name: Layout(response.weeks),
    tables.FUNNEL.name: Layout(escalations.levels),
    tables.POLICIES.name: Layout(escalations.policies, escalations.most_escalated_first),
    tables.PATHS.name: Layout(escalations.paths, escalations.places),
    tables.LEVELS.name: Layout(escalations.levels),
    tables.WHAT_IF.name: Layout(escalations.what_if, escalations.compared),
    tables.BURDEN.name: Layout(on_call.burden),
    tables.INTERRUPTED.name: Layout(on_call.interrupted),
    tables.LORENZ.name: Layout(on_call.lorenz),
    tables.EVENNESS.name: Layout(on_call.evenness),
    tables.COVER.name: Layout(on_call.cover, on_call.worst_level_first),
    tables.BUS_FACTOR.name: Layout(on_call.bus_factor, on_call.fewest_people_first),
    tables.GRAPH.name: Layout(dependencies.graph),
    tables.RADIUS.name: Layout(dependencies.radius, dependencies.most_exposed_first),
    tables.PAIRS.name: Layout(dependencies.pairs, dependencies.surest_first),
    tables.LAGS.name: Layout(dependencies.lags),
    tables.TEAMS.name: Layout(teams.ranking, teams.with_titles),
    tables.TEAM_FINDINGS.name: Layout(findings.ledger),
    target_tables.SET.name: Layout(targets.those_set, targets.in_order),
    target_tables.GROUPS.name: Layout(targets.groups, targets.with_kinds),
    target_tables.WEEKS.name: Layout(targets.weeks),
    tables.LEDGER.name: Layout(findings.ledger),
    changed_tables.MEASURES.name: Layout(changed.measures, changed.in_words),
    changed_tables.SCORES.name: Layout(changed.scores),
    changed_tables.CHECKS.name: Layout(changed.checks, changed.checks_in_words),
    changed_tables.FINDINGS.name: Layout(changed.findings, changed.findings_in_words),
    tables.FINDING_FIGURE.name: Layout(findings.figure, findings.largest_first),
}
"""By the name of a file its layout. Incidents and the rows of a finding are in `incidents`."""


def read(table: Asked[pd.DataFrame], largest: str = "") -> Readable:
    """Return the table of a chart for readers; the file of the same table stays as it is.

    `largest` names the column by whose values the chart is sorted, if it is another than usual.
    """
    layout, arguments = LAYOUTS[table.file.name], table.arguments
    rows = layout.prepare(table.view, table.made(), arguments)
    if largest:
        rows = rows.sort_values(largest, ascending=False, kind="stable")
    kind = findings.opened(table.view, arguments) if arguments.get("figure") == "tested" else None
    return shown(rows, layout.columns(arguments) if kind is None else findings.tested(kind))
