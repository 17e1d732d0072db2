"""A policy, or a service within its policy, whose incidents wait long to be acknowledged.

The test uses high-urgency incidents that entered through a policy, without merged ones and those
created in a maintenance window. The wait
runs from the creation to the first acknowledgement by a person; without one, to the resolve or the
end of the data. A resolve is no answer: it only ends the wait. The median wait of a policy is
compared with that of all other policies, and the median wait of a service with that of the other
services on its policy, so that a slow policy is reported once. The test is Mann-Whitney's. Floor:
twice the reference and five minutes more, at the low end of the interval; five minutes are a short
escalation delay, so one more level would have been paged. Incidents that resolved themselves before
anybody acted are left out. So are incidents that a machine acknowledged, and services that mostly
page for nothing: there the pages should change, not the answers. Avoidable minutes: the mean wait
above the reference's; a wait counts for four hours at most. Limits: an incident passed on before
its first acknowledgement counts for the policy it entered by; if most incidents of a policy come
from one service, both can be findings; the test does not adjust for the hours of the day at which a
service fails.
"""

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import WaitsElsewhere
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.machine_acks import answered_by_machine
from corvana.analysis.findings.measures import cases, present_settings
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.findings.measures.medians import medians_against_rest
from corvana.analysis.findings.measures.policy_waits import policy_waits
from corvana.analysis.findings.noisy_service import noisy_services
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, duration, interval
from corvana.frames import TESTS, conform, empty

TIMES: Final = 2.0
"""Least ratio of the median wait to the reference's."""
MORE: Final = 5 * 60.0
"""Least median wait beyond the reference's, in seconds: a short escalation delay."""
_STEP: Final = 5 * 60
"""Delays to try are multiples of five minutes, in seconds."""
_POLICY: Final = "escalation_policy_id"


