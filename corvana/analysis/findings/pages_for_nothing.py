"""Most pages come to nothing: more than half of the incidents that page resolve themselves.

The test uses the resolved incidents that interrupted somebody (push, phone or SMS), without merged
ones, and counts those that resolved themselves before any person acknowledged, escalated or
reassigned them. Incidents closed by the auto-resolve timeout are another finding, and so are
services that page for nothing far more often than the others: their incidents are left out here.
What remains is the noise that is everywhere, which no comparison shows.

For each policy, the share is tested against one half (binomial). Every page should be one that a
person has to act on (Beyer et al., Site Reliability Engineering, 2016, chapter 6); when more than
every second one is not, a page says less than the toss of a coin. Floor: more than half of the
incidents, at the low end of the interval, and at least one interruption a week. If more than half
of the policies reach the floor, it is told once, of the whole account.

Avoidable minutes: the interruptions by these incidents, ten minutes each, against not being paged
for what passes by itself. Limits: a person may have looked at the incident without acting in
PagerDuty, and an incident that resolved itself may still have mattered.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import WHOLE_ACCOUNT, Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import absolute_shares, cases, transient_alerts
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.findings.noisy_service import (
    A_WEEK,
    ASSUMES,
    for_nothing,
    noisy_services,
    paging_incidents,
    with_endings,
)
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, percent, share_interval
from corvana.frames import TESTS, conform, empty

MOST: Final = 0.5
"""Least share of incidents for nothing, at the low end: more than half of them."""
_POLICY: Final = "escalation_policy_id"


def tests(account: Account) -> pd.DataFrame:
    paging = _paging(account)
    if paging.empty:
        return empty(TESTS)
    tested = absolute_shares.policies_above(
        paging.rename(columns={"resolved_itself": "happened"}), MOST
    )
    idle = for_nothing(account, paging)
    per_month = (
        absolute_shares.by_subject(idle["interruptions"], idle[_POLICY], tested) / account.months
    )
    return tested.assign(
        detail=None,
        is_material=tested["is_above"] & per_month.ge(A_WEEK),
        avoidable_minutes_per_month=per_month * INTERRUPTION_MINUTES,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the incidents that interrupted somebody and resolved themselves, in order of time.

    Returns
    -------
    DataFrame
        incident_id; service_id; escalation_policy_id; created_at; seconds_to_resolve;
        interruptions (pages of all responders).
    """
    own = for_nothing(account, absolute_shares.of_subject(_paging(account), finding))
    columns = [
        *("incident_id", "service_id", _POLICY),
        *("created_at", "seconds_to_resolve", "interruptions"),
    ]
    return with_endings(account, own)[columns]


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the incidents of the policy that paged somebody, and those of other policies."""
    paging = _paging(account)
    is_whole = finding.subject_type == WHOLE_ACCOUNT
    is_own = paging[_POLICY].eq(finding.subject_id) | is_whole
    return cases.endings(paging, "resolved_itself", is_own, paging[_POLICY], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    is_whole = finding.subject_type == WHOLE_ACCOUNT
    where = "the account" if is_whole else names.get(finding.subject_id, finding.subject_id)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents of {where} "
        f"that paged somebody resolved themselves before anybody acted on them."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    services = absolute_shares.services_in(account, finding)
    lasted = evidence(account, finding)["seconds_to_resolve"]
    return transient_alerts.advice_for_several(account, services, lasted)


def _paging(account: Account) -> pd.DataFrame:
    """`paging_incidents` of the services that are not far noisier than the others."""
    paging = paging_incidents(account)
    return paging[~paging["service_id"].isin(noisy_services(account)) & paging[_POLICY].notna()]


KIND: Final = Kind(
    name="pages_for_nothing",
    title="Most pages come to nothing",
    says="most pages come to nothing",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("Incidents that resolved themselves before anybody acted", "Threshold"),
    unit="share",
    floor=(
        "more than half of the incidents that page, at the low end of the interval, and one "
        "interruption a week"
    ),
    against="not being paged for incidents that resolve themselves",
    minutes="responders work",
    setting=(
        "Services: auto-pause incident notifications for transient alerts, alert grouping, or low "
        "urgency"
    ),
    advice=advice,
    assumes=ASSUMES,
    probability_of="the floor",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of incidents that resolved themselves before anybody acted",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={"service_id": "service", "escalation_policy_id": "escalation_policy"},
    figures=(),
    sentence=sentence,
)
