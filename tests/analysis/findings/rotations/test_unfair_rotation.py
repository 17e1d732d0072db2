"""Nights with pages within one rotation, against the split by hours: written by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.answers.findings import size
from corvana.analysis.findings.rotations.unfair_rotation import KIND
from tests.builders.analysis.paged_rotation import CHAIN, Paged, paged
from tests.builders.analysis.rotations import at, shifts
from tests.builders.analysis.written_account import DAY, PERIOD, account_of, first_finding

DAYS = 60
EVERY_OTHER_DAY = shifts(
    *(("S1", ("ann", "bob")[day % 2], day * DAY + 9, day * DAY + 33) for day in range(-1, DAYS))
)


def nights(who: str, first: int, count: int, pages: int = 1) -> list[Paged]:
    """Pages from 02:00 on in every other night of the period, counted from the first."""
    return [
        (who, f"{who}{night}", (first + 2 * night) * DAY + 2 + page / 10)
        for night in range(count)
        for page in range(pages)
    ]


def rotation(*pages: Paged) -> Account:
    world = account_of(shifts=EVERY_OTHER_DAY, rules=CHAIN, **paged(*pages))
    return replace(world, as_of=at(DAYS * DAY))


# In the first night of the period bob is on call, since Sunday morning.
UNEVEN = [*nights("ann", 1, 28, pages=3), *nights("bob", 2, 4, pages=3)]


def test_nights_that_fall_on_one_of_two_with_equal_hours_are_a_finding():
    row = KIND.tests(rotation(*UNEVEN)).iloc[0]
    assert (row["subject_type"], row["subject_id"], row["n"]) == ("schedule", "S1", 32)
    assert row["effect"] == pytest.approx(28 / 32 - 1 / 2)
    # A fair binomial of 32 nights gives 0.070; turns that differ as much as these give a little
    # more.
    assert 0.07 < row["reference"] < 0.12
    assert row["low"] < row["effect"] < row["high"]
    assert row["low"] > row["reference"]
    assert row["p_value"] < 0.02
    assert row["is_material"]
    # Twelve nights above the split less those by chance, three pages each.
    minutes = (12 - 32 * row["reference"]) * 30 / rotation().months
    assert row["avoidable_minutes_per_month"] == pytest.approx(minutes, rel=0.02)


def test_a_night_is_one_event_however_many_pages_it_brings():
    even = [*nights("ann", 1, 5, pages=9), *nights("bob", 2, 5)]
    row = KIND.tests(rotation(*even)).iloc[0]
    assert (row["effect"], row["n"], row["is_material"]) == (0.0, 10, False)
    assert row["p_value"] == 1.0
    assert row["avoidable_minutes_per_month"] == 0.0


def test_unevenness_that_is_not_surely_above_chance_is_not_material():
    row = KIND.tests(rotation(*nights("ann", 1, 21), *nights("bob", 2, 11))).iloc[0]
    assert row["effect"] == pytest.approx(21 / 32 - 1 / 2)
    assert row["effect"] - row["reference"] < 0.1 < row["effect"]
    assert not row["is_material"]


def test_who_has_more_hours_at_night_is_expected_to_have_more_nights():
    """Ann has two days of three, and two nights of three."""
    who = ("ann", "ann", "bob")
    worked = shifts(*(("S1", who[day % 3], day * DAY + 9, day * DAY + 33) for day in range(DAYS)))
    pages = [(who[day % 3], f"Q{day}", (day + 1) * DAY + 2.0) for day in range(0, DAYS - 1, 2)]
    world = account_of(shifts=worked, rules=CHAIN, **paged(*pages))
    row = KIND.tests(replace(world, as_of=at(DAYS * DAY))).iloc[0]
    assert row["effect"] == pytest.approx(20 / 30 - 1 / 2)
    assert row["reference"] > 0.1
    assert row["p_value"] > 0.05


def test_a_few_bad_weeks_are_not_unfair():
    """Of twelve weekly turns of three people, two of ann's bring five nights, all others one."""
    worked, pages = [], []
    for week in range(12):
        person = ("ann", "bob", "cat")[week % 3]
        worked.append(("S1", person, week * 7 * DAY, (week + 1) * 7 * DAY))
        nights_of_week = 5 if week in {3, 6} else 1
        pages += [
            (person, f"Q{week}-{night}", (7 * week + night) * DAY + 2.0)
            for night in range(1, 1 + nights_of_week)
        ]
    world = account_of(shifts=shifts(*worked), rules=CHAIN, **paged(*pages))
    row = KIND.tests(replace(world, as_of=at(84 * DAY))).iloc[0]
    # Twelve of twenty nights on ann: drawn night by night, one fair rotation of fifty is so uneven.
    assert (row["n"], row["effect"]) == (20, pytest.approx(16 / 60))
    assert row["p_value"] > 0.1
    assert not row["is_material"]


