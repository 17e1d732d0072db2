"""An account narrowed to a reader's selection: the same frames, fewer rows."""

from dataclasses import replace

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.selection import Filters, Mask, matches, of_times, rows
from corvana.analysis.on_call.hours import with_hours
from corvana.analysis.statistics.places import NUMBER, Places


def narrow(account: Account, filters: Filters, among: Account | None = None) -> Account:
    """Return the account of the selected incidents and the period; frames keep their columns.

    Escalation steps and participations are those of incidents created in the period; interruptions
    those that arrived in it, with chosen hours or days those that arrived then, whenever their
    incident was first paged. With services, teams or policies chosen, only their policies' rules
    remain, and the shifts of the schedules in them; with none chosen the on-call frames stay whole.

    `among` is the account of a part of the filters, over all time: its rows are fewer to look
    through. What the chosen places ask for on call is found in `account` all the same, because
    services and teams together have the policies of both.
    """
    found = account if among is None else among
    kept = matches(_with_times(found, filters), filters).to_numpy()
    chosen = filters.of_places
    rules = account.rules
    if chosen:
        rules = rules[rules["escalation_policy_id"].isin(_policies(account, filters))]
    schedules = rules.loc[rules["target_type"].eq("schedule"), "target"]
    steps = _of(found.step_incidents, kept)
    participations = _of(found.participation_incidents, kept)
    arrived = _arrived(found, filters, kept)
    # Matching a million texts is slow. The row of each incident is known, so only renumber it.
    number = np.append(np.where(kept, kept.cumsum() - 1, -1), -1).astype(NUMBER)
    return replace(
        account,
        incidents=rows(found.incidents, kept),
        escalation_steps=rows(found.escalation_steps, steps),
        participations=rows(found.participations, participations),
        interruptions=rows(found.interruptions, arrived),
        rules=rules,
        shifts=account.shifts[account.shifts["schedule_id"].isin(schedules)]
        if chosen
        else account.shifts,
        since=filters.start,
        until=filters.end,
    ).with_known(
        # A person's clock does not depend on what a reader selects.
        account.zones,
        steps=number[found.step_incidents[steps]],
        participations=number[found.participation_incidents[participations]],
        interruptions=number[found.interruption_incidents[arrived]],
    )


def _of(incidents: Places, kept: Mask) -> Mask:
    """Return the rows of which the incident is kept; incidents are given by row number."""
    return np.append(kept, False)[incidents]


def _with_times(account: Account, filters: Filters) -> pd.DataFrame:
    """The incidents, with the hours and days of their first page where these are filtered."""
    if not filters.of_times:
        return account.incidents
    return account.incidents.assign(**account.first_pages)


def _arrived(account: Account, filters: Filters, kept: Mask) -> Mask:
    """The interruptions of the period, also those for an incident created before it. `kept` are the
    incidents that match the filters."""
    at = account.interruptions["at"]
    arrived: Mask = (at.ge(filters.start) & at.lt(filters.end)).to_numpy()
    of_incident = replace(filters, hours=(), days="", start=account.since, end=account.as_of)
    if of_incident.narrows:
        # Over all time these are the same incidents: a million need not be looked at twice.
        is_same = of_incident == filters
        whenever = kept if is_same else matches(account.incidents, of_incident).to_numpy()
        arrived = arrived & _of(account.interruption_incidents, whenever)
    if not filters.of_times:
        return arrived
    pages = with_hours(rows(account.interruptions, arrived), account.zones, account.windows)
    then = np.zeros(len(arrived), dtype=np.bool_)
    then[np.flatnonzero(arrived)[of_times(pages, filters).to_numpy()]] = True
    return then


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
