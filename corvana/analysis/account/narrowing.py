"""An account narrowed to a reader's selection: the same frames, fewer rows."""

from dataclasses import replace

import numpy as np

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.selection import Filters, Mask, matches, rows
from corvana.analysis.statistics.places import NUMBER, Places


def narrow(account: Account, filters: Filters) -> Account:
    """Return the account of the selected incidents and the period; frames keep their columns.

    Escalation steps and participations are those of incidents created in the period; interruptions
    those that arrived in it. With services, teams or policies chosen, only their policies' rules
    remain, and the shifts of the schedules in them; with none chosen the on-call frames stay whole.
    """
    kept = matches(account.incidents, filters).to_numpy()
    chosen = bool(filters.services or filters.teams or filters.policies)
    rules = account.rules
    if chosen:
        rules = rules[rules["escalation_policy_id"].isin(_policies(account, filters))]
    schedules = rules.loc[rules["target_type"].eq("schedule"), "target"]
    steps = _of(account.step_incidents, kept)
    participations = _of(account.participation_incidents, kept)
    arrived = _arrived(account, filters)
    # Matching a million texts is slow. The row of each incident is known, so only renumber it.
    number = np.append(np.where(kept, kept.cumsum() - 1, -1), -1).astype(NUMBER)
    return replace(
        account,
        incidents=rows(account.incidents, kept),
        escalation_steps=rows(account.escalation_steps, steps),
        participations=rows(account.participations, participations),
        interruptions=rows(account.interruptions, arrived),
        rules=rules,
        shifts=account.shifts[account.shifts["schedule_id"].isin(schedules)]
        if chosen
        else account.shifts,
        since=filters.start,
        until=filters.end,
    ).with_places(
        steps=number[account.step_incidents[steps]],
        participations=number[account.participation_incidents[participations]],
        interruptions=number[account.interruption_incidents[arrived]],
    )


def _of(incidents: Places, kept: Mask) -> Mask:
    """Return the rows of which the incident is kept; incidents are given by row number."""
    return np.append(kept, False)[incidents]


def _arrived(account: Account, filters: Filters) -> Mask:
    """The interruptions of the period, also those for an incident created before it."""
    at = account.interruptions["at"]
    arrived: Mask = (at.ge(filters.start) & at.lt(filters.end)).to_numpy()
    if not (filters.services or filters.teams or filters.policies or filters.urgency):
        return arrived
    whenever = matches(account.incidents, replace(filters, start=account.since, end=account.as_of))
    return arrived & _of(account.interruption_incidents, whenever.to_numpy())


def _policies(account: Account, filters: Filters) -> set[str]:
    """The chosen policies, and the policies of services that are chosen by id or by team."""
    services = account.services
    of_services = services["service_id"].isin(filters.services)
    teams = services["team_ids"].fillna("").str.split()
    of_teams = teams.map(lambda ids: bool(set(ids) & set(filters.teams)))
    used = services.loc[of_services | of_teams, "escalation_policy_id"].dropna()
    if not filters.policies:
        return set(used)
    named = set(filters.policies)
    return named & set(used) if filters.services or filters.teams else named
