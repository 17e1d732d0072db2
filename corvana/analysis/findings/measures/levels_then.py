"""What is read off the levels of a policy, by the levels that were in force at each time."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.statistics import time_intervals
from corvana.frames import RULES, conform

_POLICY = "escalation_policy_id"


def pieces(
    account: Account, policy_id: str, read: Callable[[Account], pd.DataFrame]
) -> pd.DataFrame:
    """Return the spans (`start`, `end`) that `read` finds in the account, up to the end of data.

    Where the policy was changed meanwhile, each stretch is read with the levels that were in force;
    before the first collection, with the oldest that were seen.
    """
    history = account.policy_history
    own = history[history[_POLICY].eq(policy_id) & ~history["is_deleted"]]
    # The oldest levels hold for the time before they were seen, too.
    changed = own["since"].drop_duplicates().sort_values().iloc[1:]
    inside = changed[changed.gt(account.start) & changed.lt(account.end)]
    bounds = [account.start, *inside, account.end]
    parts = []
    for start, end in pairwise(bounds):
        rules = _in_force(account, policy_id, own, start)
        part = replace(account, since=start, until=end, rules=rules)
        parts.append(time_intervals.clip(read(part), start, end))
    return pd.concat(parts, ignore_index=True)


def _in_force(
    account: Account, policy_id: str, own: pd.DataFrame, at: pd.Timestamp
) -> pd.DataFrame:
    """RULES with those of the policy as they were at an instant."""
    if own.empty:
        return account.rules
    before = own.loc[own["since"].le(at), "since"]
    since = own["since"].min() if before.empty else before.max()
    then = own[own["since"].eq(since) & own["level"].notna()]
    others = account.rules[account.rules[_POLICY].ne(policy_id)]
    return pd.concat([others, conform(then, RULES)], ignore_index=True)