def test_fewer_than_ten_turns_are_not_judged():
    worked = shifts(("S1", "ann", 0, 540), ("S1", "bob", 540, PERIOD))
    pages = [("ann", f"Q{night}", night * DAY + 2.0) for night in range(0, 20, 2)]
    world = account_of(shifts=worked, rules=CHAIN, **paged(*pages))
    assert KIND.tests(world).empty


def test_pages_by_day_and_outside_the_own_shift_are_no_nights_of_the_rotation():
    by_day = [("ann", f"day{day}", day * DAY + 12.0) for day in range(0, 30, 2)]
    others = [("ann", f"off{day}", day * DAY + 2.0) for day in range(0, 30, 2)]
    assert KIND.tests(rotation(*by_day, *others)).empty


def test_a_person_alone_on_a_schedule_shares_no_nights():
    worked = shifts(("S1", "ann", 0, PERIOD))
    pages = paged(*nights("ann", 1, 14))
    assert KIND.tests(account_of(shifts=worked, rules=CHAIN, **pages)).empty


def test_without_pages_there_is_nothing_to_test():
    for world in (account_of(), account_of(shifts=EVERY_OTHER_DAY, rules=CHAIN)):
        found = KIND.tests(world)
        assert found.empty
        assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_evidence_is_each_member_s_nights_beside_those_to_be_expected():
    world = rotation(*UNEVEN)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert list(rows.columns) == [
        "responder",
        "sleep_on_call_seconds",
        "nights",
        "pages",
        "expected_nights",
    ]
    assert rows["responder"].tolist() == ["ann", "bob"]
    assert rows[["nights", "pages"]].to_numpy().tolist() == [[28, 84], [4, 12]]
    assert rows["expected_nights"].sum() == pytest.approx(32)
    assert pd.Series(rows["expected_nights"]).between(15.8, 16.2).all()


def test_the_sentence_gives_both_coefficients_and_the_nights():
    found = first_finding(KIND.tests(rotation(*UNEVEN)), low=0.2, high=0.5, reference=0.1)
    assert KIND.sentence(found, {"S1": "Payments primary"}) == (
        "The nights with pages of Payments primary fall on its members more unevenly than chance "
        "explains: Gini 0.38 (95 % interval 0.20 to 0.50, n = 32 nights). By their hours at "
        "night, chance gives 0.10."
    )


@pytest.mark.parametrize(("q_value", "told"), [(0.05, "fall"), (0.051, "probably fall")])
def test_above_a_false_discovery_rate_of_5_percent_it_is_only_likely(q_value, told):
    found = first_finding(KIND.tests(rotation(*UNEVEN)), q_value=q_value)
    assert f"of S1 {told} on its members more unevenly than chance" in KIND.sentence(found, {})


def test_the_effect_reads_elsewhere_as_it_does_in_the_sentence():
    found = first_finding(KIND.tests(rotation(*UNEVEN)))
    assert f": {size(found.effect, KIND.unit)} (" in KIND.sentence(found, {})
