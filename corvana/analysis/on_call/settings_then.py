"""The settings of a service and of its policy as they were at an instant.

Settings are kept from the first collection on, each time they change. Before the first collection
nothing was seen, so the oldest settings that were seen stand for that time, and the result says so.
"""

from typing import Literal, NamedTuple

import pandas as pd

from corvana.frames import INSTANT, POLICY_HISTORY, SERVICE_HISTORY, conform

Seen = Literal["then", "later", "today", "never"]
"""Whether the settings were seen at the instant or before it (`then`), only after it (`later`),
whether only today's are known (`today`), or none."""


class Then(NamedTuple):
    """`rows` of the history: one of a service, one per target of a policy; none if `never`.

    `first_seen` is when the oldest settings were seen; NaT if that is not known.
    """

    rows: pd.DataFrame
    seen: Seen
    first_seen: pd.Timestamp


def then(history: pd.DataFrame, key: str, object_id: str, at: pd.Timestamp) -> Then:
    """Return the settings of one object that were in force at `at`.

    `history` is SERVICE_HISTORY or POLICY_HISTORY, completed; `key` is the column of the ids.
    """
    own = history[history[key].eq(object_id)]
    if own.empty:
        return Then(own, "never", pd.Timestamp("NaT"))
    dated = own[own["since"].notna()]
    if dated.empty:
        return Then(own, "today", pd.Timestamp("NaT"))
    first = dated["since"].min()
    before = dated.loc[dated["since"].le(at), "since"]
    in_force = first if before.empty else before.max()
    seen: Seen = "later" if before.empty else "then"
    return Then(dated[dated["since"].eq(in_force)], seen, first)


def completed_services(
    history: pd.DataFrame,
    services: pd.DataFrame,
    urgency_rules: pd.DataFrame,
    support_hours: pd.DataFrame,
) -> pd.DataFrame:
    """Return SERVICE_HISTORY with today's settings of the services that have no history, undated.

    Parameters are SERVICE_HISTORY, SERVICES, URGENCY_RULES and SUPPORT_HOURS. A data version of an
    earlier release has no history.
    """
    hours = support_hours.drop(columns="urgency_outside_support_hours")
    lacking = services[~services["service_id"].isin(history["service_id"])]
    today = lacking.merge(urgency_rules, on="service_id", how="left").merge(
        hours, on="service_id", how="left"
    )
    undated = today.assign(since=_undated(today), is_deleted=False)
    return pd.concat([history, conform(undated, SERVICE_HISTORY)], ignore_index=True)


def completed_policies(
    history: pd.DataFrame, rules: pd.DataFrame, repeats: pd.DataFrame
) -> pd.DataFrame:
    """Return POLICY_HISTORY with today's rules of the policies that have no history, undated.

    Parameters are POLICY_HISTORY, RULES and REPEATS.
    """
    key = "escalation_policy_id"
    today = repeats.merge(rules, on=key, how="outer")
    lacking = today[~today[key].isin(history[key])]
    undated = lacking.assign(since=_undated(lacking), is_deleted=False)
    counted = undated.fillna({"num_loops": 0, "escalation_delay_in_minutes": 0})
    return pd.concat([history, conform(counted, POLICY_HISTORY)], ignore_index=True)


def _undated(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NaT, index=rows.index, dtype=INSTANT)
