"""Incidents that people pass on and that are passed back: between policies, or between people.

A move is an action of a person after the first assignment: a reassignment to people or a delegation
to another policy. An incident went back and forth when, before its first resolve, a delegation
returned it to a policy it had left, or a reassignment returned it to a person who had it before the
last holder. For each policy, the share of its incidents that went back and forth is tested against
the incidents that started on other policies (Fisher's exact test). Two policies that send incidents
back and forth to each other are one subject, named after the policy where more of them start.
Floor: one incident in twenty even at the low end of the interval. Avoidable minutes: the number of
such incidents a month times the median time from the first move to the last return, against correct
routing at the start. Limits: acknowledgements in between are not used. The log does not name the
policy of a delegation that another one follows. It is inferred: the policy whose first level had
exactly these people on call. If there are several, the partner is the one that fits most round
trips; among equals, the one with which most other incidents were exchanged. If that does not
decide, no partner is named.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Comparison, Finding, Kind
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, percent, plural, share_interval
from corvana.frames import TESTS, conform, empty

FLOOR: Final = 0.05
"""Least share of incidents that go back and forth, at the low end of the interval."""
_MOVES: Final = ("reassignment", "delegation")
_POLICY: Final = "escalation_policy_id"


def tests(account: Account) -> pd.DataFrame:
    steps = _steps(account)
    if steps.empty:
        return empty(TESTS)
    trips = _round_trips(account, steps)
    partners = _partners(account, steps, trips)
    # Each policy belongs to one subject, so that no incident counts for two subjects.
    leader = _leaders(trips, partners)
    starts = steps.drop_duplicates("incident")
    policies = pd.Series(starts["began_on"].cat.categories, dtype="str")
    subjects = policies.map(leader).astype("str").fillna(policies).array
    trials = pd.DataFrame(
        {
            "subject_id": subjects.take(starts["began_on"].cat.codes.to_numpy()),
            "happened": starts["incident"].isin(trips["incident"]),
            "storm": account.incidents["storm"].to_numpy()[starts["incident"]],
        }
    )
    began_on = trips["began_on"]
    by_subject = trips.groupby(began_on.map(leader).astype("str").fillna(began_on))
    tested = shares_against_rest(trials).set_index("subject_id", drop=False)
    lasted = by_subject["seconds"].median().reindex(tested.index).fillna(0.0)
    return tested.assign(
        subject_type="escalation_policy",
        detail=tested["subject_id"].map({one: other for other, one in leader.items()}),
        is_material=tested["low"].ge(FLOOR),
        avoidable_minutes_per_month=tested["happened"] * lasted / 60 / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the round trips that began on the policy or on its partner, in order of time.

    Returns
    -------
    DataFrame
        incident_id; began_on (the policy); first_move_at, last_return_at; seconds between them;
        moves (reassignments and delegations until then).
    """
    trips = _round_trips(account, _steps(account))
    here = trips["began_on"].isin([finding.subject_id, finding.detail])
    columns = ["incident_id", "began_on", "first_move_at", "last_return_at", "seconds", "moves"]
    return trips.loc[here, columns].sort_values(["first_move_at", "incident_id"], ignore_index=True)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    policy = names.get(finding.subject_id, finding.subject_id)
    between = ""
    if finding.detail is not None:
        other = names.get(finding.detail, finding.detail)
        policy, between = f"{policy} or {other}", ", mostly between the two"
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents that began "
        f"on {policy} were passed on and came back{between}; elsewhere it is "
        f"{percent(finding.reference)}."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    policies = [each for each in (finding.subject_id, finding.detail) if each]
    users = [account.services[_POLICY].eq(each).sum() for each in policies]
    now = [
        f"{plural(n, 'service', 'services')} {'uses' if n == 1 else 'use'} {names.get(each, each)}"
        for n, each in zip(users, policies, strict=True)
    ]
    return (
        f"Route these incidents straight to the team that resolves them. Now "
        f"{' and '.join(now)}: give each service the policy of that team."
    )


def _steps(account: Account) -> pd.DataFrame:
    """The steps of incidents that began on a policy and count, until their first resolve.

    `step` and `incident` (their rows in ESCALATION_STEPS and INCIDENTS: comparing numbers is
    cheaper than texts), `cause`, `began_on` (the policy, a category) and `place` (the number of the
    step).
    """
    steps, incident = account.escalation_steps, account.step_incidents
    counts = is_counted(account.incidents).to_numpy()
    known = np.flatnonzero((incident >= 0) & np.append(counts, False)[incident])
    policy = pd.Categorical(steps[_POLICY])
    of_incident = pd.DataFrame({"step": known, "incident": incident[known]})
    first = of_incident.drop_duplicates("incident")
    began_on = np.full(len(account.incidents), -1)
    began_on[first["incident"]] = policy.codes[first["step"]]
    begun = of_incident[began_on[of_incident["incident"]] >= 0]
    is_start = steps["cause"].eq("first").to_numpy()[begun["step"]]
    starts = pd.Series(is_start, begun.index).groupby(begun["incident"]).cumsum()
    until_resolve = begun[starts.eq(1)].reset_index(drop=True)
    return until_resolve.assign(
        cause=steps["cause"].array.take(until_resolve["step"]),
        began_on=pd.Categorical.from_codes(
            began_on[until_resolve["incident"]], categories=policy.categories
        ),
        place=until_resolve.groupby("incident").cumcount(),
    )


