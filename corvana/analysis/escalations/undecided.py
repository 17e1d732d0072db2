"""Incidents that still wait on a level of which the delay is not over: it may yet answer.

They are left out of the shares of incidents that escalated, and of those that level 1 acknowledged,
and their number is told. The delay is the policy's present one.
"""

import pandas as pd

_LEVEL = ["escalation_policy_id", "level"]
_DELAY = "escalation_delay_in_minutes"


def undecided(stays: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `climbing.stays` that were open at the end of collection and shorter than
    their level's present delay, with that delay in seconds, `delay`.

    Whether such a level acknowledges, and whether such an incident escalates, is not known yet. A
    level whose delay is not known has no such rows.
    """
    delays = rules.drop_duplicates(_LEVEL)[[*_LEVEL, _DELAY]]
    waiting = stays[stays["ended_by"].eq("open")].merge(delays, on=_LEVEL)
    delay = waiting[_DELAY] * 60.0
    return waiting.assign(delay=delay)[waiting["seconds"].lt(delay)].drop(columns=_DELAY)


def on_level(rows: pd.DataFrame, level: int) -> pd.DataFrame:
    """Return the rows of `undecided` on a level."""
    return rows[rows["level"].eq(level)]


def of_first_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `undecided` of incidents that have not come further than they began."""
    return rows[rows["arrived_by"].eq("first")]
