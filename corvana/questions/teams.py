"""Questions about teams: which one first, and one team beside the rest of the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.answers.walkthrough import may_be_told
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.response import breakdowns
from corvana.analysis.staffing.burden import Totals
from corvana.analysis.staffing.covered_levels import Cover
from corvana.analysis.teams import avoidable, membership, numbers
from corvana.analysis.teams.numbers import Beside
from corvana.frames import FINDINGS, conform
from corvana.questions import accounts, escalations, findings, on_call, response
from corvana.questions.findings import Answers
from corvana.questions.question import question
from corvana.questions.view import View

_MINUTES: Final = {kind.name: kind.minutes for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Found:
    """The findings of a team, largest first, without those about single people of a group of fewer
    than five; `hidden` is the number of those."""

    findings: Sequence[Finding]
    hidden: int


@dataclass(frozen=True, slots=True)
class Load:
    """What the people of a team's policies carry: as on the on-call page."""

    totals: Totals
    cover: Cover


def ranking(view: View) -> pd.DataFrame:
    """Return avoidable.by_team of all teams, with all findings; empty without a team."""
    return ranking_as_answered(view, findings.answered(view))


@question()
def ranking_as_answered(view: View, answered: Answers) -> pd.DataFrame:
    """Return the ranking as it is with the client's answers."""
    services = view.frame("services")
    teams = membership.teams(view.frame("incidents"), services, view.frame("labels"))
    found, rules = _known(view, answered), view.frame("rules")
    return avoidable.by_team(found, _MINUTES, services, rules, teams)


def ranked(view: View, filters: Filters) -> pd.DataFrame:
    """Return the ranking; if teams are chosen, only of these."""
    every = ranking(view)
    return every[every["team"].isin(filters.teams)] if filters.teams else every


def largest(view: View) -> Mapping[str, Finding]:
    """Return the largest finding of each team that has one."""
    every, listed = ranking(view), findings.listed(view)
    return {
        team: listed[place]
        for team, place in zip(every["team"], every["largest"], strict=True)
        if place >= 0
    }


@question()
def without_team(view: View, filters: Filters) -> int:
    """Return how many incidents of the selection belong to no team."""
    return membership.without_team(response.incidents(view, filters))


def selected_of_all(view: View, filters: Filters) -> int:
    """Return how many incidents are selected if no team is chosen."""
    return response.selected(view, replace(filters, teams=()))


@question()
def medians(view: View, filters: Filters) -> pd.DataFrame:
    """Return breakdowns.breakdown of the time to first ack by team."""
    return breakdowns.breakdown(response.incidents(view, filters), "seconds_to_first_ack", "team")


@question()
def beside_the_rest(view: View, filters: Filters, team: str) -> tuple[Beside, ...]:
    """Return numbers.beside_the_rest of the team in the selection."""
    every = replace(filters, teams=())
    return numbers.beside_the_rest(accounts.narrowed(view, every), team)


def found(view: View, team: str) -> Found:
    """Return the findings of a team."""
    return found_as_answered(view, team, findings.answered(view))


@question()
def found_as_answered(view: View, team: str, answered: Answers) -> Found:
    """Return the findings of a team as they are with the client's answers."""
    own = membership.owned(_known(view, answered), view.frame("services"), view.frame("rules"))
    listed, account = findings.listed_as_answered(view, answered), accounts.whole(view)
    every = [listed[place] for place in own.loc[own["team"].eq(team), "finding"]]
    told = [one for one in every if may_be_told(account, one)]
    return Found(told, len(every) - len(told))


@question()
def policies(view: View, filters: Filters, team: str) -> pd.DataFrame:
    """Return climbing.policy_summary of the team's incidents, as escalations.policies."""
    return escalations.policies(view, of_team(filters, team))


@question()
def load(view: View, filters: Filters, team: str) -> Load:
    """Return burden.totals and covered_levels.covered_levels of the team's policies."""
    own = of_team(filters, team)
    return Load(on_call.totals(view, own), on_call.cover(view, own))


@question(usual={"who": (on_call.ROTATIONS, on_call.RESPONDERS)})
def burdens(view: View, filters: Filters, team: str, who: str) -> pd.DataFrame:
    """Return on_call.burdens of the team's policies; no row of a person in a small group."""
    return on_call.burdens(view, of_team(filters, team), who)


def of_team(filters: Filters, team: str) -> Filters:
    """Return the selection narrowed to the team."""
    return replace(filters, teams=(team,))


def table(view: View, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the ranking for reading: label for the id, and the place of the largest finding."""
    every = ranking(view)
    keys = {team: words.key(finding) for team, finding in largest(view).items()}
    return every.drop(columns="largest").assign(
        label=every["team"].map(names), largest_finding=every["team"].map(keys)
    )


def _known(view: View, answered: Answers) -> pd.DataFrame:
    """FINDINGS as they are with the client's answers: a row for each of
    `findings.listed_as_answered`."""
    listed = findings.listed_as_answered(view, answered)
    return pd.DataFrame(listed, columns=list(Finding._fields)).pipe(conform, FINDINGS)
