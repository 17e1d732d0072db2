"""Our reading of who is on call, held against PagerDuty's own list.

PagerDuty's list (`GET /oncalls`) is read once a day. At its instant, each level of a policy should
have the same people through the same schedules as shifts and rules say. Where they differ, a shift
was missed or a setting changed between two requests.
"""

from typing import NamedTuple

import pandas as pd

from corvana.analysis.on_call.settings_then import then
from corvana.analysis.on_call.who_is_paged import Known, posts


class Comparison(NamedTuple):
    """`taken_at` is PagerDuty's instant. `differing` are the levels with other people or
    schedules, of `levels` in all."""

    taken_at: pd.Timestamp
    levels: int
    differing: tuple[int, ...]


def compared(known: Known, snapshot: pd.DataFrame, policy: str) -> Comparison | None:
    """Return how PagerDuty's list (SNAPSHOT) differs from ours for a policy; None without a list,
    or for a policy whose rules are not known."""
    if snapshot.empty:
        return None
    taken_at = snapshot["taken_at"].max()
    rules = then(known.policies, "escalation_policy_id", policy, taken_at).rows
    levels = rules.dropna(subset=["level"])
    if levels.empty:
        return None
    found = posts(levels.assign(at=taken_at, after_minutes=0), known).dropna(subset=["responder"])
    ours = {
        (int(level), responder, target if kind == "schedule" else "")
        for level, responder, target, kind in found[
            ["level", "responder", "target", "target_type"]
        ].itertuples(index=False)
    }
    own = snapshot[snapshot["escalation_policy_id"].eq(policy)].fillna({"schedule_id": ""})
    theirs = {
        (int(level), responder, schedule)
        for level, responder, schedule in own[["level", "responder", "schedule_id"]].itertuples(
            index=False
        )
    }
    every = {int(level) for level in levels["level"]} | {level for level, _, _ in theirs}
    return Comparison(taken_at, len(every), tuple(sorted({level for level, *_ in ours ^ theirs})))
