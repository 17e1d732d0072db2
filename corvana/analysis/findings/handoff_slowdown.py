"""In the hour after a handoff, the first acknowledgement takes longer than in the next two hours.

A handoff is an instant at which one person's shift on a schedule ends and another's begins. The
waits for a first ack of incidents created in the hour after a handoff are ranked against the waits
of incidents created in the following two hours. Only policies with the schedule on level 1 are
used. Handoffs happen at fixed hours, so other times would mean other hours and other people. One to
three hours after the same handoffs, the people and the days are the same, and the hour is nearly
the same. Only incidents of one policy, one handoff time on the schedule's clock and one class of
hours (business, off, sleep) are compared with each other. The floor is 1.5 times the wait of the
later hours and at least a minute more, because PagerDuty has no setting below a minute; the p-value
is that of waits longer than 1.5 times the later ones (van Elteren's stratified rank test).
Avoidable minutes are the difference of the medians for these incidents. Incidents never
acknowledged, acknowledged by a machine, merged, of low urgency or assigned directly are left out.
Weekly handoffs are few: most need half a year of data or more. Any other event at that hour of
every day looks the same.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Waits
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import ack_waits, cases
from corvana.analysis.on_call import hours

AFTER: Final = pd.Timedelta(hours=1)
LATER: Final = pd.Timedelta(hours=3)
_FEW_CLOCKS: Final = 3
"""With more times of handoff, advice does not list them."""
_STRATA: Final = ["escalation_policy_id", "handoff_clock", "hours_class"]


def handoffs(shifts: pd.DataFrame) -> pd.DataFrame:
    """Return when schedules changed hands: `schedule_id`, `at`, each instant once, in order.

    A shift that begins after a gap, or while another shift continues, is no handoff.
    """
    leaving = shifts[["schedule_id", "responder", "end"]].rename(columns={"end": "at"})
    coming = shifts[["schedule_id", "responder", "start"]].rename(columns={"start": "at"})
    met = coming.merge(leaving, on=["schedule_id", "at"], suffixes=("", "_leaving"))
    return (
        met.loc[met["responder"].ne(met["responder_leaving"]), ["schedule_id", "at"]]
        .drop_duplicates()
        .sort_values(["at", "schedule_id"], ignore_index=True)
    )


def waits_after(account: Account) -> pd.DataFrame:
    """Return the waits within three hours after a handoff of the first level's schedule.

    Returns
    -------
    DataFrame
        subject_id (the schedule); incident (its row in INCIDENTS), escalation_policy_id,
        created_at, seconds_to_first_ack; handoff_at, handoff_clock (its time of day on the
        schedule's clock, as 09:00); hours_class of the creation on that clock; is_marked (within
        the first hour).
    """
    rules = account.rules
    serves = rules["level"].eq(1) & rules["target_type"].eq("schedule")
    first_level = rules.loc[serves, ["escalation_policy_id", "target"]].drop_duplicates()
    rows = (
        ack_waits.waits(account)
        .merge(first_level, on="escalation_policy_id")
        .rename(columns={"target": "subject_id"})
        .sort_values("created_at", kind="stable")
    )
    begun = handoffs(account.shifts).rename(columns={"schedule_id": "subject_id"})
    near = pd.merge_asof(
        rows,
        begun.assign(handoff_at=begun["at"]),
        left_on="created_at",
        right_on="at",
        by="subject_id",
        tolerance=LATER - pd.Timedelta(microseconds=1),
    ).dropna(subset=["handoff_at"])
    zones = near["subject_id"].map(account.schedules.set_index("schedule_id")["time_zone"])
    zones = zones.astype("str").fillna(account.time_zone)
    return near.drop(columns="at").assign(
        handoff_clock=hours.local_clock(near["handoff_at"], zones).dt.strftime("%H:%M"),
        hours_class=hours.classify(near["created_at"], zones, account.windows),
        is_marked=near["created_at"] - near["handoff_at"] < AFTER,
    )


def tests(account: Account) -> pd.DataFrame:
    return ack_waits.tested(waits_after(account), "schedule", _STRATA, account.months)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the rows of `waits_after` that were compared, with `incident_id`, in order of time."""
    return ack_waits.evidence(account, waits_after(account), finding, _STRATA)


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the waits in the hour after a handoff of the schedule, and of other schedules."""
    waits = waits_after(account)
    after = waits[waits["is_marked"]]
    is_own = after["subject_id"].eq(finding.subject_id)
    return cases.waits(after, ack_waits.WAIT, is_own, after["subject_id"], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    name = names.get(finding.subject_id, finding.subject_id)
    return ack_waits.sentence(
        finding, f"created in the hour after a handoff of {name}", "in the two hours that follow"
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    clocks = waits_after(account)
    own = clocks.loc[clocks["subject_id"].eq(finding.subject_id), "handoff_clock"]
    times = sorted(own.unique())
    now = f" Handoffs are at {' and '.join(times)} now." if 0 < len(times) <= _FEW_CLOCKS else ""
    return f"Let shifts overlap at the handoff, or move it to a quieter hour.{now}"


KIND: Final = Kind(
    name="handoff_slowdown",
    title="Slower acknowledgement after a handoff",
    says="slower after handoffs",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "Median time to first acknowledgement in the hour after a handoff", "Later on the shift"
    ),
    unit="seconds",
    floor=ack_waits.FLOOR,
    against="the median wait one to three hours after the same handoffs",
    minutes="incidents wait",
    setting="The schedule's handoff time, and an overlap of the shift that ends with the next",
    advice=advice,
    assumes=None,
    probability_of="the floor",
    tells_of="no single people",
    is_association=True,
    measure=Measure(
        words="the typical time to first acknowledgement in the hour after a handoff",
        unit="seconds",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={"escalation_policy_id": "escalation_policy"},
    figures=(
        Waits(
            flag="is_marked",
            circumstance="in the hour after a handoff",
            otherwise="one to three hours after it",
        ),
    ),
    sentence=sentence,
)
