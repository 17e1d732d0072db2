"""An acknowledgement timeout shorter than the work: the service pages people again while they work.

The test uses the acknowledged incidents of services that have an acknowledgement timeout. Merged
incidents and those created in a maintenance window are left out, and so are snoozed ones, because
the end of a snooze looks like a timeout. The share of incidents with at least one timeout is tested
against the incidents of all other services with a timeout of any length (Fisher's exact test).
Floor: at least half of the incidents, at the low end of the interval, and on average two timeouts
an incident. The first timeout is a useful reminder; the second one adds nothing new. Avoidable
minutes: the timeouts above the number that as many incidents have on the other services; each
counts ten minutes, like any other page. Limits: the present timeout is assumed for the whole
period, and a forgotten incident counts like an incident that somebody works on.
"""

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import (
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import cases, present_settings
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics.estimates import ENOUGH_FOR_P90, Estimate, quantile
from corvana.analysis.wording import count, duration, percent, share_interval
from corvana.frames import TESTS, conform

FLOOR: Final = 0.5
"""Least share of acknowledged incidents with a timeout, at the low end of the interval."""
AGAIN: Final = 2.0
"""Least mean number of timeouts per acknowledged incident: the first is a reminder."""
_COLUMNS: Final = [
    *("incident_id", "service_id", "created_at", "first_acknowledged_at", "first_resolved_at"),
    *("acknowledgement_count", "ack_timeout_count", "seconds_to_resolve", "storm"),
]
_STEP: Final = 30 * 60
"""Timeouts to try are multiples of half an hour, in seconds."""


def tests(account: Account) -> pd.DataFrame:
    acknowledged = _acknowledged(account)[["service_id", "ack_timeout_count", "storm"]]
    timeouts = acknowledged["ack_timeout_count"]
    tested = shares_against_rest(
        acknowledged.rename(columns={"service_id": "subject_id"}).assign(happened=timeouts.gt(0))
    )
    total = timeouts.groupby(acknowledged["service_id"]).sum()
    own = tested["subject_id"].map(total).astype("float64")
    n, rest = tested["n"], len(acknowledged) - tested["n"]
    elsewhere = (timeouts.sum() - own) / rest.where(rest > 0)
    beyond = (own - n * elsewhere).clip(lower=0.0).fillna(0.0)
    return tested.assign(
        subject_type="service",
        detail=None,
        is_material=tested["low"].ge(FLOOR) & own.ge(AGAIN * n),
        avoidable_minutes_per_month=beyond
        * INTERRUPTION_MINUTES
        / account.months_observed(tested["subject_id"]),
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the service's acknowledged incidents, most timeouts first.

    Returns
    -------
    DataFrame
        incident_id; created_at; first_acknowledged_at; acknowledgement_count; ack_timeout_count;
        seconds_to_resolve (missing while open).
    """
    acknowledged = _acknowledged(account)
    columns = [
        *("incident_id", "created_at", "first_acknowledged_at"),
        *("acknowledgement_count", "ack_timeout_count", "seconds_to_resolve"),
    ]
    return acknowledged.loc[acknowledged["service_id"].eq(finding.subject_id), columns].sort_values(
        ["ack_timeout_count", "created_at", "incident_id"],
        ascending=[False, True, True],
        ignore_index=True,
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the acknowledged incidents of the service, whether or not it has a timeout now, and
    those of other services with a timeout."""
    acknowledged = _acknowledged(account, finding.subject_id)
    told = acknowledged.assign(timed_out=acknowledged["ack_timeout_count"].gt(0))
    service = told["service_id"]
    return cases.endings(told, "timed_out", service.eq(finding.subject_id), service, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    return (
        f"On {names.get(finding.subject_id, finding.subject_id)} the acknowledgement timed out in "
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} acknowledged "
        f"incidents, and people were paged again; on other services with a timeout it is "
        f"{percent(finding.reference)}."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    general = (
        "Make the acknowledgement timeout as long as fixes take on this service, or turn it off."
    )
    timeout = present_settings.timer(account, finding.subject_id, "acknowledgement_timeout")
    if pd.isna(timeout):
        return general
    now = f"It is {duration(timeout)} now"
    fixes = _fixes(account, finding)
    if fixes.count() < ENOUGH_FOR_P90:
        return f"{general} {now}."
    most = quantile(fixes, 0.9).value
    tried = math.ceil(most / _STEP) * _STEP
    return (
        f"{general} {now}, and nine of ten fixes take {duration(most)} or less: try "
        f"{duration(max(tried, timeout + _STEP))}."
    )


def _fixes(account: Account, finding: Finding) -> pd.Series:
    """Seconds from the first acknowledgement to the first resolve, of the service's incidents."""
    rows = _acknowledged(account)
    own = rows[rows["service_id"].eq(finding.subject_id)]
    took: pd.Series = (own["first_resolved_at"] - own["first_acknowledged_at"]).dt.total_seconds()
    return took.dropna()


def _acknowledged(account: Account, also: str = "") -> pd.DataFrame:
    """Acknowledged INCIDENTS without a snooze, of services with a timeout, and of one more: the
    columns that are used here."""
    timed = account.services.dropna(subset=["acknowledgement_timeout"])["service_id"]
    incidents = account.incidents
    is_acknowledged = (
        incidents["service_id"].isin([*timed, also])
        & is_counted(incidents)
        & incidents["acknowledgement_count"].gt(0)
        & incidents["snooze_count"].eq(0)
    )
    return incidents.loc[is_acknowledged, _COLUMNS]


def _were_people_working(finding: Finding, _names: Mapping[str, str]) -> str:
    timed_out = round(finding.effect * finding.n)
    if timed_out == 1:
        return "Was somebody still working on this incident when it paged again?"
    return f"Were people still working on these {count(timed_out)} incidents when they paged again?"


_ASSUMES: Final = Assumption(
    asks=_were_people_working,
    holds_if="yes",
    said={
        "yes": "people were still working on these incidents",
        "no": "nobody was working on these incidents any more",
        "partly": "people were still working on a part of these incidents",
    },
    otherwise=always(
        "Keep the acknowledgement timeout: it brings back incidents that were forgotten. Ask "
        "people to resolve an incident, to snooze it or to pass it on when they stop working on it."
    ),
    partly=always(
        "Keep the acknowledgement timeout for what may be forgotten, and ask people to snooze an "
        "incident on which they work for longer."
    ),
    spares_nothing=True,
)


KIND: Final = Kind(
    name="ack_timeouts",
    title="Acknowledgements that time out",
    says="acknowledgements time out",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "Acknowledged incidents that timed out and paged again", "Other services with a timeout"
    ),
    unit="share",
    floor="50 % of the incidents, at the low end of the interval, and two timeouts an incident",
    against="the timeouts an incident has on other services with a timeout",
    minutes="responders work",
    setting="Service: acknowledgement timeout",
    advice=advice,
    assumes=_ASSUMES,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of acknowledged incidents that timed out", unit="share", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
