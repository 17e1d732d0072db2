"""The times each member was on call on a schedule, and the pages that reached them meanwhile."""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.places import NUMBER, places

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
    worked = turns(account)
    candidates = _candidates(account, worked)
    at = account.pages["at"].iloc[candidates["page"]].array
    on_shift = time_intervals.found(candidates.assign(at=at), worked, "member").notna()
    found: pd.DataFrame = candidates[on_shift].reset_index(drop=True)
    return found.assign(incident=account.page_incidents[found["page"]], at=at[on_shift.to_numpy()])[
        ["page", "incident", "member", "at"]
    ]


def _candidates(account: Account, worked: pd.DataFrame) -> pd.DataFrame:
    """Each page with each member of `turns` who may have got it: their responder is the same, and
    the policy of the incident uses their schedule. `page, member`."""
    pages, rules = account.pages, account.rules
    used = rules.loc[
        rules["target_type"].eq("schedule"), ["escalation_policy_id", "target"]
    ].drop_duplicates()
    members = used.merge(worked.drop_duplicates("member"), left_on="target", right_on=_SCHEDULE)
    policies, people = (
        pd.Index(members[name].unique()) for name in ("escalation_policy_id", "responder")
    )
    # One number for a policy and a person: a search for two columns needs three times the memory.
    # An unknown incident has number -1 and indexes the appended policy -1.
    of_incident = places(account.incidents["escalation_policy_id"], policies)
    policy = np.append(of_incident, NUMBER(-1))[account.page_incidents]
    person = places(pages["responder"], people)
    page = np.flatnonzero((policy >= 0) & (person >= 0)).astype(NUMBER)
    several = np.int64(len(people))
    came = pd.DataFrame({"page": page, "place": policy[page] * several + person[page]})
    placed = pd.DataFrame(
        {
            "place": places(members["escalation_policy_id"], policies) * several
            + places(members["responder"], people),
            "member": members["member"].astype(NUMBER),
        }
    )
    return came.merge(placed, on="place")[["page", "member"]]


def turns_until(account: Account, until: pd.Timestamp) -> pd.DataFrame:
    """Unbroken time of each member on each schedule: `schedule_id, responder, start, end`."""
    return time_intervals.union(time_intervals.clip(account.shifts, account.start, until), _MEMBER)
