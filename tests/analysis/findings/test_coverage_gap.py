"""Levels and schedules with nobody on call: shares and minutes of schedules written by hand."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account import Account
from corvana.analysis.findings.coverage_gap import KIND, policies_in_use
from corvana.analysis.findings.kind import Finding
from tests.analysis.rotations import at, framed, rules, shifts

DAY = 24
PERIOD = 30 * DAY
COMING = PERIOD + 84 * DAY
MONTHS = 30 / (365.25 / 12)

_NEUTRAL = {"bool": False, "int32": 0, "int64": 0}


def incidents(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """INCIDENTS with the given columns; the others are false, zero or missing."""
    blank = {name: _NEUTRAL.get(dtype) for name, dtype in frames.INCIDENTS.items()}
    return framed([{**blank, **row} for row in rows], frames.INCIDENTS)


def services(**policies: str) -> pd.DataFrame:
    """SERVICES by id, each on its policy."""
    rows = [
        {"service_id": service, "status": "active", "escalation_policy_id": policy}
        for service, policy in policies.items()
    ]
    return framed(rows, frames.SERVICES)


def account(**known: pd.DataFrame) -> Account:
    """Thirty days from Monday on a UTC clock; every schedule with a shift was collected."""
    worked = known.get("shifts", frames.empty(frames.SHIFTS))
    collected = [
        {"schedule_id": each, "time_zone": "UTC"} for each in worked["schedule_id"].unique()
    ]
    blank = {
        "incidents": frames.INCIDENTS,
        "escalation_steps": frames.ESCALATION_STEPS,
        "interruptions": frames.INTERRUPTIONS,
        "engagements": frames.ENGAGEMENTS,
        "shifts": frames.SHIFTS,
        "rules": frames.RULES,
        "repeats": frames.REPEATS,
        "services": frames.SERVICES,
        "support_hours": frames.SUPPORT_HOURS,
        "dependencies": frames.DEPENDENCIES,
        "responders": frames.RESPONDERS,
        "maintenance_windows": frames.MAINTENANCE_WINDOWS,
    }
    filled = {name: frames.empty(contract) for name, contract in blank.items()} | {
        "schedules": framed(collected, frames.SCHEDULES)
    }
    return Account(**(filled | known), since=at(0), as_of=at(PERIOD), time_zone="UTC")


def finding(tests: pd.DataFrame, **chosen: object) -> Finding:
    """The row as the ledger hands it over, when it is a finding of this kind."""
    row = {**tests.iloc[0].to_dict(), "kind": "any", "q_value": 0.01, **chosen}
    return Finding(**{name: None if pd.isna(value) else value for name, value in row.items()})


def of_policy(tests: pd.DataFrame) -> dict[str, float]:
    return tests.set_index("detail")["effect"].to_dict()


API = services(api="P1")
CHAIN = rules(("P1", 1, "S1"), ("P1", 2, "S2"))
ALWAYS = ("S2", "bob", 0, COMING)
NAMES = {"P1": "Payments", "S1": "Old rota"}


def test_a_level_empty_a_tenth_of_the_time_is_a_finding_with_its_past_minutes_a_month():
    worked = shifts(("S1", "ann", 72, PERIOD + 84 * 21.6), ALWAYS)
    found = KIND.tests(account(shifts=worked, rules=CHAIN, services=API))
    row = found.iloc[0]
    assert (row["subject_type"], row["subject_id"], row["detail"]) == (
        "escalation_policy",
        "P1",
        "1",
    )
    # 72 h in the period, 84 × 2.4 h to come, of 30 + 84 days.
    assert row["effect"] == pytest.approx((72 + 84 * 2.4) / (114 * 24))
    assert (row["low"], row["high"], row["reference"]) == (row["effect"], row["effect"], 0.0)
    assert (row["n"], row["is_material"], len(found)) == (2, True, 1)
    assert pd.isna(row["p_value"])
    assert row["avoidable_minutes_per_month"] == pytest.approx(72 * 60 / MONTHS)


def test_hours_missed_at_handoffs_are_tested_and_not_material():
    day = [("S1", "ann", start + 1, start + DAY) for start in range(0, COMING, DAY)]
    found = KIND.tests(account(shifts=shifts(*day, ALWAYS), rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(1 / 24)]
    assert found["is_material"].tolist() == [False]


def test_a_gap_that_is_over_is_no_finding_any_more():
    worked = shifts(("S1", "ann", PERIOD / 2, COMING), ALWAYS)
    found = KIND.tests(account(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(15 / 114)]
    assert found["is_material"].tolist() == [False]


def test_a_gap_that_is_still_to_come_is_material_and_has_cost_nothing_yet():
    worked = shifts(("S1", "ann", 0, PERIOD), ALWAYS)
    found = KIND.tests(account(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(84 / 114)]
    assert found["is_material"].tolist() == [True]
    assert found["avoidable_minutes_per_month"].tolist() == [0.0]


def test_where_no_coming_shift_is_known_the_past_decides():
    worked = shifts(("S1", "ann", 72, PERIOD), ("S2", "bob", 0, PERIOD))
    found = KIND.tests(account(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(0.1)]
    assert found["is_material"].tolist() == [True]


def test_time_outside_support_hours_is_not_needed_unless_incidents_are_high_urgency_then():
    days = [("S1", "ann", day * DAY + 9, day * DAY + 17) for day in range(114)]
    office = {
        "service_id": "api",
        "support_time_zone": "UTC",
        "support_days": "1 2 3 4 5 6 7",
        "support_start": "08:00:00",
        "support_end": "18:00:00",
    }
    effects = {}
    for outside in ("low", "high"):
        hours = framed([{**office, "urgency_outside_support_hours": outside}], frames.SUPPORT_HOURS)
        world = account(
            shifts=shifts(*days, ALWAYS), rules=CHAIN, services=API, support_hours=hours
        )
        effects[outside] = of_policy(KIND.tests(world))["1"]
    assert effects == {"low": pytest.approx(2 / 10), "high": pytest.approx(16 / 24)}


def test_the_gap_of_a_schedule_in_use_is_told_as_the_level_s_and_only_there():
    worked = shifts(("S1", "ann", 0, COMING / 2), ALWAYS, ("S3", "cat", 0, COMING / 2))
    found = KIND.tests(account(shifts=worked, rules=CHAIN, services=API))
    told = found[["subject_type", "subject_id"]].to_numpy().tolist()
    assert told == [["escalation_policy", "P1"], ["schedule", "S3"]]
    unused = found.iloc[1]
    assert pd.isna(unused["detail"])
    assert (unused["is_material"], unused["avoidable_minutes_per_month"]) == (True, 0.0)


def test_a_schedule_in_use_that_nobody_ever_has_leaves_its_level_empty():
    collected = framed([{"schedule_id": "S1"}, {"schedule_id": "S9"}], frames.SCHEDULES)
    world = account(rules=rules(("P1", 1, "S1")), services=API, schedules=collected)
    found = KIND.tests(world)
    assert found[["subject_id", "effect", "is_material"]].to_numpy().tolist() == [["P1", 1.0, True]]


def test_a_policy_that_neither_a_service_nor_an_incident_uses_is_not_looked_at():
    worked = shifts(("S1", "ann", 0, 24), ("S1", "ann", COMING - 24, COMING))
    chain = rules(("P1", 1, "S1"))
    disabled = API.assign(status="disabled")
    idle = account(shifts=worked, rules=chain, services=disabled)
    assert KIND.tests(idle).empty
    paged = account(shifts=worked, rules=chain, incidents=incidents({"escalation_policy_id": "P1"}))
    assert KIND.tests(paged)["subject_id"].tolist() == ["P1"]
    assert policies_in_use(paged).tolist() == ["P1"]


def test_an_account_with_nothing_in_it_has_nothing_to_test():
    found = KIND.tests(account())
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_evidence_is_every_gap_in_order_with_its_length():
    worked = shifts(("S1", "ann", 0, 24), ("S1", "ann", 48, COMING - 100), ALWAYS)
    world = account(shifts=worked, rules=CHAIN, services=API)
    rows = KIND.evidence(world, finding(KIND.tests(world)))
    assert rows.to_numpy().tolist() == [
        [at(24), at(48), 86_400.0],
        [at(COMING - 100), at(COMING), 360_000.0],
    ]


def test_the_evidence_of_a_schedule_is_its_own():
    worked = shifts(("S3", "cat", 0, COMING - 200))
    world = account(shifts=worked)
    rows = KIND.evidence(world, finding(KIND.tests(world)))
    assert rows["seconds"].tolist() == [720_000.0]


def test_the_sentence_says_where_how_much_and_what_it_rests_on():
    worked = shifts(("S1", "ann", 72, PERIOD + 84 * 21.6), ALWAYS)
    found = KIND.tests(account(shifts=worked, rules=CHAIN, services=API))
    assert KIND.sentence(finding(found), NAMES) == (
        "Nobody is on call on level 1 of Payments for 10 % of the time it is needed, 3 days a "
        "month so far (read off the schedules, past and coming; gaps: 2)."
    )
    idle = finding(
        found,
        subject_type="schedule",
        subject_id="S1",
        detail=None,
        avoidable_minutes_per_month=0.0,
    )
    assert KIND.sentence(idle, NAMES) == (
        "Nobody is on call on Old rota for 10 % of the time it is needed "
        "(read off the schedules, past and coming; gaps: 2)."
    )
