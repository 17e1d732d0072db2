"""Incidents that people pass on and that are passed back: between policies, or between people.

A move is an action of a person after the first assignment: a reassignment to people or a delegation
to another policy. An incident went back and forth when, before its first resolve, a delegation
returned it to a policy it had left, or a reassignment returned it to a person who had it before the
last holder. For each policy, the share of its incidents that went back and forth is tested against
the incidents that started on other policies (Fisher's exact test). Two policies whose incidents
come back mostly through each other are one subject, named after the policy where more of them
start. Floor: one incident in twenty even at the low end of the interval. Avoidable minutes: the
number of such incidents a month times the median time from the first move to the last return,
against correct routing at the start. Limits: acknowledgements in between are not used. The log does
not name the policy of a delegation that another one follows. It is inferred: the policy whose first
level had these people on call; if there are several, the one that is possible most often.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Comparison, Finding, Kind
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, percent, share_interval
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
    main = _main_partners(account, trips)
    # Each policy belongs to one subject, so that no incident counts for two subjects.
    pair = pd.Series(
        {policy: " ".join(sorted({policy, other} - {""})) for policy, other in main.items()},
        dtype="str",
    )
    starts = steps.drop_duplicates("incident")
    # Name the few policies, not the million incidents.
    policies = pd.Series(starts["began_on"].cat.categories, dtype="str")
    subjects = policies.map(pair).astype("str").fillna(policies).array
    trials = pd.DataFrame(
        {
            "subject_id": subjects.take(starts["began_on"].cat.codes.to_numpy()),
            "happened": starts["incident"].isin(trips["incident"]),
        }
    )
    by_subject = trips.assign(subject_id=trips["began_on"].map(pair)).groupby("subject_id")
    tested = shares_against_rest(trials).set_index("subject_id", drop=False)
    named_after = by_subject["began_on"].agg(lambda began_on: began_on.mode().iloc[0])
    policy = named_after.reindex(tested.index).fillna(tested["subject_id"])
    lasted = by_subject["seconds"].median().reindex(tested.index).fillna(0.0)
    return tested.assign(
        subject_type="escalation_policy",
        subject_id=policy,
        detail=policy.map(main).replace("", None),
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
    between = "between people"
    if finding.detail is not None:
        other = names.get(finding.detail, finding.detail)
        policy, between = f"{policy} or {other}", "mostly between the two"
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents that began "
        f"on {policy} were passed on and came back, {between}; elsewhere it is "
        f"{percent(finding.reference)}."
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


def _main_partners(account: Account, trips: pd.DataFrame) -> Mapping[str, str]:
    """By the policy where round trips begin: the policy most of them went to; empty for people."""
    is_hidden = trips["passed_at"].notna() & trips["other"].isna()
    told = pd.concat([trips[~is_hidden], _possible(account, trips[is_hidden])], ignore_index=True)
    # The people on call for a policy may also be among the people on call for a second one.
    targets = account.rules[account.rules["level"].eq(1)].groupby(_POLICY).size()
    ranked = (
        told.fillna({"other": ""})
        .groupby(["began_on", "other"], as_index=False)
        .size()
        .assign(targets=lambda f: f["other"].map(targets).fillna(0))
        .sort_values(["began_on", "size", "targets", "other"], ascending=[True, False, True, True])
        .drop_duplicates("began_on")
    )
    return dict(zip(ranked["began_on"], ranked["other"], strict=True))


def _possible(account: Account, trips: pd.DataFrame) -> pd.DataFrame:
    """A row for every policy whose first level had on call all people the incident was passed
    to."""
    paged = _each(trips[["incident", "began_on", "passed_at", "passed_to"]], "passed_to")
    cover = account.cover[account.cover["level"].eq(1)].rename(columns={_POLICY: "other"})
    on_call = paged.merge(cover, on="responder")
    is_then = on_call["passed_at"].ge(on_call["start"]) & on_call["passed_at"].lt(on_call["end"])
    is_away = on_call["other"].ne(on_call["began_on"])
    fitting = on_call[is_then & is_away].groupby(["incident", "other"])["responder"].nunique()
    asked = paged.groupby("incident")["responder"].nunique().rename("asked")
    possible = fitting.reset_index().join(asked, on="incident")
    possible = possible.loc[possible["responder"].eq(possible["asked"]), ["incident", "other"]]
    return trips[["incident", "began_on"]].merge(possible, on="incident", how="left")


KIND: Final = Kind(
    name="ping_pong_routing",
    title="Incidents passed back and forth",
    says="incidents go back and forth",
    after_subject="other subject",
    comparison=Comparison("Incidents that were passed on and came back", "Other policies"),
    unit="share",
    floor="at least 5 % go back and forth, at the low end of the interval",
    against="routing them to where they end at the start",
    minutes="incidents wait",
    setting="Service: its escalation policy; Event Orchestration: which service an event goes to",
    advice=(
        "Route them at once to where they end: the service's policy, or the rules that "
        "choose the service"
    ),
    tells_of="no single people",
    is_association=False,
    tests=tests,
    evidence=evidence,
    ids={"began_on": "escalation_policy"},
    figures=(),
    sentence=sentence,
)
