"""The tables behind the charts and the rows behind a page, each of which can be asked for as a
file.

A page shows a table and offers it as a file with the same declaration, so both hold the same rows.
"""

from typing import Final

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding
from corvana.analysis.response.breakdowns import Dimension
from corvana.analysis.response.durations import Measure
from corvana.errors import NotFound
from corvana.questions import dependencies, escalations, findings, labels, on_call, overview, teams
from corvana.questions import response as responses
from corvana.questions import rests_on as evidence
from corvana.questions.file import table
from corvana.questions.rests_on import Figure
from corvana.questions.view import View


def _within(view: View, filters: Filters, measure: Measure) -> pd.DataFrame:
    return responses.summary(view, filters, measure).curve


def _course(view: View, filters: Filters, measure: Measure, time_zone: str) -> pd.DataFrame:
    return responses.course(view, filters, measure, time_zone).weeks


def _groups(view: View, filters: Filters, measure: Measure, dimension: Dimension) -> pd.DataFrame:
    found = responses.breakdown(view, filters, measure, dimension)
    return labels.with_label(found, "id", labels.names(view, dimension))


def _funnel(
    view: View, filters: Filters, measure: Measure, dimension: Dimension, seconds: float | None
) -> pd.DataFrame:
    found = responses.funnel(view, filters, measure, dimension, seconds).groups
    return labels.with_label(found, "id", labels.names(view, dimension))


def _stages_of(view: View, filters: Filters, dimension: Dimension) -> pd.DataFrame:
    found = responses.stage_summary_by(view, filters, dimension)
    return labels.with_label(found, "id", labels.names(view, dimension))


def _policies(view: View, filters: Filters) -> pd.DataFrame:
    found = escalations.policies(view, filters)
    return labels.with_label(found, "escalation_policy_id", labels.names(view, "policy"))


def _burden(view: View, filters: Filters, who: str) -> pd.DataFrame:
    found = on_call.burdens(view, filters, who)
    return on_call.named(found, "id", on_call.names(view, who, found["id"]))


def _lorenz(view: View, filters: Filters, what: str) -> pd.DataFrame:
    """The curve; empty if the group of people is too small, as the page then draws none."""
    curve = on_call.shared(view, filters, what).lorenz
    people = on_call.totals(view, filters).responders
    return curve.iloc[:0] if view.is_recognisable(people) else curve


def _evenness(view: View) -> pd.DataFrame:
    found = on_call.evenness(view)
    return labels.with_label(found, "schedule_id", labels.schedules(view))


def _cover(view: View, filters: Filters) -> pd.DataFrame:
    stretches = on_call.cover(view, filters).stretches
    return on_call.named(stretches, "escalation_policy_id", labels.names(view, "policy"))


def _bus_factor(view: View, filters: Filters) -> pd.DataFrame:
    found = on_call.services(view, filters)
    return on_call.named(found, "service_id", labels.names(view, "service"))


def _graph(view: View) -> pd.DataFrame:
    return dependencies.named(dependencies.declared(view), labels.services(view))


def _radius(view: View, filters: Filters) -> pd.DataFrame:
    return dependencies.named(dependencies.radius(view, filters), labels.services(view))


def _pairs(view: View, filters: Filters) -> pd.DataFrame:
    every, chosen = dependencies.pairs(view, filters), dependencies.chosen(view, filters)
    return dependencies.named(dependencies.of_chosen(every, chosen), labels.services(view))


def _ledger(view: View) -> pd.DataFrame:
    return findings.summary(findings.listed(view), labels.subjects(view))


def _teams(view: View) -> pd.DataFrame:
    return teams.table(view, labels.names(view, "team"))


def _team_findings(view: View, team: str) -> pd.DataFrame:
    return findings.summary(teams.found(view, team).findings, labels.subjects(view))


def _finding_rows(view: View, finding: str) -> pd.DataFrame:
    return findings.every_row(view, _listed(view, finding))


def _finding_figure(view: View, finding: str, figure: Figure, time_zone: str) -> pd.DataFrame:
    shown = evidence.rests_on(view, _listed(view, finding), time_zone)
    found = next((one for one in shown if evidence.name_of(one) == figure), None)
    if found is None:
        raise NotFound("the finding has no such figure")
    return evidence.table_of(found)


def _listed(view: View, key: str) -> Finding:
    """The finding of this key. Raises `NotFound` if the ledger has none."""
    found = next((one for one in findings.listed(view) if words.key(one) == key), None)
    if found is None:
        raise NotFound("no such finding")
    return found


INCIDENTS: Final = table("incidents", responses.incidents)
WITHIN: Final = table("response-within", _within)
STAGES: Final = table("response-stages", responses.stage_summary)
STAGES_OF: Final = table("response-stages-of", _stages_of)
GROUPS: Final = table("response-groups", _groups)
GROUPS_FUNNEL: Final = table("response-funnel", _funnel)
HOURS_OF_WEEK: Final = table("response-hours", responses.hours)
COURSE: Final = table("response-weeks", _course)
DISTRIBUTION: Final = table("response-bins", responses.distribution)

VOLUME: Final = table("overview-volume", overview.weeks)

FUNNEL: Final = table("escalation-funnel", escalations.funnel)
POLICIES: Final = table("escalation-policies", _policies)
PATHS: Final = table("escalation-paths", escalations.paths)
LEVELS: Final = table("escalation-latency", escalations.levels)
WHAT_IF: Final = table("escalation-what-if", escalations.what_if)

BURDEN: Final = table("on-call-burden", _burden)
INTERRUPTED: Final = table("on-call-hours", on_call.hours)
LORENZ: Final = table("on-call-lorenz", _lorenz)
EVENNESS: Final = table("on-call-evenness", _evenness)
COVER: Final = table("on-call-cover", _cover)
BUS_FACTOR: Final = table("on-call-bus-factor", _bus_factor)

GRAPH: Final = table("dependency-graph", _graph)
RADIUS: Final = table("blast-radius", _radius)
PAIRS: Final = table("dependency-pairs", _pairs)
LAGS: Final = table("dependency-lags", dependencies.lags)

TEAMS: Final = table("teams", _teams)
TEAM_FINDINGS: Final = table("team-findings", _team_findings)

LEDGER: Final = table("findings-ledger", _ledger)
FINDING_ROWS: Final = table("finding-rows", _finding_rows)
FINDING_FIGURE: Final = table("finding-figure", _finding_figure)
