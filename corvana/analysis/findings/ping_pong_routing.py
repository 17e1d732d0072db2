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
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import cases, round_trips
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.maintenance import is_counted
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
    partners = round_trips.partners(account, steps, trips)
    # Each policy belongs to one subject, so that no incident counts for two subjects.
    leader = round_trips.leaders(trips, partners)
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

    `incident_id`; `began_on` (the policy); `first_move_at`, `last_return_at`; `seconds` between
    them; `moves` (reassignments and delegations until then).
    """
    trips = _round_trips(account, _steps(account))
    here = trips["began_on"].isin([finding.subject_id, finding.detail])
    columns = ["incident_id", "began_on", "first_move_at", "last_return_at", "seconds", "moves"]
    return trips.loc[here, columns].sort_values(["first_move_at", "incident_id"], ignore_index=True)


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the incidents that began on the policy or on its partner, and on other policies."""
    steps = _steps(account)
    starts = steps.drop_duplicates("incident")
    trips = _round_trips(account, steps)
    begun = account.incidents[["created_at", "storm"]].iloc[starts["incident"]]
    told = begun.reset_index(drop=True).assign(
        came_back=starts["incident"].isin(trips["incident"]).to_numpy(),
        began_on=starts["began_on"].astype("str").to_numpy(),
    )
    is_own = told["began_on"].isin([finding.subject_id, finding.detail])
    return cases.endings(told, "came_back", is_own, told["began_on"], account)


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
    each = round_trips.by_responder(
        steps[["incident", "place", "cause", "to_responders"]], "to_responders"
    )
    before = each.groupby(["incident", "responder"])["place"].shift()
    returned = each["cause"].eq("reassignment") & before.lt(each["place"] - 1)
    return returned.groupby(level=0).any().reindex(steps.index, fill_value=False)


KIND: Final = Kind(
    name="ping_pong_routing",
    title="Incidents passed back and forth",
    says="incidents go back and forth",
    after_subject="other subject",
    identified_by="subject",
    comparison=Comparison("Incidents that were passed on and came back", "Other policies"),
    unit="share",
    floor="at least 5 % go back and forth, at the low end of the interval",
    against="routing them at once to the team that resolves them",
    minutes="incidents wait",
    setting="Service: its escalation policy; Event Orchestration: which service an event goes to",
    advice=advice,
    assumes=None,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of incidents that were passed on and came back",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={"began_on": "escalation_policy"},
    figures=(),
    sentence=sentence,
)
