"""An account narrowed to a reader's selection: the same frames, fewer rows."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.account import Account
from corvana.analysis.places import Places, are_among
from corvana.analysis.selection import Filters, matches


def narrow(account: Account, filters: Filters) -> Account:
    """Return the account of the selected incidents and the period; frames keep their columns.

    Escalation steps and engagements are those of incidents created in the period; interruptions
    those that arrived in it. With services, teams or policies chosen, only their policies' rules
    remain, and the shifts of the schedules in them; with none chosen the on-call frames stay whole.
    """
    kept = matches(account.incidents, filters)
    chosen = bool(filters.services or filters.teams or filters.policies)
    rules = account.rules
    if chosen:
        rules = rules[rules["escalation_policy_id"].isin(_policies(account, filters))]
    schedules = rules.loc[rules["target_type"].eq("schedule"), "target"]
    return replace(
        account,
        incidents=_where(account.incidents, kept.to_numpy()),
        escalation_steps=_of(account.escalation_steps, account.step_incidents, kept),
        engagements=_of(account.engagements, account.engagement_incidents, kept),
        interruptions=_interruptions(account, filters),
        rules=rules,
        shifts=account.shifts[account.shifts["schedule_id"].isin(schedules)]
        if chosen
        else account.shifts,
        since=filters.start,
        until=filters.end,
    )


def _of(frame: pd.DataFrame, incident: Places, kept: pd.Series) -> pd.DataFrame:
    """The rows whose incident, by its row, is kept."""
    return _where(frame, np.append(kept.to_numpy(), False)[incident])


def _where(frame: pd.DataFrame, kept: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """No copy when what is kept follows one another: a large account fits into memory once."""
    first, count = int(kept.argmax()), int(kept.sum())
    if kept[first : first + count].all():
        return frame.iloc[first : first + count]
    return frame[kept]


def _interruptions(account: Account, filters: Filters) -> pd.DataFrame:
    """A page of the period may be for an incident created before it."""
    at = account.interruptions["at"]
    arrived = _where(account.interruptions, (at.ge(filters.start) & at.lt(filters.end)).to_numpy())
    if not (filters.services or filters.teams or filters.policies or filters.urgency):
        return arrived
    whenever = matches(account.incidents, replace(filters, start=account.since, end=account.as_of))
    selected = account.incidents["incident_id"][whenever]
    return _where(arrived, are_among(arrived["incident_id"], selected))


def _policies(account: Account, filters: Filters) -> set[str]:
    """Policies that are chosen, or that services chosen by id or by team use."""
    services = account.services
    of_services = services["service_id"].isin(filters.services)
    teams = services["team_ids"].fillna("").str.split()
    of_teams = teams.map(lambda ids: bool(set(ids) & set(filters.teams)))
    used = services.loc[of_services | of_teams, "escalation_policy_id"].dropna()
    if not filters.policies:
        return set(used)
    named = set(filters.policies)
    return named & set(used) if filters.services or filters.teams else named