def _round_trips(account: Account, steps: pd.DataFrame) -> pd.DataFrame:
    """One row an incident that came back.

    `incident`, `incident_id`, `began_on`, `first_move_at`, `last_return_at`, `seconds`, `moves`;
    `passed_at`, `passed_to` and `other`: the first delegation away before the return, who was
    assigned by it, and the policy if it is known (null without a delegation).
    """
    is_move = steps["cause"].isin(_MOVES)
    who = steps[steps["incident"].isin(steps.loc[is_move, "incident"])]
    told = account.escalation_steps[["incident_id", "at", _POLICY, "to_responders"]]
    moved = (
        who.astype({"began_on": "str"})
        .set_axis(who["step"])
        .join(told.reset_index(drop=True))
        .reset_index(drop=True)
    )
    moved = moved.assign(returned=_back_to_policy(moved) | _back_to_responder(moved))
    last = moved[moved["returned"]].drop_duplicates("incident", keep="last")
    until = moved["incident"].map(last.set_index("incident")["place"])
    moves = moved[moved["place"].le(until) & moved["cause"].isin(_MOVES)]
    away = moves[moves["cause"].eq("delegation") & ~moves["returned"]].drop_duplicates("incident")
    passed = away.set_index("incident")[["at", "to_responders", _POLICY]]
    return (
        moves.groupby(["incident", "incident_id", "began_on"], as_index=False)
        .agg(first_move_at=("at", "min"), last_return_at=("at", "max"), moves=("at", "size"))
        .assign(seconds=lambda f: (f["last_return_at"] - f["first_move_at"]).dt.total_seconds())
        .join(passed.set_axis(["passed_at", "passed_to", "other"], axis=1), on="incident")
    )


def _back_to_policy(steps: pd.DataFrame) -> pd.Series:
    had_it = steps.duplicated(["incident", _POLICY]) & steps[_POLICY].notna()
    before = steps.groupby("incident")[_POLICY].shift()
    returned: pd.Series = steps["cause"].eq("delegation") & had_it & before.ne(steps[_POLICY])
    return returned


def _back_to_responder(steps: pd.DataFrame) -> pd.Series:
    each = _each(steps[["incident", "place", "cause", "to_responders"]], "to_responders")
    before = each.groupby(["incident", "responder"])["place"].shift()
    returned = each["cause"].eq("reassignment") & before.lt(each["place"] - 1)
    return returned.groupby(level=0).any().reindex(steps.index, fill_value=False)


def _each(frame: pd.DataFrame, responders: str) -> pd.DataFrame:
    """A row for each of the `responders`, named `responder`."""
    # The same few people are assigned repeatedly.
    code, groups = pd.factorize(frame[responders])
    each = pd.Series(groups, dtype="str").str.split().explode().astype("str").rename("responder")
    return frame.assign(code=code).join(each, on="code").dropna(subset=["responder"])


def _leaders(trips: pd.DataFrame, partners: Mapping[str, str]) -> Mapping[str, str]:
    """By the second policy of a pair the first one, after which the pair is named.

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


def _partners(account: Account, steps: pd.DataFrame, trips: pd.DataFrame) -> Mapping[str, str]:
    """By the policy where round trips begin: the policy that sends them back, if it is known."""
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


def _possible(account: Account, trips: pd.DataFrame) -> pd.DataFrame:
    """A row for every policy whose first level had exactly the people on call to whom the incident
    was passed."""
    paged = _each(trips[["incident", "began_on", "passed_at", "passed_to"]], "passed_to")
    cover = account.cover[account.cover["level"].eq(1)].rename(columns={_POLICY: "other"})
    on_call = paged.merge(cover, on="responder")
    at = on_call["passed_at"]
    is_then = at.ge(on_call["start"]) & at.lt(on_call["end"])
    is_away = on_call["other"].ne(on_call["began_on"])
    met = on_call[is_then & is_away].groupby(["incident", "other"], as_index=False)
    fitting = met.agg(found=("responder", "nunique"), at=("passed_at", "first"))
    asked = fitting["incident"].map(paged.groupby("incident")["responder"].nunique())
    people = time_intervals.union(cover, ["other", "responder"])
    crowd = time_intervals.segments(["other"], people)
    place = time_intervals.found(fitting, crowd, "other")
    present = place.map(crowd["depth_0"])
    is_same = fitting["found"].eq(asked) & present.eq(asked)
    possible = fitting.loc[is_same.fillna(False), ["incident", "other"]]
    return trips[["incident", "began_on"]].merge(possible, on="incident", how="left")


KIND: Final = Kind(
    name="ping_pong_routing",
    title="Incidents passed back and forth",
    says="incidents go back and forth",
    after_subject="other subject",
    comparison=Comparison("Incidents that were passed on and came back", "Other policies"),
    unit="share",
    floor="at least 5 % go back and forth, at the low end of the interval",
    against="routing them at once to the team that resolves them",
    minutes="incidents wait",
    setting="Service: its escalation policy; Event Orchestration: which service an event goes to",
    advice=advice,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    tests=tests,
    evidence=evidence,
    ids={"began_on": "escalation_policy"},
    figures=(),
    sentence=sentence,
)
