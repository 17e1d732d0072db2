"""A service that mostly pages for nothing: its incidents resolve before anybody acts on them.

The test uses the resolved incidents of each service that interrupted somebody (push, phone or SMS),
without merged ones and those created in a maintenance window. It counts the incidents that resolved
themselves before any person acknowledged, escalated or reassigned them. Incidents closed by the
auto-resolve timeout are another finding. The share is tested against the incidents of all other
services (Fisher's exact test), so a service that is busy, but not noisier than others, is no
finding. Floor: more than half of the incidents, at the low end of the interval, at least twice the
share elsewhere, and at least one interruption a week; the time in which the service is in a
maintenance window does not count. Avoidable minutes: these interruptions above the share on other
services, ten minutes each. Limits: a person may have looked at the incident without acting in
PagerDuty, and an incident that resolved itself may still have mattered.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings.kind import (
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import cases, mattering, transient_alerts
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.findings.measures.endings import resolved_itself
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.statistics.places import NUMBER
from corvana.analysis.wording import count, percent, share_interval
from corvana.frames import TESTS, conform

MOST: Final = 0.5
"""Least share of incidents for nothing, at the low end: more than half of them."""
TIMES: Final = 2.0
"""Least ratio to the share on other services: if all services are noisy, none stands out."""
A_WEEK: Final = 52 / 12
"""Least interruptions for nothing a month: one a week. Below that, no change is worth the
effort."""


def tests(account: Account) -> pd.DataFrame:
    paging = paging_incidents(account)
    tested = _compared(paging)
    idle = for_nothing(account, paging).groupby("service_id")["interruptions"].sum()
    pages = tested["subject_id"].map(idle).astype("float64").fillna(0.0)
    per_month = pages / account.months_observed(tested["subject_id"])
    beyond = (1 - tested["reference"] / tested["effect"]).clip(lower=0.0).fillna(0.0)
    return tested.assign(
        subject_type="service",
        detail=None,
        is_material=tested["is_noisy"] & per_month.ge(A_WEEK),
        avoidable_minutes_per_month=per_month * beyond * INTERRUPTION_MINUTES,
    ).pipe(conform, TESTS)


@per_account
def noisy_services(account: Account) -> pd.Series:
    """Return the ids of the services whose share of incidents for nothing reaches the floor."""
    compared = _compared(paging_incidents(account))
    noisy: pd.Series = compared.loc[compared["is_noisy"], "subject_id"]
    return noisy


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the incidents that interrupted somebody and resolved themselves, in order of time.

    Returns
    -------
    DataFrame
        incident_id; created_at; seconds_to_resolve; interruptions (pages of all responders).
    """
    paging = paging_incidents(account)
    own = for_nothing(account, paging[paging["service_id"].eq(finding.subject_id)])
    columns = ["incident_id", "created_at", "seconds_to_resolve", "interruptions"]
    return with_endings(account, own)[columns]


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the incidents of the service that paged somebody, and those of other services."""
    paging = paging_incidents(account)
    service = paging["service_id"]
    is_own = service.eq(finding.subject_id)
    return cases.endings(paging, "resolved_itself", is_own, service, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents of "
        f"{names.get(finding.subject_id, finding.subject_id)} that paged somebody resolved "
        f"themselves before anybody acted on them; elsewhere it is {percent(finding.reference)}."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    lasted = evidence(account, finding)["seconds_to_resolve"]
    return transient_alerts.advice_for_one(account, finding.subject_id, lasted)


@per_account
def paging_incidents(account: Account) -> pd.DataFrame:
    """Return the incidents that paged somebody and are over; merged incidents are left out.

    Returns
    -------
    DataFrame
        incident (its row in INCIDENTS), service_id, escalation_policy_id, created_at, storm;
        resolved_itself. Few columns, because this is kept for all incidents.
    """
    incidents = account.incidents
    is_paging = (
        incidents["first_paged_at"].notna()
        & ~incidents["pages_proxy"]
        & incidents["resolution"].ne("open")
        & is_counted(incidents)
    )
    incident = np.flatnonzero(is_paging).astype(NUMBER)
    columns = ["service_id", "escalation_policy_id", "created_at", "storm"]
    return incidents.loc[is_paging, columns].assign(
        incident=incident,
        resolved_itself=resolved_itself(incidents, account.services).to_numpy()[incident],
    )


def _compared(paging: pd.DataFrame) -> pd.DataFrame:
    """`shares_against_rest` with `is_noisy`: the share reaches its floor."""
    compared = shares_against_rest(
        paging.rename(columns={"service_id": "subject_id", "resolved_itself": "happened"})
    )
    return compared.assign(
        is_noisy=compared["low"].gt(MOST) & compared["effect"].ge(TIMES * compared["reference"]),
    )


def for_nothing(account: Account, paging: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `paging_incidents` that resolved themselves, with their
    `interruptions`."""
    idle = paging[paging["resolved_itself"]]
    known = account.page_incidents[account.page_incidents >= 0]
    interruptions = np.bincount(known, minlength=len(account.incidents))
    return idle.assign(interruptions=interruptions[idle["incident"]])


def with_endings(account: Account, idle: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `for_nothing` with `incident_id` and `seconds_to_resolve`, in order of
    time."""
    told = account.incidents[["incident_id", "seconds_to_resolve"]].iloc[idle["incident"]]
    return idle.join(told).sort_values(["created_at", "incident_id"], ignore_index=True)


ASSUMES: Final = Assumption(
    asks=mattering.did_they_matter,
    holds_if="no",
    said=mattering.SAID,
    otherwise=always(
        "Do not pause these alerts and do not lower their urgency: people need to know of them. "
        "Let people acknowledge them, so that it is seen who looked, and find out why the problem "
        "passes and comes back."
    ),
    partly=always(
        "Tell the alerts that matter apart, and go on paging for them. Pause the others before "
        "they page, group them, or give them low urgency."
    ),
    spares_nothing=True,
)
"""Pausing alerts and lowering their urgency is right only if nobody needs to know of them."""


KIND: Final = Kind(
    name="noisy_service",
    title="Services that page for nothing",
    says="pages for nothing",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "Incidents that resolved themselves before anybody acted", "Other services"
    ),
    unit="share",
    floor=(
        "more than half of the incidents that page, at the low end of the interval, twice the "
        "share elsewhere, and one interruption a week"
    ),
    against="the share of such incidents on all other services",
    minutes="responders work",
    setting=(
        "Service: auto-pause incident notifications for transient alerts, alert grouping, "
        "or low urgency"
    ),
    advice=advice,
    assumes=ASSUMES,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of incidents that resolved themselves before anybody acted",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