def tests(account: Account) -> pd.DataFrame:
    waits = _waits(account)
    if waits.empty:
        return empty(TESTS)
    services = account.services.set_index("service_id")
    tested = _compared(waits, services[_POLICY])
    low, reference = tested["low"], tested["reference"]
    return tested.assign(
        detail=None,
        is_material=low.ge(TIMES * reference) & low.ge(reference + MORE),
        avoidable_minutes_per_month=tested["seconds_beyond"]
        / 60
        / account.months_observed(tested["subject_id"].where(tested["subject_type"].eq("service"))),
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the incidents of the policy or service that the test counts, longest wait first.

    Returns
    -------
    DataFrame
        incident_id; service_id; escalation_policy_id (entered by); created_at; waited (seconds);
        is_acknowledged; exhausted (ran out of people).
    """
    own, _ = compared(account, finding)
    told = account.incidents["incident_id"].iloc[own["incident"]]
    columns = [
        *("incident_id", "service_id", _POLICY, "created_at"),
        *("waited", "is_acknowledged", "exhausted"),
    ]
    return own.assign(incident_id=told.array)[columns].sort_values(
        ["waited", "incident_id"], ascending=[False, True], ignore_index=True
    )


def compared(account: Account, finding: Finding) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of `policy_waits` that the test compares: the subject's own, and the
    others'."""
    waits = _waits(account)
    if finding.subject_type == "escalation_policy":
        is_own = waits[_POLICY].eq(finding.subject_id)
        return waits[is_own], waits[~is_own]
    is_own = waits["service_id"].eq(finding.subject_id)
    # The policy by which most of its incidents entered; see `_compared`.
    sizes = waits.loc[is_own, _POLICY].value_counts()
    most = sizes.index[sizes == sizes.max()]
    present = present_settings.policy_of(account, finding.subject_id)
    entered = waits[_POLICY].eq(present if present in most else most[0])
    return waits[is_own & entered], waits[~is_own & entered]


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the waits of the policy, and of other policies; or of the service, and of services on
    other policies, because those on the same one feel what is done to it."""
    waits = _waits(account)
    name = f"{finding.subject_type}_id"
    is_own = waits[name].eq(finding.subject_id)
    is_beside = waits[_POLICY].isin(waits.loc[is_own, _POLICY].unique())
    kept = waits[is_own | ~is_beside]
    return cases.waits(kept, "waited", is_own[kept.index], kept[name], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    is_policy = finding.subject_type == "escalation_policy"
    elsewhere = "other policies" if is_policy else "other services on the same policy"
    return (
        f"Half of the {count(finding.n)} incidents of "
        f"{names.get(finding.subject_id, finding.subject_id)} that needed a person wait "
        f"{duration(own.value)} ({interval(own)}) or longer until somebody acknowledges them or "
        f"they are over; on {elsewhere} it is {duration(finding.reference)}."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    general = (
        "See who is on the first level and how they are notified, and shorten its delay so that "
        "the next level is paged sooner."
    )
    is_policy = finding.subject_type == "escalation_policy"
    subject = finding.subject_id
    policy = subject if is_policy else present_settings.policy_of(account, subject)
    present = present_settings.delay(account, policy, 1)
    usual = math.ceil(finding.reference / _STEP) * _STEP
    is_shorter = usual / 60 < present_settings.delay_minutes(account, policy, 1)
    tried = (
        f" Elsewhere half wait {duration(finding.reference)} at most: try {duration(usual)}."
        if is_shorter
        else ""
    )
    return f"{general} {present}{tried}".strip()


def _waits(account: Account) -> pd.DataFrame:
    """`policy_waits` of the services that do not mostly page for nothing, without incidents that a
    machine acknowledged."""
    waits = policy_waits(account)
    is_machine = answered_by_machine(account).to_numpy()[waits["incident"]]
    return waits[~waits["service_id"].isin(noisy_services(account)) & ~is_machine]


def _compared(waits: pd.DataFrame, present: pd.Series) -> pd.DataFrame:
    """Test every policy against all others, and every service against the others on its policy.

    `present` is the policy that each service uses now, by service.

    TESTS columns of the median wait, and `seconds_beyond`: the total wait of the subject's
    incidents minus that of as many incidents of the others; a wait counts for LONGEST_WAIT at most.
    """
    rows = waits[["service_id", _POLICY, "waited", "storm"]].rename(columns={"waited": "value"})
    policies = _against_rest(rows.assign(subject_id=rows[_POLICY], among="all policies"))
    services = _against_rest(rows.assign(subject_id=rows["service_id"], among=rows[_POLICY]))
    # A service that changed its policy is judged on the policy by which most of its incidents
    # entered; among equals, on its present one.
    is_present = services["among"].eq(services["subject_id"].map(present))
    largest = (
        services.assign(is_present=is_present)
        .sort_values(["n", "is_present"], kind="stable")
        .drop_duplicates("subject_id", keep="last")
    )
    return pd.concat(
        [
            policies.assign(subject_type="escalation_policy"),
            largest.sort_values("subject_id").assign(subject_type="service"),
        ],
        ignore_index=True,
    )


def _against_rest(rows: pd.DataFrame) -> pd.DataFrame:
    """`medians_against_rest` with `seconds_beyond`, of subjects with enough others to compare
    with."""
    compared = medians_against_rest(rows)
    is_enough = compared["n_rest"].ge(ENOUGH)
    seconds = rows["value"].clip(upper=LONGEST_WAIT).groupby([rows["among"], rows["subject_id"]])
    total = compared.merge(seconds.sum().rename("total").reset_index())["total"]
    elsewhere = total.groupby(compared["among"]).transform("sum") - total
    beyond = total - compared["n"] * elsewhere / compared["n_rest"].where(is_enough)
    return compared.assign(
        reference=compared["reference"].where(is_enough),
        p_value=compared["p_value"].where(is_enough, 1.0),
        seconds_beyond=beyond.clip(lower=0.0).fillna(0.0),
    )


KIND: Final = Kind(
    name="slow_ack",
    title="Slow to acknowledge",
    says="slow to acknowledge",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("Median wait until acknowledged or over", "Elsewhere"),
    unit="seconds",
    floor="twice the median wait elsewhere and five minutes more, at the low end of the interval",
    against="the mean wait on all other policies, or on the policy's other services",
    minutes="incidents wait",
    setting="Escalation policy: its first level's targets and delay; their notification rules",
    advice=advice,
    assumes=None,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the typical wait until acknowledged or over", unit="seconds", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={"service_id": "service", "escalation_policy_id": "escalation_policy"},
    figures=(WaitsElsewhere(compared=compared),),
    sentence=sentence,
)
