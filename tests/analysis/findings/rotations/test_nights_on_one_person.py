"""Nights that one member of a rotation has: shares, hours and weeks written by hand."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.rotations import overloaded_responder
from corvana.analysis.findings.rotations.nights_on_one_person import KIND
from tests.builders.analysis.paged_rotation import Paged, paged
from tests.builders.analysis.rotations import at, rules, shifts
from tests.builders.analysis.written_account import DAY, account_of, first_finding

DAYS = 56
BY_DAY = ("bob", "cat", "dan")
Shift = tuple[str, str, float, float]


def by_day(schedule: str = "S1", first: int = 0, last: int = DAYS) -> list[Shift]:
    """From 09:00 to 21:00, three people in turns of a week."""
    return [
        (schedule, BY_DAY[day // 7 % 3], day * DAY + 9, day * DAY + 21)
        for day in range(first, last)
    ]


def by_night(who: str, schedule: str = "S1", days: Iterable[int] = range(DAYS)) -> list[Shift]:
    return [(schedule, who, day * DAY + 21, day * DAY + 33) for day in days]


def night_pages(who: str, days: Iterable[int], pages: int = 1) -> list[Paged]:
    """Pages at 23:00 and after."""
    return [
        (who, f"{who}{day}", day * DAY + 23 + page / 10) for day in days for page in range(pages)
    ]


def account(
    worked: list[Shift], pages: list[Paged], *, chain: pd.DataFrame | None = None
) -> Account:
    used = rules(("P1", 1, "S1")) if chain is None else chain
    world = account_of(shifts=shifts(*worked), rules=used, **paged(*pages))
    return replace(world, as_of=at(DAYS * DAY))


EVERY_NIGHT = account(
    [*by_day(), *by_night("ann")], night_pages("ann", range(0, DAYS - 1, 2), pages=3)
)


def only(found: pd.DataFrame) -> pd.Series:
    assert len(found) == 1
    return found.iloc[0]


def test_all_nights_on_one_member_are_a_finding_though_nobody_else_has_night_hours():
    row = only(KIND.tests(EVERY_NIGHT))
    assert (row["subject_type"], row["subject_id"], row["detail"]) == ("responder", "ann", "S1")
    assert (row["effect"], row["reference"], row["n"]) == (1.0, 0.25, 28)
    assert row["is_material"]
    # Eight weeks, four people.
    assert row["p_value"] == pytest.approx(4 * 0.25**8)
    assert row["low"] == pytest.approx(stats.binomtest(8, 8).proportion_ci(method="wilson").low)
    assert row["high"] == 1.0
    # 84 pages, of which 21 would be hers.
    assert row["avoidable_minutes_per_month"] == pytest.approx(63 * 10 / EVERY_NIGHT.months)


def test_a_schedule_of_nights_beside_one_of_days_is_the_same_rotation():
    both = account(
        [*by_day("S1"), *by_night("ann", "S2")],
        night_pages("ann", range(0, DAYS - 1, 2)),
        chain=rules(("P1", 1, "S1"), ("P1", 1, "S2")),
    )
    row = only(KIND.tests(both))
    assert (row["subject_id"], row["detail"]) == ("ann", "S2")
    assert (row["effect"], row["reference"], row["is_material"]) == (1.0, 0.25, True)


def test_the_next_level_is_another_rotation():
    apart = account(
        [*by_day("S1"), *by_night("ann", "S2")],
        night_pages("ann", range(0, DAYS - 1, 2)),
        chain=rules(("P1", 1, "S1"), ("P1", 2, "S2")),
    )
    assert KIND.tests(apart).empty, "ann is alone on level 2, and days have no nights"


def test_nights_in_turns_are_no_finding_however_the_pages_fell():
    turns = [
        shift
        for number, who in enumerate(("ann", *BY_DAY))
        for shift in by_night(who, days=range(number, DAYS, 4))
    ]
    world = account([*by_day(), *turns], night_pages("ann", range(0, DAYS, 4)))
    row = only(KIND.tests(world))
    assert (row["subject_id"], row["effect"], row["is_material"]) == ("ann", 1.0, False)


def test_coming_shifts_in_which_others_have_the_nights_leave_no_finding():
    coming = by_night("bob", days=range(DAYS, DAYS + 60))
    world = account(
        [*by_day(), *by_night("ann"), *by_day(first=DAYS, last=DAYS + 60), *coming],
        night_pages("ann", range(0, DAYS - 1, 2)),
    )
    assert not only(KIND.tests(world))["is_material"]


def test_who_has_the_days_too_is_overloaded_and_not_by_night():
    """Ann has three weeks of four, day and night."""
    who = ("ann", "ann", "ann", "bob")
    worked: list[Shift] = [
        ("S1", who[week % 4], week * 7 * DAY, (week + 1) * 7 * DAY) for week in range(8)
    ]
    pages = [
        page for week in range(8)
        for page in night_pages(who[week % 4], range(week * 7, week * 7 + 6))
    ]  # fmt: skip
    world = account(worked, pages)
    assert not only(KIND.tests(world))["is_material"]
    overloaded = overloaded_responder.KIND.tests(world).set_index("subject_id")
    assert overloaded["is_material"].to_dict() == {"ann": True, "bob": False}


def test_who_is_told_for_the_nights_is_not_told_again_for_all_incidents():
    """Ann has all nights and so most incidents and hours: 1.7 times an equal split of hours."""
    found = overloaded_responder.KIND.tests(EVERY_NIGHT).set_index("subject_id")
    assert found.loc["ann", "effect"] == 4.0
    assert not found["is_material"].any()


def test_three_weeks_may_be_one_turn():
    short = replace(EVERY_NIGHT, as_of=at(21 * DAY))
    assert not only(KIND.tests(short))["is_material"]
    assert only(KIND.tests(replace(EVERY_NIGHT, as_of=at(28 * DAY))))["is_material"]


def test_a_person_alone_has_nobody_to_share_with():
    assert KIND.tests(account(by_night("ann"), night_pages("ann", range(DAYS - 1)))).empty


def test_a_night_is_one_whatever_its_number_of_pages():
    few = only(KIND.tests(EVERY_NIGHT))
    one_page = account([*by_day(), *by_night("ann")], night_pages("ann", range(0, DAYS - 1, 2)))
    assert only(KIND.tests(one_page))["n"] == few["n"] == 28


def test_without_pages_there_is_nothing_to_test():
    for world in (account_of(), account([*by_day(), *by_night("ann")], [])):
        found = KIND.tests(world)
        assert found.empty
        assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_evidence_is_what_each_member_has_of_the_nights():
    rows = KIND.evidence(EVERY_NIGHT, first_finding(KIND.tests(EVERY_NIGHT)))
    assert rows["responder"].tolist() == ["ann", "bob", "cat", "dan"]
    assert rows[["nights", "pages"]].to_numpy().tolist() == [[28, 84], [0, 0], [0, 0], [0, 0]]
    # From 22:00 to 08:00 every night; the last one ends with the period.
    assert rows["sleep_on_call_seconds"].tolist() == [(55 * 10 + 2) * 3_600, 0, 0, 0]


def finding(**changed: Any) -> Finding:
    return first_finding(KIND.tests(EVERY_NIGHT))._replace(**changed)


def test_the_sentence_says_how_many_nights_and_what_an_equal_split_would_be():
    assert KIND.sentence(finding(low=0.68), {"S1": "Payments primary"}) == (
        "ann takes every night of Payments primary: 100 % (68 to 100 %) of the 28 nights with "
        "pages, 4.0 times an equal split among its 4 members."
    )
    most = finding(effect=0.83, low=0.7, high=0.92, n=215, reference=1 / 9)
    assert KIND.sentence(most, {}) == (
        "ann takes most nights of S1: 83 % (70 to 92 %) of the 215 nights with pages, 7.5 times an "
        "equal split among its 9 members."
    )


def test_the_advice_of_an_overload_names_the_nights_where_they_weigh_more():
    """Ann has three days of four and the nights of five days of seven, and all night pages."""
    night = [day for day in range(DAYS) if day % 7 < 5]
    rest = [day for day in range(DAYS) if day % 7 >= 5]
    worked = [
        *(
            ("S1", "ann" if day % 4 else "bob", day * DAY + 9, day * DAY + 21)
            for day in range(DAYS)
        ),
        *by_night("ann", days=night),
        *by_night("bob", days=rest),
    ]
    by_day_too = [
        *(("ann", f"A{day}", day * DAY + 12.0) for day in range(1, DAYS, 2)),
        *(("bob", f"B{day}", day * DAY + 12.0) for day in range(0, DAYS, 4)),
        *(("bob", f"C{day}", day * DAY + 15.0) for day in range(0, DAYS, 4)),
    ]
    world = account(worked, [*by_day_too, *night_pages("ann", [day for day in night if day < 50])])
    found = overloaded_responder.KIND.tests(world).set_index("subject_id")
    assert found.loc["ann", "is_material"]
    row = Finding.of(
        found.loc[["ann"]].reset_index().assign(kind="overloaded_responder", q_value=0.01).iloc[0]
    )
    assert overloaded_responder.KIND.advice(world, row, {}) == (
        "Give the members of the rotation equal turns. Begin with the nights: 2.0 times an equal "
        "split of the incidents that page in sleep hours."
    )
