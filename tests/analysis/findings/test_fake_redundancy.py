"""Two levels that are one human: shares and minutes of rotations written by hand."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings.fake_redundancy import KIND
from tests.builders.analysis.rotations import at, framed, rules, shifts
from tests.builders.analysis.written_account import (
    API,
    DAY,
    MONTHS,
    PERIOD,
    account_of,
    first_finding,
    incidents,
    services,
)

CHAIN = rules(("P1", 1, "S1"), ("P1", 2, "S2"))


def test_one_human_on_two_levels_is_a_finding_read_off_the_configuration():
    worked = shifts(
        ("S1", "ann", 0, PERIOD), ("S2", "ann", 0, 6 * DAY), ("S2", "bob", 6 * DAY, PERIOD)
    )
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    row = found.iloc[0]
    assert (row["subject_type"], row["subject_id"], row["detail"]) == (
        "escalation_policy",
        "P1",
        "1 and 2",
    )
    assert (row["effect"], row["low"], row["high"], row["reference"]) == (0.2, 0.2, 0.2, 0.0)
    assert (row["n"], row["is_material"]) == (1, True)
    assert pd.isna(row["p_value"])
    assert row["avoidable_minutes_per_month"] == 0.0


def steps(*rows: tuple[str, float, int, str]) -> pd.DataFrame:
    """Rows of incident, hour, level on P1 and cause."""
    told = [
        {
            "incident_id": incident,
            "at": at(hour),
            "escalation_policy_id": "P1",
            "level": level,
            "to_responders": "ann",
            "cause": cause,
        }
        for incident, hour, level, cause in rows
    ]
    return framed(told, frames.ESCALATION_STEPS)


def test_avoidable_is_the_time_on_the_later_level_that_got_no_answer_in_double_duty():
    chain = rules(("P1", 1, "ann"), ("P1", 2, "S2"), ("P1", 3, "cat"))
    worked = shifts(("S2", "ann", 0, 6 * DAY), ("S2", "bob", 6 * DAY, PERIOD))
    high = {"escalation_policy_id": "P1", "urgency": "high", "urgency_at_creation": "high"}
    lived = incidents(
        {**high, "incident_id": "passed on"},
        {**high, "incident_id": "forgotten", "first_resolved_at": at(40)},
        {**high, "incident_id": "answered", "first_acknowledged_at": at(51)},
        {**high, "incident_id": "another person"},
    )
    took = steps(
        ("passed on", 1, 1, "first"),
        ("passed on", 1.5, 2, "timeout"),
        ("passed on", 2, 3, "timeout"),
        ("forgotten", 20, 1, "first"),
        ("forgotten", 20.5, 2, "timeout"),
        ("answered", 50, 1, "first"),
        ("answered", 50.5, 2, "timeout"),
        ("another person", 200, 1, "first"),
        ("another person", 200.5, 2, "timeout"),
        ("another person", 201, 3, "timeout"),
    )
    world = account_of(
        shifts=worked, rules=chain, services=API, incidents=lived, escalation_steps=took
    )
    found = KIND.tests(world)
    # Half an hour, and of nineteen and a half the first four.
    assert found["avoidable_minutes_per_month"].tolist() == [pytest.approx((30 + 4 * 60) / MONTHS)]


def test_two_people_who_swap_the_levels_now_and_then_stay_below_the_floor():
    worked = shifts(
        ("S1", "ann", 0, PERIOD), ("S2", "ann", 0, 2 * DAY), ("S2", "bob", 2 * DAY, PERIOD)
    )
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [pytest.approx(2 / 30)]
    assert found["is_material"].tolist() == [False]


def test_different_humans_on_every_level_are_tested_and_real():
    worked = shifts(("S1", "ann", 0, PERIOD), ("S2", "bob", 0, PERIOD))
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    assert found[["effect", "n", "is_material"]].to_numpy().tolist() == [[0.0, 0, False]]
    assert found["detail"].isna().all()


def test_the_levels_named_are_those_that_shared_a_human_longest():
    chain = rules(("P1", 1, "S1"), ("P1", 2, "S2"), ("P1", 3, "ann"))
    worked = shifts(
        ("S1", "ann", 0, 5 * DAY), ("S1", "bob", 5 * DAY, PERIOD), ("S2", "ann", DAY, PERIOD)
    )
    world = account_of(shifts=worked, rules=chain, services=API)
    found = KIND.tests(world)
    assert found[["detail", "effect", "n"]].to_numpy().tolist() == [["2 and 3", 1.0, 3]]
    rows = KIND.evidence(world, first_finding(found))
    assert rows.astype({"level": "int", "other_level": "int"}).to_numpy().tolist() == [
        [1, 3, "ann", at(0), at(5 * DAY)],
        [1, 2, "ann", at(DAY), at(5 * DAY)],
        [2, 3, "ann", at(DAY), at(PERIOD)],
    ]


def test_one_level_with_one_person_never_claimed_to_be_redundant():
    assert KIND.tests(account_of(rules=rules(("P1", 1, "ann")), services=API)).empty


def test_an_empty_second_level_is_a_gap_and_no_fake():
    worked = shifts(("S1", "ann", 0, PERIOD), ("S2", "bob", 0, DAY))
    found = KIND.tests(account_of(shifts=worked, rules=CHAIN, services=API))
    assert found["effect"].tolist() == [0.0]


def test_policies_nothing_uses_nobody_covers_or_nobody_knows_are_left_out():
    chain = rules(
        ("P1", 1, "S1"),
        ("P1", 2, "S7"),
        ("P2", 1, "S1"),
        ("P2", 2, "S1"),
        ("P3", 1, "ann"),
        ("P3", 2, "ann"),
    )
    used = services(api="P1", web="P2")
    worked = shifts(("S1", "ann", PERIOD, PERIOD + DAY))
    assert KIND.tests(account_of(shifts=worked, rules=chain, services=used)).empty


def test_an_account_with_nothing_in_it_has_nothing_to_test():
    found = KIND.tests(account_of())
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_sentence_says_which_levels_how_long_and_what_it_rests_on():
    chain = rules(("P1", 1, "ann"), ("P1", 2, "ann"))
    found = KIND.tests(account_of(rules=chain, services=API))
    assert KIND.sentence(first_finding(found), {"P1": "Payments"}) == (
        "For 100 % of the time two levels of Payments page the same person, such as levels 1 and 2 "
        "(1 time, in the schedules). Level 2 then has nobody else: escalating to it reaches nobody "
        "new."
    )
    costly = first_finding(found, avoidable_minutes_per_month=125.0)
    assert KIND.sentence(costly, {}).endswith(
        "nobody new. Incidents waited 2 h 5 min a month on a level with nobody new, in vain."
    )


BESIDE = [
    # Who is on level 2 besides Ann, who is on level 1 all the time; and what is said of level 2.
    ((), "Level 2 then has nobody else: escalating to it reaches nobody new."),
    (
        (("S3", "bob", 0, PERIOD),),
        "Level 2 has others too: escalating to it reaches them and pages the same person again.",
    ),
    (
        (("S3", "bob", 0, 10 * DAY),),
        "For part of that time level 2 has nobody else, and escalating to it reaches nobody new.",
    ),
    (
        (("S3", "ann", 0, PERIOD),),
        "Level 2 then has nobody else: escalating to it reaches nobody new.",
    ),
]


@pytest.mark.parametrize(("others", "told"), BESIDE, ids=["nobody", "always", "at times", "twice"])
def test_what_is_said_of_the_later_level_is_true_of_who_else_is_on_it(
    others: tuple[tuple[str, str, float, float], ...], told: str
) -> None:
    chain = rules(("P1", 1, "ann"), ("P1", 2, "S2"), ("P1", 2, "S3"))
    worked = shifts(("S2", "ann", 0, PERIOD), *others, ("S3", "zoe", PERIOD, PERIOD + DAY))
    found = KIND.tests(account_of(shifts=worked, rules=chain, services=API))
    assert found["effect"].tolist() == [1.0]
    assert KIND.sentence(first_finding(found), {}).endswith(told)


def test_time_on_a_level_that_also_paged_somebody_new_was_not_in_vain():
    chain = rules(("P1", 1, "ann"), ("P1", 2, "ann"), ("P1", 2, "bob"))
    high = {"escalation_policy_id": "P1", "urgency": "high", "urgency_at_creation": "high"}
    world = account_of(
        rules=chain,
        services=API,
        incidents=incidents({**high, "incident_id": "left", "first_resolved_at": at(9)}),
        escalation_steps=steps(("left", 1, 1, "first"), ("left", 2, 2, "timeout")),
    )
    found = KIND.tests(world)
    assert found[["detail", "avoidable_minutes_per_month"]].to_numpy().tolist() == [
        ["1 and 2, with others", 0.0]
    ]


def test_advice_names_what_the_two_levels_page_now():
    chain = rules(("P1", 1, "ann"), ("P1", 2, "S2"))
    world = account_of(shifts=shifts(("S2", "ann", 0, PERIOD)), rules=chain, services=API)
    found = first_finding(KIND.tests(world))
    assert KIND.advice(world, found, {"S2": "Backup"}) == (
        "Put another person or schedule on level 2. Now level 1 pages 1 person and level 2 pages "
        "Backup."
    )
