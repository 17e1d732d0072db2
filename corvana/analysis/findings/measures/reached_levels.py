"""When an incident came to a level of the policy it entered by, whether or not the level was empty.

PagerDuty passes over a level with nobody on call, so the log has no entry for it. An incident came
to a level when that level or a later one was paged first; when the timer began a new round on an
earlier level, because then it had passed all levels; or when the policy ran out of people, which is
placed at the end of the delay of the level paged last. Only the time before the first
acknowledgement counts. The delays and the levels are the policy's present ones.
"""

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.measures.policy_waits import policy_waits

_POLICY = "escalation_policy_id"
_LEVEL = ["incident", _POLICY, "level"]


def reached_levels(account: Account) -> pd.DataFrame:
    """Return one row per incident of `policy_waits` and level that it came to, in their order.

    Returns
    -------
    DataFrame
        incident, escalation_policy_id (entered by), level; at (when it came to the level); waited
        (seconds from then to the first acknowledgement by a person, without one to the resolve or
        the end of the data).
    """
    waits = policy_waits(account)
    columns = [*_LEVEL, "at", "seconds", "arrived_by"]
    own = account.stays[columns].merge(waits[["incident", _POLICY]])
    came = (
        pd.concat([_paged(own, account.rules), _passed(own, account)], ignore_index=True)
        .groupby(_LEVEL, as_index=False)["at"]
        .min()
        .merge(waits[["incident", "created_at", "waited"]], on="incident")
    )
    before = (came["at"] - came["created_at"]).dt.total_seconds()
    reached: pd.DataFrame = came[[*_LEVEL, "at"]]
    return reached.assign(waited=(came["waited"] - before).clip(lower=0.0))


def _paged(stays: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """The levels up to each one that was paged: with a later one, the earlier ones were over."""
    last = stays[[*_LEVEL, "at"]].rename(columns={"level": "last"})
    paged = last.merge(_levels(rules, stays), on=_POLICY)
    return paged.loc[paged["level"].le(paged["last"]), [*_LEVEL, "at"]]


def _passed(stays: pd.DataFrame, account: Account) -> pd.DataFrame:
    """All levels of the policy, when a new round began or nobody was left."""
    ends = pd.concat([_rounds(stays), _exhausted(stays, account)], ignore_index=True)
    return ends.merge(_levels(account.rules, stays), on=_POLICY)[[*_LEVEL, "at"]]


def _rounds(stays: pd.DataFrame) -> pd.DataFrame:
    """The stays that the timer began on the same or an earlier level than the stay before."""
    before = stays.groupby("incident")["level"].shift()
    is_new = stays["arrived_by"].eq("timeout") & stays["level"].le(before)
    return stays.loc[is_new, ["incident", _POLICY, "at"]]


def _exhausted(stays: pd.DataFrame, account: Account) -> pd.DataFrame:
    """The end of the last level's delay, of incidents that ran out of people while on it."""
    delays = account.rules.drop_duplicates([_POLICY, "level"])
    last = stays.drop_duplicates("incident", keep="last").merge(
        delays[[_POLICY, "level", "escalation_delay_in_minutes"]], on=[_POLICY, "level"]
    )
    is_out = account.incidents["exhausted"].to_numpy()[last["incident"]]
    seconds = last["escalation_delay_in_minutes"] * 60
    over = last["at"] + pd.to_timedelta(seconds, unit="s")
    kept = is_out & seconds.le(last["seconds"])
    return last.assign(at=over.astype(last["at"].dtype)).loc[kept, ["incident", _POLICY, "at"]]


def _levels(rules: pd.DataFrame, stays: pd.DataFrame) -> pd.DataFrame:
    """The levels of the policies in `stays`. Policies are of the type they have there: merged with
    texts, categories would become a text a row."""
    own = rules.loc[rules[_POLICY].isin(stays[_POLICY].unique()), [_POLICY, "level"]]
    return own.drop_duplicates().astype({_POLICY: stays[_POLICY].dtype})
