"""Levels and schedules with nobody on call: shares and minutes of schedules written by hand."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings.coverage_gap import KIND
from corvana.analysis.staffing.covered_levels import covered_levels
from tests.builders.analysis.rotations import at, framed, rules, shifts
from tests.builders.analysis.written_account import (
    API,
    COMING,
    DAY,
    MONTHS,
    PERIOD,
    account_of,
    first_finding,
    incidents,
    waited,
)


def of_policy(tests: pd.DataFrame) -> dict[str, float]:
    return {str(detail): effect for detail, effect in tests.set_index("detail")["effect"].items()}


CHAIN = rules(("P1", 1, "S1"), ("P1", 2, "S2"))
ALWAYS = ("S2", "bob", 0, COMING)
NAMES = {"P1": "Payments", "S1": "Old rota"}


def test_a_level_empty_a_tenth_of_the_time_is_a_finding_read_off_the_schedules():
    worked = shifts(("S1", "ann", 72, PERIOD + 84 * 21.6), ALWAYS)
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
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
    assert row["avoidable_minutes_per_month"] == 0.0


EMPTY_AT_FIRST = shifts(("S1", "ann", 72, COMING), ALWAYS)
IN_THE_GAP = [(hour, 200 + 100 * (hour % 5)) for hour in range(1, 10)] + [(10, 20 * 3600)]
COVERED = [(100 + day, 300) for day in range(10)]


def minutes(*rows, worked=EMPTY_AT_FIRST, **changed):
    """Avoidable minutes a month of incidents by hour of creation and seconds to the answer."""
    told = waited(*((*row, "bob") for row in rows), **changed)
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API, **told))
    return found["avoidable_minutes_per_month"].tolist()


def test_avoidable_is_what_incidents_in_the_gap_waited_more_than_as_many_outside_it():
    # 9 × 200 s and the steps of 100 s, and of the last wait four hours.
    waited_in_all = 9 * 200 + 100 * (1 + 2 + 3 + 4 + 0 + 1 + 2 + 3 + 4) + 4 * 3600
    longer = waited_in_all - 10 * 300
    assert minutes(*IN_THE_GAP, *COVERED) == [pytest.approx(longer / 60 / MONTHS)]


def test_short_waits_in_the_gap_make_up_for_long_ones():
    """The same waits inside and outside, of which half are above the median, cost nothing."""
    alike = [180, 240, 300, 360, 420] * 2
    inside = [(1 + number, seconds) for number, seconds in enumerate(alike)]
    outside = [(100 + number, seconds) for number, seconds in enumerate(alike)]
    assert minutes(*inside, *outside) == [0.0]
    assert minutes(*[(hour, 60) for hour, _ in inside], *outside) == [0.0]


def test_nine_incidents_inside_or_outside_the_gap_say_nothing_about_waiting():
    assert minutes(*IN_THE_GAP[1:], *COVERED) == [0.0]
    assert minutes(*IN_THE_GAP, *COVERED[1:]) == [0.0]


def test_incidents_acknowledged_before_the_level_s_turn_waited_for_nobody_on_it():
    """Level 2 is empty in the first three days, and level 1 answers before its delay is over."""
    worked = shifts(("S1", "ann", 0, COMING), ("S2", "bob", 72, COMING))
    assert minutes(*IN_THE_GAP, *COVERED, worked=worked) == [0.0]


def test_incidents_of_low_urgency_and_of_other_policies_wait_for_nobody_on_the_level():
    assert minutes(*IN_THE_GAP, *COVERED, urgency="low") == [0.0]
    assert minutes(*IN_THE_GAP, *COVERED, policy="P2") == [0.0]


def test_a_gap_still_to_come_has_made_nobody_wait():
    worked = shifts(("S1", "ann", 0, PERIOD), ALWAYS)
    assert minutes(*IN_THE_GAP, *COVERED, worked=worked) == [0.0]


def test_hours_missed_at_handoffs_are_tested_and_not_material():
    day = [("S1", "ann", start + 1, start + DAY) for start in range(0, COMING, DAY)]
    found = KIND.tests(account_of(shifts=shifts(*day, ALWAYS), rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(1 / 24)]
    assert found["is_material"].tolist() == [False]


def test_a_gap_that_is_over_is_no_finding_any_more():
    worked = shifts(("S1", "ann", PERIOD / 2, COMING), ALWAYS)
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(15 / 114)]
    assert found["is_material"].tolist() == [False]


def test_a_gap_that_is_still_to_come_is_material_and_has_cost_nothing_yet():
    worked = shifts(("S1", "ann", 0, PERIOD), ALWAYS)
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(84 / 114)]
    assert found["is_material"].tolist() == [True]
    assert found["avoidable_minutes_per_month"].tolist() == [0.0]


def test_where_no_coming_shift_is_known_the_past_decides():
    worked = shifts(("S1", "ann", 72, PERIOD), ("S2", "bob", 0, PERIOD))
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
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
        world = account_of(
            shifts=shifts(*days, ALWAYS), rules=CHAIN, services=API, support_hours=hours
        )
        effects[outside] = of_policy(KIND.tests(world))["1"]
    assert effects == {"low": pytest.approx(2 / 10), "high": pytest.approx(16 / 24)}


def test_the_gap_of_a_schedule_in_use_is_told_as_the_level_s_and_only_there():
    worked = shifts(("S1", "ann", 0, COMING / 2), ALWAYS, ("S3", "cat", 0, COMING / 2))
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    told = found[["subject_type", "subject_id"]].to_numpy().tolist()
    assert told == [["escalation_policy", "P1"], ["schedule", "S3"]]
    unused = found.iloc[1]
    assert pd.isna(unused["detail"])
    assert (unused["is_material"], unused["avoidable_minutes_per_month"]) == (True, 0.0)


def test_a_schedule_in_use_that_nobody_ever_has_leaves_its_level_empty():
    collected = framed([{"schedule_id": "S1"}, {"schedule_id": "S9"}], frames.SCHEDULES)
    world = account_of(rules=rules(("P1", 1, "S1")), services=API, schedules=collected)
    found = KIND.tests(world)
    assert found[["subject_id", "effect", "is_material"]].to_numpy().tolist() == [["P1", 1.0, True]]


def test_a_policy_that_neither_a_service_nor_an_incident_uses_is_not_looked_at():
    worked = shifts(("S1", "ann", 0, 24), ("S1", "ann", COMING - 24, COMING))
    chain = rules(("P1", 1, "S1"))
    disabled = API.assign(status="disabled")
    idle = account_of(shifts=worked, rules=chain, services=disabled)
    assert KIND.tests(idle).empty
    paged = account_of(
        shifts=worked, rules=chain, incidents=incidents({"escalation_policy_id": "P1"})
    )
    assert KIND.tests(paged)["subject_id"].tolist() == ["P1"]
    assert paged.policies_in_use.tolist() == ["P1"]


def test_an_account_with_nothing_in_it_has_nothing_to_test():
    found = KIND.tests(account_of())
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_evidence_is_every_gap_in_order_with_its_length():
    worked = shifts(("S1", "ann", 0, 24), ("S1", "ann", 48, COMING - 100), ALWAYS)
    world = account_of(shifts=worked, rules=CHAIN, services=API)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert rows.to_numpy().tolist() == [
        [at(24), at(48), 86_400.0],
        [at(COMING - 100), at(COMING), 360_000.0],
    ]


def test_a_gap_that_is_going_on_when_the_collection_ends_is_one_gap():
    worked = shifts(("S1", "ann", 0, PERIOD - 50), ("S1", "ann", PERIOD + 50, COMING), ALWAYS)
    world = account_of(shifts=worked, rules=CHAIN, services=API)
    found = KIND.tests(world)
    assert found["n"].tolist() == [1]
    assert KIND.evidence(world, first_finding(found))["seconds"].tolist() == [360_000.0]
    assert covered_levels(world).levels["gaps"].tolist() == [1, 0]


def test_the_evidence_of_a_schedule_is_its_own():
    worked = shifts(("S3", "cat", 0, COMING - 200))
    world = account_of(shifts=worked)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert rows["seconds"].tolist() == [720_000.0]


def test_the_sentence_says_where_how_much_and_what_it_rests_on():
    worked = shifts(("S1", "ann", 72, PERIOD + 84 * 21.6), ALWAYS)
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    assert KIND.sentence(first_finding(found), NAMES) == (
        "Nobody is on call on level 1 of Payments for 10 % of the time it is needed "
        "(2 gaps, past and coming, in the schedules). No extra waiting time is told: fewer than 10 "
        "incidents came to the level in a gap or outside of one, or those in a gap did not wait "
        "longer."
    )
    costly = first_finding(found, avoidable_minutes_per_month=125.0)
    assert KIND.sentence(costly, NAMES).endswith(
        "schedules). Incidents that came to the level then waited 2 h 5 min a month longer than as "
        "many others that came to it."
    )
    idle = first_finding(
        found,
        subject_type="schedule",
        subject_id="S1",
        detail=None,
        avoidable_minutes_per_month=0.0,
    )
    assert KIND.sentence(idle, NAMES) == (
        "Nobody is on call on Old rota for 10 % of the time it is needed "
        "(2 gaps, past and coming, in the schedules)."
    )
