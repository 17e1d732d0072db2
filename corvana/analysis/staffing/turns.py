"""The times each member was on call on a schedule, and the pages that reached them meanwhile."""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.places import places

_MEMBER: Final = ["schedule_id", "responder"]
_SCHEDULE: Final = "schedule_id"


@per_account
def turns(account: Account) -> pd.DataFrame:
    """Return each member's unbroken times on each schedule, by the final shifts of the period.

    `schedule_id, responder, start, end`, and `member`, a number for each schedule and responder.
    """
    worked = turns_until(account, account.end)
    return worked.assign(member=worked.groupby(_MEMBER).ngroup())


@per_account
def pages_on_shift(account: Account) -> pd.DataFrame:
    """Return the pages of the period that came to members on shift: `page, incident, member, at`.

    One row a page and schedule on which the responder had a turn at that moment and which the
    policy of the incident uses. `page` and `incident` are row numbers of the account's pages and
    incidents, so that millions of pages are matched as numbers; `member` is that of `turns`.
    """
    pages, incident, worked = account.pages, account.page_incidents, turns(account)
    used = account.rules.loc[
        account.rules["target_type"].eq("schedule"), ["escalation_policy_id", "target"]
    ].drop_duplicates()
    members = used.merge(worked.drop_duplicates("member"), left_on="target", right_on=_SCHEDULE)
    policies, people = (members[name].unique() for name in ("escalation_policy_id", "responder"))
    # An unknown incident has number -1 and indexes the appended policy -1.
    policy = np.append(places(account.incidents["escalation_policy_id"], pd.Index(policies)), -1)
    came = pd.DataFrame(
        {
            "page": np.arange(len(pages)),
            "incident": incident,
            "policy": policy[incident],
            "person": places(pages["responder"], pd.Index(people)),
            "at": pages["at"].reset_index(drop=True),
        }
    )
    placed = pd.DataFrame(
        {
            "policy": places(members["escalation_policy_id"], pd.Index(policies)),
            "person": places(members["responder"], pd.Index(people)),
            "member": members["member"],
        }
    )
    candidates = came.merge(placed, on=["policy", "person"])
    on_shift = time_intervals.found(candidates, worked, "member").notna()
    return candidates.loc[on_shift, ["page", "incident", "member", "at"]].reset_index(drop=True)


def turns_until(account: Account, until: pd.Timestamp) -> pd.DataFrame:
    """Unbroken time of each member on each schedule: `schedule_id, responder, start, end`."""
    return time_intervals.union(time_intervals.clip(account.shifts, account.start, until), _MEMBER)
