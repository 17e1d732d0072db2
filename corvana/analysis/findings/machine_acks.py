"""Acknowledgements that come before a person can have read the page: a machine makes them.

A script or an automation that acknowledges under a person's name looks like a very fast person. The
test uses the first acknowledgements under people's names of high-urgency incidents that entered by
a policy, without merged ones and without those with a wrong clock. It counts the acknowledgements
within five seconds of the creation. Reading ten words takes 2.5 s (238 words a minute; Brysbaert
2019, J. Mem. Lang. 109, 104047), deciding 1.35 s, pointing and pressing 1.3 s (keystroke-level
model; Card, Moran & Newell 1980, Commun. ACM 23, 396-410); and the page has to arrive first.

For each policy, the share of these acknowledgements is tested against one in five (binomial).
Floor: one in five, at the low end of the interval. A person who acknowledges everything new once a
minute, as in a storm, reaches one in twelve. If more than half of the policies reach the floor, it
is told once, of the whole account. Acknowledgements by a service or an integration are counted
apart and are not used here.

Avoidable minutes: how much longer these incidents last, by their median, than the incidents that
people acknowledge, both four hours at most; 0 if fewer than ten were acknowledged by people. The
machine stops the escalation, so nobody is sure to look. Limits: a machine that waits before it
acknowledges is not recognised; who opens an incident by hand and acknowledges it at once looks like
a machine.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings.kind import (
    WHOLE_ACCOUNT,
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import absolute_shares, cases, present_settings
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.findings.measures.policy_waits import policy_waits
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, duration, percent, share_interval
from corvana.frames import TESTS, conform, empty

AT_ONCE: Final = 5.0
"""Seconds from the creation in which no person can have read a page and acknowledged it."""
FLOOR: Final = 0.2
"""Least share of such acknowledgements, at the low end of the interval."""
_POLICY: Final = "escalation_policy_id"


def tests(account: Account) -> pd.DataFrame:
    acks = _first_acks(account)
    if acks.empty:
        return empty(TESTS)
    tested = absolute_shares.policies_above(acks.rename(columns={"at_once": "happened"}), FLOOR)
    return tested.assign(
        detail=None,
        is_material=tested["is_above"],
        avoidable_minutes_per_month=_seconds_longer(acks, tested) / 60 / account.months,
    ).pipe(conform, TESTS)


@per_account
def answered_by_machine(account: Account) -> pd.Series:
    """Return a flag for each incident: a machine acknowledged it first.

    On policies, or in an account, that reach the floor: the acknowledgements within five seconds.
    """
    acks = _first_acks(account)
    at_once = acks[acks["at_once"]]
    tested = tests(account)
    found = tested[tested["is_material"]]
    if not found["subject_type"].eq(WHOLE_ACCOUNT).any():
        at_once = at_once[at_once[_POLICY].isin(found["subject_id"])]
    is_answered = np.zeros(len(account.incidents), dtype=np.bool_)
    is_answered[at_once["incident"]] = True
    return pd.Series(is_answered, index=account.incidents.index)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the incidents that were acknowledged within five seconds, in order of time.

    Returns
    -------
    DataFrame
        incident_id; service_id; escalation_policy_id (entered by); created_at; waited (seconds to
        the acknowledgement); acknowledged_by; seconds_to_resolve (missing while open).
    """
    acks = _first_acks(account)
    own = absolute_shares.of_subject(acks[acks["at_once"]], finding)
    told = ["incident_id", "acknowledged_by", "seconds_to_resolve"]
    known = account.incidents[told].iloc[own["incident"]].set_axis(own.index)
    columns = [
        *("incident_id", "service_id", _POLICY, "created_at"),
        *("waited", "acknowledged_by", "seconds_to_resolve"),
    ]
    return (
        policy_waits(account)
        .loc[own.index]
        .join(known)[columns]
        .sort_values(["created_at", "incident_id"], ignore_index=True)
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the first acknowledgements of the policy, and those of other policies."""
    acks = _first_acks(account)
    is_whole = finding.subject_type == WHOLE_ACCOUNT
    is_own = acks[_POLICY].eq(finding.subject_id) | is_whole
    return cases.endings(acks, "at_once", is_own, acks[_POLICY], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    is_whole = finding.subject_type == WHOLE_ACCOUNT
    where = "the account" if is_whole else names.get(finding.subject_id, finding.subject_id)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} first "
        f"acknowledgements on {where} come within {duration(AT_ONCE)}, under people's names. In "
        f"that time nobody can read a page, and the escalation stops."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    general = (
        "Find the script, workflow or API key that acknowledges, and let it add a note instead, so "
        "that the incident goes on paging until a person acknowledges it."
    )
    delay = (
        ""
        if finding.subject_type == WHOLE_ACCOUNT
        else present_settings.delay(account, finding.subject_id, 1)
    )
    return f"{general} {delay}".strip()


@per_account
def _first_acks(account: Account) -> pd.DataFrame:
    """The rows of `policy_waits` that people acknowledged, by its index: `incident`,
    `escalation_policy_id`, `created_at`, `storm`, `at_once` and `lasted` (seconds so far, at most
    LONGEST_WAIT)."""
    waits, incidents = policy_waits(account), account.incidents
    is_skewed = incidents["clock_skew"].to_numpy()[waits["incident"]]
    columns = ["incident", _POLICY, "created_at", "storm"]
    acks = waits.loc[waits["is_acknowledged"] & ~is_skewed, columns]
    resolved = incidents["seconds_to_resolve"].iloc[acks["incident"]].set_axis(acks.index)
    so_far = (account.end - acks["created_at"]).dt.total_seconds()
    return acks.assign(
        at_once=waits["waited"].le(AT_ONCE)[acks.index],
        lasted=resolved.fillna(so_far).clip(upper=LONGEST_WAIT),
    )


def _seconds_longer(acks: pd.DataFrame, tested: pd.DataFrame) -> pd.Series:
    """Median seconds that a subject's incidents acknowledged at once last longer than those that
    people acknowledge, times their number."""
    by_people = acks.loc[~acks["at_once"], "lasted"]
    if len(by_people) < ENOUGH:
        return pd.Series(0.0, index=tested.index)
    at_once = acks[acks["at_once"]]
    medians = at_once.groupby(_POLICY, observed=True)["lasted"].median()
    named = pd.Series(medians.to_numpy(), index=medians.index.astype("str"))
    named.loc[WHOLE_ACCOUNT] = at_once["lasted"].median()
    longer = tested["subject_id"].map(named).astype("float64") - by_people.median()
    return longer.clip(lower=0.0).fillna(0.0) * tested["happened"]


def _did_somebody_look(finding: Finding, _names: Mapping[str, str]) -> str:
    at_once = round(finding.effect * finding.n)
    if at_once == 1:
        return "Did a person look at this incident at once?"
    return f"Did a person look at each of these {count(at_once)} incidents at once?"


_ASSUMES: Final = Assumption(
    asks=_did_somebody_look,
    holds_if="no",
    said={
        "yes": "a person looked at each of these incidents at once",
        "no": "nobody looked at these incidents at once",
        "partly": "a person looked at a part of these incidents at once",
    },
    otherwise=always(
        "Let the acknowledgement stand, and give the tool that acknowledges for people, such as a "
        "chat or a control room, an integration of its own, so that the log tells it apart."
    ),
    partly=always(
        "Let a machine acknowledge only where a person looks at once. Let it add a note to the "
        "others instead, so that they go on paging until a person acknowledges them."
    ),
    spares_nothing=True,
)


KIND: Final = Kind(
    name="machine_acks",
    title="A machine acknowledges, not people",
    says="a machine acknowledges",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("First acknowledgements within five seconds", "Threshold"),
    unit="share",
    floor="one in five of the first acknowledgements, at the low end of the interval",
    against="the median time until incidents that people acknowledge are resolved",
    minutes="incidents wait",
    setting="API access keys, webhooks, incident workflows and event rules that acknowledge",
    advice=advice,
    assumes=_ASSUMES,
    probability_of="the floor",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of first acknowledgements within five seconds",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={
        "service_id": "service",
        "escalation_policy_id": "escalation_policy",
        "acknowledged_by": "responder",
    },
    figures=(),
    sentence=sentence,
)
