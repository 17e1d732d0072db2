"""A service whose incidents are closed by the auto-resolve timeout, not by people.

The test uses the resolved incidents of services with an auto-resolve timeout, without merged ones
and those created in a maintenance window. It counts the incidents that no person resolved and whose
duration equals the timeout within a minute. Their share is tested against the incidents of all
other services with a timeout (Fisher's exact test). Floor: half of the incidents, at the low end of
the interval; a timeout that ends fewer incidents than all other causes together is a safety net.
Avoidable minutes: for the counted incidents above the share on other services, the time between the
median duration of all incidents that people resolve in the account and the timeout, four hours at
most. Limits: the present timeout is assumed for the whole period, and it is unknown whether the
problem was over earlier.
"""

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Comparison, Finding, Kind
from corvana.analysis.findings.measures import present_settings
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.findings.measures.endings import closed_by_clock
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics.estimates import ENOUGH_FOR_P90, Estimate, quantile
from corvana.analysis.wording import count, duration, percent, share_interval
from corvana.frames import TESTS, conform

_HOUR: Final = 3_600
FLOOR: Final = 0.5
"""Least share of incidents that the timeout closes, at the low end of the interval."""


def tests(account: Account) -> pd.DataFrame:
    over = _over(account)
    tested = shares_against_rest(
        over.rename(columns={"service_id": "subject_id", "closed_by_clock": "happened"})
    )
    timeouts = account.services.set_index("service_id")["auto_resolve_timeout"]
    allowed = tested["subject_id"].map(timeouts).astype("float64")
    usual = _by_people(account).median()
    idle = (allowed - usual).clip(0.0, LONGEST_WAIT).fillna(0.0)
    beyond = (1 - tested["reference"] / tested["effect"]).clip(lower=0.0).fillna(0.0)
    return tested.assign(
        subject_type="service",
        detail=None,
        is_material=tested["low"].ge(FLOOR),
        avoidable_minutes_per_month=tested["happened"]
        * beyond
        * idle
        / 60
        / account.months_observed(tested["subject_id"]),
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the service's incidents that the timeout closed, in order of time.

    Returns
    -------
    DataFrame
        incident_id; created_at; first_acknowledged_at (missing: never); resolved_at;
        acknowledgement_count; urgency.
    """
    over = _over(account)
    own = over[over["closed_by_clock"] & over["service_id"].eq(finding.subject_id)]
    columns = [
        *("incident_id", "created_at", "first_acknowledged_at", "resolved_at"),
        *("acknowledgement_count", "urgency"),
    ]
    return own[columns].sort_values(["created_at", "incident_id"], ignore_index=True)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents of "
        f"{names.get(finding.subject_id, finding.subject_id)} were closed by the auto-resolve "
        f"timeout and not by a person; on other services with a timeout it is "
        f"{percent(finding.reference)}."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    general = (
        "Lengthen the auto-resolve timeout or turn it off, and make sure real incidents are closed "
        "by a person."
    )
    timeout = present_settings.timer(account, finding.subject_id, "auto_resolve_timeout")
    if pd.isna(timeout):
        return general
    now = f"It is {duration(timeout)} now"
    people = _by_people(account)
    if people.count() < ENOUGH_FOR_P90:
        return f"{general} {now}."
    most = quantile(people, 0.9).value
    tried = math.ceil(most / _HOUR) * _HOUR
    by_most = f"people resolve nine of ten incidents of the account within {duration(most)}"
    if tried <= timeout:
        return (
            "Turn the auto-resolve timeout off, and make sure real incidents are closed by a "
            f"person. {now}, and {by_most}: a longer one would close the same incidents later."
        )
    return f"{general} {now}, and {by_most}: try {duration(tried)}."


def _by_people(account: Account) -> pd.Series:
    """Seconds to the resolve of the incidents that people resolved."""
    incidents = account.incidents
    is_ours = incidents["resolution"].eq("responder") & is_counted(incidents)
    lasted: pd.Series = incidents.loc[is_ours, "seconds_to_resolve"].dropna()
    return lasted


def _over(account: Account) -> pd.DataFrame:
    """Resolved INCIDENTS of services with a timeout, with `closed_by_clock`."""
    timed = account.services.dropna(subset=["auto_resolve_timeout"])["service_id"]
    over = account.incidents[
        account.incidents["service_id"].isin(timed)
        & account.incidents["resolution"].ne("open")
        & is_counted(account.incidents)
    ]
    return over.assign(closed_by_clock=closed_by_clock(over, account.services))


KIND: Final = Kind(
    name="auto_resolve_wall",
    title="Incidents closed by a timer",
    says="a timer closes its incidents",
    after_subject="nothing",
    comparison=Comparison("Incidents closed by the timeout", "Other services with a timeout"),
    unit="share",
    floor="half of the incidents, at the low end of the interval",
    against="the share on other services with a timeout, and when people usually resolve",
    minutes="incidents wait",
    setting="Service: auto-resolve timeout",
    advice=advice,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
