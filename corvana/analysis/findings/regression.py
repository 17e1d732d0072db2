"""Acknowledgements that became slower and stayed slower.

The test asks for every escalation policy and every service: is there a week from which the time to
first acknowledgement of its high-urgency incidents is longer than before? The effect is the ratio
of the typical time (geometric mean) after the change to that before. The week is the best of all
places with three whole weeks and ten acknowledgements on either side. The p-value takes into
account that the week was chosen, and that weeks differ and follow each other without any change
(sections *Change over time* and *Weeks without a change*). An interval of the ratio that holds 1 is
no finding.
Floor: a quarter longer and at least a minute, because people do not notice less. Avoidable minutes:
the typical time after the change minus that before, times the incidents a month since the change.
Limits: incidents never acknowledged, or acknowledged by a machine, are not included; a change of
the last three weeks cannot be seen yet; a change of a policy also shows in its services; a change
in the kind of incidents looks the same as slower people; the effect is overstated, because the
largest change is selected.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis import maintenance, wording
from corvana.analysis.account.analysed import SECONDS_PER_MONTH, Account
from corvana.analysis.escalations.climbing import is_high
from corvana.analysis.findings.figures import Course, Waits
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.machine_acks import answered_by_machine
from corvana.analysis.findings.measures import cases, present_settings
from corvana.analysis.maintenance import is_counted
from corvana.analysis.response.changes import ack_rises
from corvana.frames import TESTS, conform

LONGER: Final = 1.25
LONGER_SECONDS: Final = 60.0
_SECONDS_PER_WEEK: Final = 604_800
_WAIT: Final = "seconds_to_first_ack"
_SUBJECTS: Final = ("escalation_policy", "service")


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS: the effect is the ratio after / before, `detail` the Monday of the change."""
    paging = _paging(account, "created_at", _WAIT)
    rises = [
        ack_rises(
            paging,
            f"{subject}_id",
            since=account.since,
            as_of=account.as_of,
            time_zone=account.time_zone,
        )
        .rename(columns={f"{subject}_id": "subject_id"})
        .assign(subject_type=subject)
        for subject in _SUBJECTS
    ]
    found = pd.concat(rises, ignore_index=True)
    longer = found["after"] - found["before"]
    a_month = found["incidents_per_week"] * SECONDS_PER_MONTH / _SECONDS_PER_WEEK
    return found.assign(
        detail=pd.to_datetime(found["week"]).dt.strftime("%Y-%m-%d"),
        effect=found["ratio"],
        reference=1.0,
        n=found["n_before"] + found["n_after"],
        is_material=found["ratio"].ge(LONGER) & longer.ge(LONGER_SECONDS) & found["low"].gt(1.0),
        avoidable_minutes_per_month=(longer / 60 * a_month / _observed(account, found)).clip(
            lower=0
        ),
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the subject's incidents, oldest first, with `is_after` the change."""
    columns = ["incident_id", "created_at", "acknowledged_level", _WAIT]
    paging = _paging(account, *columns)
    rows = paging[
        paging[f"{finding.subject_type}_id"].eq(finding.subject_id)
        & paging[_WAIT].notna()
        & is_counted(paging)
    ]
    change = pd.Timestamp(str(finding.detail), tz=account.time_zone)
    return (
        rows[columns]
        .assign(is_after=rows["created_at"].ge(change))
        .sort_values("created_at", ignore_index=True)
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the acknowledged incidents of the subject, and those of other policies or services."""
    paging = _paging(account, "created_at", _WAIT, "storm")
    rows = paging[paging[_WAIT].notna() & is_counted(paging)]
    place = rows[f"{finding.subject_type}_id"]
    is_own = place.eq(finding.subject_id)
    return cases.waits(rows, _WAIT, is_own, place, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the finding as one plain sentence."""
    name = names.get(finding.subject_id, finding.subject_id)
    since = wording.instant(pd.Timestamp(str(finding.detail)), year=True)
    return (
        f"Since the week of {since}, acknowledged incidents of {name} wait "
        f"{finding.effect:.1f} times as long for their first acknowledgement as before, by the "
        f"geometric mean ({finding.low:.1f} to {finding.high:.1f} times, "
        f"n = {wording.count(finding.n)})."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    since = wording.instant(pd.Timestamp(str(finding.detail)), year=True)
    is_policy = finding.subject_type == "escalation_policy"
    subject = finding.subject_id
    policy = subject if is_policy else present_settings.policy_of(account, subject)
    delay = present_settings.delay(account, policy, 1)
    general = f"See what changed in the week of {since}: the policy, and the schedules it names."
    return f"{general} {delay}".strip()


def _observed(account: Account, rises: pd.DataFrame) -> pd.Series:
    """The share of the time since each change in which the service was in no maintenance window."""
    since = pd.to_datetime(rises["week"]).dt.tz_localize(account.time_zone).dt.tz_convert("UTC")
    services = rises["subject_id"].where(rises["subject_type"].eq("service"))
    members = pd.DataFrame({"subject": rises.index, "service_id": services, "since": since})
    return maintenance.observed_shares(
        members.assign(until=account.end), account.maintenance_windows
    )


def _paging(account: Account, *columns: str) -> pd.DataFrame:
    """Incidents of high urgency that no machine acknowledged: their places, what `is_counted`
    reads, and `columns`. All columns of a million incidents would take 140 MB."""
    incidents = account.incidents
    is_ours = is_high(incidents) & ~answered_by_machine(account)
    places = [f"{subject}_id" for subject in _SUBJECTS]
    return incidents.loc[is_ours, [*places, "resolution", "in_maintenance", *columns]]


KIND: Final = Kind(
    name="regression",
    title="Acknowledgements became slower",
    says="has become slower",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("Time to the first acknowledgement, as a multiple of before", "Before"),
    unit="times",
    floor="a quarter longer than before, and at least a minute",
    against="the same policy's or service's own time before the change",
    minutes="incidents wait",
    setting="What changed that week: Escalation policies › rules, or the schedules they name",
    advice=advice,
    assumes=None,
    probability_of="no difference",
    tells_of="no single people",
    is_association=True,
    measure=Measure(
        words="the typical time to first acknowledgement", unit="seconds", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(
        Waits(flag="is_after", circumstance="since the change", otherwise="before it"),
        Course(),
    ),
    sentence=sentence,
)
