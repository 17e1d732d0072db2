"""What being paged on a schedule brought its members: incidents at night, and work.

`pages` and `once` are rows of `staffing.turns.pages_on_shift`; `once` has each incident of a member
once.
"""

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.statistics.places import places


def asleep(account: Account, pages: pd.DataFrame) -> pd.Series:
    """Return the number of incidents that paged each member in sleep hours, by member."""
    is_asleep = account.pages["hours_class"].eq("sleep").to_numpy()[pages["page"]]
    at_night = pages[is_asleep].drop_duplicates(["member", "incident"])
    n: pd.Series = at_night.groupby("member").size()
    return n


def engaged(account: Account, once: pd.DataFrame, responders: pd.Series) -> pd.Series:
    """Return by member the engaged seconds on the incidents that paged them on shift."""
    people = pd.Index(responders.unique())
    worked = pd.DataFrame(
        {
            "incident": account.participation_incidents,
            "person": places(account.participations["responder"], people),
            "seconds": account.participations["engaged_seconds"].to_numpy(),
        }
    )
    paged = once.assign(person=people.get_indexer(responders.reindex(once["member"])))
    seconds: pd.Series = (
        paged.merge(worked, on=["incident", "person"]).groupby("member")["seconds"].sum()
    )
    return seconds
