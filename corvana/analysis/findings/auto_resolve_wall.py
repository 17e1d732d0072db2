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
from corvana.analysis.findings.kind import (
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import cases, mattering, present_settings
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
    own = over.index[over["closed_by_clock"] & over["service_id"].eq(finding.subject_id)]
    columns = [
        *("incident_id", "created_at", "first_acknowledged_at", "resolved_at"),
        *("acknowledgement_count", "urgency"),
    ]
    return account.incidents.loc[own, columns].sort_values(
        ["created_at", "incident_id"], ignore_index=True
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the resolved incidents of the service, whether or not it has a timeout now, and those
    of other services with a timeout. Every timeout that a service was seen with counts."""
    timeouts = _timeouts_ever(account)
    rows = account.incidents[
        account.incidents["service_id"].isin(timeouts["service_id"])
        & account.incidents["resolution"].ne("open")
        & is_counted(account.incidents)
    ]
    number = timeouts.groupby("service_id").cumcount()
    closed = [closed_by_clock(rows, each) for _, each in timeouts.groupby(number)]
    told = rows.assign(
        at=rows["created_at"],
        value=pd.concat([rows["storm"] * 0.0, *closed], axis=1).max(axis=1).astype("float64"),
    )
    longest = pd.Timedelta(seconds=timeouts["auto_resolve_timeout"].max() if len(timeouts) else 0)
    is_own = told["service_id"].eq(finding.subject_id)
    until = account.end - max(longest, cases.ENDINGS_KNOWN)
    return cases.split(told, is_own, told["service_id"], until)


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


def _timeouts_ever(account: Account) -> pd.DataFrame:
    """All auto-resolve timeouts that services have or were seen with: `service_id,
    auto_resolve_timeout`."""
    changes = account.configuration_changes
    own = changes[changes["field"].eq("auto_resolve_timeout")]
    before = own[["object_id", "before"]].set_axis(["service_id", "auto_resolve_timeout"], axis=1)
    after = own[["object_id", "after"]].set_axis(before.columns, axis=1)
    present = account.services[before.columns]
    every = pd.concat(
        [each.astype({before.columns[1]: "float64"}) for each in (present, before, after)]
    )
    return every.dropna().drop_duplicates(ignore_index=True)


def _over(account: Account) -> pd.DataFrame:
    """Resolved incidents of services with a timeout: `service_id`, `storm`, `closed_by_clock`, by
    the index of INCIDENTS."""
    timed = account.services.dropna(subset=["auto_resolve_timeout"])["service_id"]
    incidents = account.incidents
    is_over = (
        incidents["service_id"].isin(timed)
        & incidents["resolution"].ne("open")
        & is_counted(incidents)
    )
    closed = closed_by_clock(incidents, account.services)
    return incidents.loc[is_over, ["service_id", "storm"]].assign(closed_by_clock=closed[is_over])


_ASSUMES: Final = Assumption(
    asks=mattering.did_they_matter,
    holds_if="yes",
    said=mattering.SAID,
    otherwise=always(
        "Do not lengthen the auto-resolve timeout: it closes what nobody needs. Stop paging for "
        "these incidents: remove their alerts, or give them low urgency."
    ),
    partly=always(
        "Tell the incidents that matter apart: give them a service without an auto-resolve "
        "timeout, so that a person closes them. Stop paging for the others."
    ),
    spares_nothing=True,
)


KIND: Final = Kind(
    name="auto_resolve_wall",
    title="Incidents closed by a timer",
    says="a timer closes its incidents",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("Incidents closed by the timeout", "Other services with a timeout"),
    unit="share",
    floor="half of the incidents, at the low end of the interval",
    against="the share on other services with a timeout, and when people usually resolve",
    minutes="incidents wait",
    setting="Service: auto-resolve timeout",
    advice=advice,
    assumes=_ASSUMES,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of incidents closed by the timeout", unit="share", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
