"""Waits for the first ack under some circumstance, against the same people's waits without it."""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.machine_acks import answered_by_machine
from corvana.analysis.statistics import stratified
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, duration, interval
from corvana.frames import TESTS, conform

FLOOR_TIMES: Final = 1.5
FLOOR_SECONDS: Final = 60.0
"""PagerDuty's delays are set in whole minutes, so no setting could repair a shorter one."""
FLOOR: Final = "half again the wait of the reference, and a minute more"
WAIT: Final = "seconds_to_first_ack"


@per_account
def waits(account: Account) -> pd.DataFrame:
    """Return the waits that began on level 1 of a policy and ended with an ack.

    `incident` (its row in INCIDENTS), `escalation_policy_id` (the first), `created_at`,
    `seconds_to_first_ack`, `storm`. As in every figure about escalation, merged,
    low-urgency and directly assigned incidents and those created in a maintenance window are left
    out. So are incidents that a machine acknowledged, and negative waits, which come from clock
    skew.
    """
    columns = ["incident", "escalation_policy_id", "level"]
    first = account.stays[columns].drop_duplicates("incident")
    incidents = account.incidents
    is_machine = answered_by_machine(account)
    is_known = (incidents[WAIT].notna() & ~incidents["clock_skew"] & ~is_machine).to_numpy()
    began = first[first["level"].eq(1) & is_known[first["incident"]]]
    known = incidents[["created_at", WAIT, "storm"]].iloc[began["incident"]]
    return began[columns[:-1]].join(known.set_axis(began.index))


def tested(rows: pd.DataFrame, subject_type: str, strata: list[str], months: float) -> pd.DataFrame:
    """Return TESTS of `rows` (`subject_id`, strata, the wait, `is_marked`) by subject.

    The p-value is that of exceeding `FLOOR_TIMES` the reference, not only the reference.
    """
    compared = stratified.compare(rows, "subject_id", strata, WAIT, times=FLOOR_TIMES)
    longer = compared["effect"] - compared["reference"]
    return compared.assign(
        subject_type=subject_type,
        detail=None,
        is_material=compared["effect"].ge(FLOOR_TIMES * compared["reference"])
        & longer.ge(FLOOR_SECONDS),
        avoidable_minutes_per_month=longer.clip(lower=0.0) * compared["n"] / 60 / months,
    ).pipe(conform, TESTS)


def evidence(
    account: Account, rows: pd.DataFrame, finding: Finding, strata: list[str]
) -> pd.DataFrame:
    """Return the rows compared for one finding, with `incident_id`, in order of time."""
    own = rows[rows["subject_id"].eq(finding.subject_id)]
    told = account.incidents["incident_id"].iloc[own["incident"]]
    own = own.assign(incident_id=told.array)
    return stratified.comparable(own, "subject_id", strata).sort_values(
        "created_at", ignore_index=True
    )


def sentence(finding: Finding, circumstance: str, otherwise: str) -> str:
    """Return a sentence on the median wait in the circumstance and otherwise."""
    own = Estimate(finding.effect, finding.low, finding.high)
    return (
        f"Half of the {count(finding.n)} incidents {circumstance} are acknowledged within "
        f"{duration(own.value)} ({interval(own)}), against {duration(finding.reference)} "
        f"{otherwise}."
    )
