"""Every file that can be asked for of an account, with arguments that fit it."""

from collections.abc import Iterator
from typing import Any

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.response.durations import Measure
from corvana.questions import dependencies, escalations, findings, tables, teams
from corvana.questions.assessment import (
    changed_tables,
    points,
    register_table,
    target_tables,
)
from corvana.questions.file import Asked
from corvana.questions.view import View
from corvana.web import files

ZONE = "Europe/Berlin"


def every_file(view: View) -> Iterator[Asked[Any]]:
    """Yield each declared file once, over everything collected. The account has a baseline."""
    all_time = Filters(view.since, view.as_of)
    policy = escalations.to_look_at(view, all_time)[0]
    pair = next(iter(dependencies.choices(view, all_time)), "PONE>PTWO")
    finding = words.key(findings.listed(view)[0])
    measure: Measure = "seconds_to_first_ack"
    yield files.REPORT.of(view)
    yield files.DECK.of(view)
    yield files.ONE_PAGE.of(view)
    yield files.EVIDENCE.of(view)
    yield register_table.CSV.of(view, "all")
    yield register_table.XLSX.of(view, "confirmed")
    yield tables.INCIDENTS.of(view, all_time)
    yield tables.WITHIN.of(view, all_time, measure)
    yield tables.STAGES.of(view, all_time)
    yield tables.STAGES_OF.of(view, all_time, "team")
    yield tables.GROUPS.of(view, all_time, measure, "service")
    yield tables.GROUPS_FUNNEL.of(view, all_time, measure, "service", 300.0)
    yield tables.HOURS_OF_WEEK.of(view, all_time, measure, ZONE)
    yield tables.COURSE.of(view, all_time, measure, ZONE)
    yield tables.DISTRIBUTION.of(view, all_time, measure)
    yield tables.VOLUME.of(view)
    yield tables.FUNNEL.of(view, all_time)
    yield tables.POLICIES.of(view, all_time)
    yield tables.PATHS.of(view, all_time, policy)
    yield tables.LEVELS.of(view, all_time, policy)
    minutes = tuple(escalations.delays(view, policy).items())
    yield tables.WHAT_IF.of(view, all_time, policy, minutes)
    yield tables.BURDEN.of(view, all_time, "responders")
    yield tables.INTERRUPTED.of(view, all_time)
    yield tables.LORENZ.of(view, all_time, "engaged time")
    yield tables.EVENNESS.of(view)
    yield tables.COVER.of(view, all_time)
    yield tables.BUS_FACTOR.of(view, all_time)
    yield tables.GRAPH.of(view)
    yield tables.RADIUS.of(view, all_time)
    yield tables.PAIRS.of(view, all_time)
    yield tables.LAGS.of(view, all_time, pair)
    yield tables.LEDGER.of(view)
    yield tables.TEAMS.of(view)
    yield tables.TEAM_FINDINGS.of(view, teams.ranking(view)["team"].iloc[0])
    yield tables.FINDING_ROWS.of(view, finding)
    yield tables.FINDING_FIGURE.of(view, finding, "tested", ZONE)
    yield target_tables.SET.of(view)
    yield target_tables.GROUPS.of(view, all_time, measure, "team")
    yield target_tables.WEEKS.of(view, all_time, measure, ZONE)
    yield target_tables.MISSED.of(view, all_time, measure)
    before = points.known(view)[0].id
    yield changed_tables.MEASURES.of(view, before, points.NOW)
    yield changed_tables.SCORES.of(view, before, points.NOW)
    yield changed_tables.CHECKS.of(view, before, points.NOW)
    yield changed_tables.FINDINGS.of(view, before, points.NOW)
