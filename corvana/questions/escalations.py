"""Questions about how far incidents climb their policies, and about other delays."""

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import escalations as words
from corvana.analysis.escalations import climbing, level_funnel, simulate
from corvana.analysis.escalations import paths as escalation_paths
from corvana.analysis.escalations import undecided as waiting
from corvana.analysis.escalations.experience import Experience
from corvana.analysis.statistics.estimates import ENOUGH_FOR_P90
from corvana.analysis.statistics.places import are_among
from corvana.questions import accounts
from corvana.questions.question import question
from corvana.questions.view import View

_SEED = 20_261_101
"""The seed of the replays, so that the same question has the same result."""


@question()
def funnel(view: View, filters: Filters) -> pd.DataFrame:
    """Return level_funnel.account_funnel of the selection."""
    return level_funnel.account_funnel(accounts.narrowed(view, filters).stays)


@question()
def levels(view: View, filters: Filters, policy: str) -> pd.DataFrame:
    """Return level_funnel.funnel of one policy: a row a level, also for levels that no incident
    reached."""
    account = accounts.narrowed(view, filters)
    own = account.rules[account.rules["escalation_policy_id"].eq(policy)]
    return level_funnel.funnel(_of(account.stays, policy), own)


@question()
def paths(view: View, filters: Filters, policy: str) -> pd.DataFrame:
    """Return paths.paths of one policy."""
    return escalation_paths.paths(_of(accounts.narrowed(view, filters).stays, policy))


@question()
def undecided(view: View, filters: Filters) -> pd.DataFrame:
    """Return undecided.undecided of the selection."""
    account = accounts.narrowed(view, filters)
    return waiting.undecided(account.stays, account.rules)


@question()
def policies(view: View, filters: Filters) -> pd.DataFrame:
    """Return climbing.policy_summary of the selection, without the incidents that may still
    escalate for the first time (`undecided`)."""
    account = accounts.narrowed(view, filters)
    young = waiting.of_first_level(undecided(view, filters))["incident_id"]
    incidents = account.incidents
    decided = incidents[~are_among(incidents["incident_id"], young)]
    return climbing.policy_summary(decided, account.escalation_steps)


@question()
def latencies(view: View, filters: Filters, policy: str) -> dict[int, pd.DataFrame]:
    """Return level_funnel.ack_latency by level of one policy."""
    stays = _of(accounts.narrowed(view, filters).stays, policy)
    reached = sorted(stays["level"].astype(int).unique().tolist())
    return {level: level_funnel.ack_latency(stays[stays["level"].eq(level)]) for level in reached}


@question()
def delays(view: View, policy: str) -> dict[int, int]:
    """Return the policy's present delays in minutes by level."""
    rules = view.frame("rules")
    own = rules[rules["escalation_policy_id"].eq(policy)].drop_duplicates("level")
    ordered = own.sort_values("level")
    minutes = ordered["escalation_delay_in_minutes"].astype(int).tolist()
    return dict(zip(ordered["level"].astype(int).tolist(), minutes, strict=True))


@question()
def experience(view: View) -> Experience:
    """Return the experience of the whole account: it calibrates the what-ifs of every
    selection."""
    return accounts.whole(view).experience


@question()
def what_if(
    view: View, filters: Filters, policy: str, minutes: tuple[tuple[int, int], ...]
) -> pd.DataFrame:
    """Return simulate.what_if of one policy: one row, or none if no incident began on it.

    `minutes` are the new delays by level.
    """
    account = accounts.narrowed(view, filters)
    found = simulate.observe(
        _of(account.stays, policy), account.incidents.assign(hours_class=account.hours_class)
    )
    new = pd.DataFrame(minutes, columns=["level", "escalation_delay_in_minutes"])
    predicted = simulate.what_if(
        {name: own for name, own in found.items() if name == policy},
        account.rules,
        account.repeats,
        new.assign(escalation_policy_id=policy),
        seed=_SEED,
        experience=experience(view),
    )
    return predicted[predicted["escalation_policy_id"].notna()]


def pages(levels: pd.DataFrame) -> dict[int, tuple[int, int, int]]:
    """Return by level of one policy how often it was paged, how often it acknowledged, and how many
    of these pages still wait."""
    columns = ("n_stays", "n_acked", "n_open")
    counts = zip(*(levels[name].tolist() for name in columns), strict=True)
    return dict(zip(levels["level"].astype(int).tolist(), counts, strict=True))


@question()
def to_look_at(view: View, filters: Filters) -> list[str]:
    """Return the policies that paged somebody about the selected incidents, in the order of
    `in_order`; the first of them is the one that the answer names."""
    account = accounts.narrowed(view, filters)
    summary = climbing.policy_summary(account.incidents, account.escalation_steps)
    return in_order(summary, words.foremost(policies(view, filters)))


def in_order(summary: pd.DataFrame, first: str | None) -> list[str]:
    """Return the policies of climbing.policy_summary that paged somebody, the busiest first.

    `first` comes before all, if it has enough acknowledged incidents for a what-if.
    """
    used = summary[summary["escalation_policy_id"].notna() & summary["n"].gt(0)]
    ordered = used.sort_values("n", ascending=False)
    ids: list[str] = ordered["escalation_policy_id"].tolist()
    asked = ordered.loc[ordered["n_acked"].ge(ENOUGH_FOR_P90), "escalation_policy_id"].tolist()
    return sorted(ids, key=lambda each: each != first or each not in asked)


def _of(frame: pd.DataFrame, policy: str) -> pd.DataFrame:
    return frame[frame["escalation_policy_id"].eq(policy)]
