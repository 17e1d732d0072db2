"""Between which two policies incidents go back and forth.

`trips` and `steps` are those of `findings.ping_pong_routing`.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.statistics import time_intervals

_POLICY: Final = "escalation_policy_id"


def by_responder(frame: pd.DataFrame, responders: str) -> pd.DataFrame:
    """Return each row once for every responder that its column `responders` names (pseudonyms
    separated by spaces), with that one in a new column `responder`."""
    # The same few people are assigned repeatedly.
    code, groups = pd.factorize(frame[responders])
    each = pd.Series(groups, dtype="str").str.split().explode().astype("str").rename("responder")
    return frame.assign(code=code).join(each, on="code").dropna(subset=["responder"])


def leaders(trips: pd.DataFrame, partners: Mapping[str, str]) -> Mapping[str, str]:
    """Return by the second policy of a pair the first one, after which the pair is named.

    Two policies are a pair if each is the partner of the other, or if one is the partner of a
    single policy and no round trip of its own tells another partner. The first is the one where
    more round trips begin; among equals, where the earliest one did.
    """
    claims = pd.Series(partners, dtype="str").value_counts()
    begun = (
        trips.groupby("began_on")
        .agg(trips=("incident", "size"), first=("first_move_at", "min"))
        .sort_values(["trips", "first"], ascending=[False, True])
    )
    order = {str(policy): place for place, policy in enumerate(begun.index)}
    pairs = {
        frozenset((one, other))
        for one, other in partners.items()
        if partners.get(other) == one or (other not in partners and claims[other] == 1)
    }
    last = len(order)
    ranked = (sorted(pair, key=lambda each: order.get(each, last)) for pair in pairs)
    return {second: first for first, second in ranked}


def partners(account: Account, steps: pd.DataFrame, trips: pd.DataFrame) -> Mapping[str, str]:
    """Return the policy that sends round trips back, if it is known, by the policy where they
    begin."""
    told = _told_or_possible(account, trips).dropna(subset="other")
    fits = told.groupby(["began_on", "other"], as_index=False).size()
    back = fits.set_axis(["other", "began_on", "back"], axis=1)
    moved = _exchanged(account, steps)
    ranked = (
        fits.merge(back, on=["began_on", "other"], how="left")
        .merge(moved, on=["began_on", "other"], how="left")
        .fillna({"back": 0, "moved": 0})
        .assign(exchanged=lambda f: f["back"] + f["moved"])
    )
    evidence_of = ["size", "exchanged"]
    is_tied = ranked.duplicated(["began_on", *evidence_of], keep=False)
    best = (
        ranked.assign(is_tied=is_tied)
        .sort_values(["began_on", *evidence_of], ascending=[True, False, False])
        .drop_duplicates("began_on")
    )
    known = best[~best["is_tied"]]
    return dict(zip(known["began_on"], known["other"], strict=True))


def _told_or_possible(account: Account, trips: pd.DataFrame) -> pd.DataFrame:
    """`began_on, other`: the policy each round trip went to, or each policy that it may have gone
    to."""
    is_hidden = trips["passed_at"].notna() & trips["other"].isna()
    told = trips.loc[~is_hidden, ["began_on", "other"]]
    hidden = _possible(account, trips[is_hidden])[["began_on", "other"]]
    return pd.concat([told, hidden], ignore_index=True).astype("str")


def _exchanged(account: Account, steps: pd.DataFrame) -> pd.DataFrame:
    """How many incidents were delegated between two policies, either way, by both: `began_on,
    other, moved`. Only delegations whose policy the log tells count."""
    is_away = steps["cause"].eq("delegation").to_numpy()
    away = steps[is_away]
    to = account.escalation_steps[_POLICY].array.take(away["step"])
    pairs = pd.DataFrame({"began_on": away["began_on"].array, "other": to}).astype("str").dropna()
    both = pd.concat([pairs, pairs.set_axis(["other", "began_on"], axis=1)], ignore_index=True)
    counted = both.groupby(["began_on", "other"], as_index=False).size()
    return counted.rename(columns={"size": "moved"})


def _on_call(paged: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The rows of `paged` for each policy (`other`) of which the responder had a time of `people`
    then."""
    # A responder has many times and few policies: a row for each policy, not for each time.
    numbered = people.assign(number=people.groupby(["other", "responder"]).ngroup())
    policies = numbered.drop_duplicates("number")[["other", "responder", "number"]]
    asked = paged.merge(policies, on="responder").assign(at=lambda rows: rows["passed_at"])
    then: pd.DataFrame = asked[time_intervals.found(asked, numbered, "number").notna()]
    return then


def _possible(account: Account, trips: pd.DataFrame) -> pd.DataFrame:
    """A row for every policy whose first level had exactly the people on call to whom the incident
    was passed."""
    paged = by_responder(trips[["incident", "began_on", "passed_at", "passed_to"]], "passed_to")
    cover = account.cover[account.cover["level"].eq(1)].rename(columns={_POLICY: "other"})
    people = time_intervals.union(cover, ["other", "responder"])
    on_call = _on_call(paged, people)
    is_away = on_call["other"].ne(on_call["began_on"])
    met = on_call[is_away].groupby(["incident", "other"], as_index=False)
    fitting = met.agg(found=("responder", "nunique"), at=("passed_at", "first"))
    asked = fitting["incident"].map(paged.groupby("incident")["responder"].nunique())
    crowd = time_intervals.segments(["other"], people)
    place = time_intervals.found(fitting, crowd, "other")
    present = place.map(crowd["depth_0"])
    is_same = fitting["found"].eq(asked) & present.eq(asked)
    possible = fitting.loc[is_same.fillna(False), ["incident", "other"]]
    return trips[["incident", "began_on"]].merge(possible, on="incident", how="left")
