"""What people on call carry in two times."""

from dataclasses import replace

import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.staffing import burden
from tests.builders.analysis import on_call_account
from tests.builders.analysis.rotations import at, rules, shifts
from tests.builders.analysis.two_times import WEEK, between, compared


def on_call(pages: list[tuple[str, float, str]], weeks: float) -> Account:
    worked = shifts(("S1", "ann", 0, weeks * WEEK))
    made = on_call_account.account(pages, shifts=worked, rules=rules(("P1", 1, "S1")))
    return replace(made, as_of=at(weeks * WEEK))


def test_what_people_on_call_carry_is_counted_on_either_side():
    nights = [("ann", day * 24 + 2, "P1") for day in range(14)]
    days = [("ann", day * 24 + hour, "P1") for day in range(7) for hour in (10, 12, 14)]
    account = on_call(sorted(nights + days, key=lambda page: page[1]), 2)
    found = compared(account, (0, 1), (1, 2))
    told = {
        name: (
            found[name].before.value,
            found[name].after.value,
            found[name].n,
            found[name].n_after,
        )
        for name in ("interruptions", "asleep_a_week", "asleep")
    }
    assert told == {
        "interruptions": (28, 7, 28, 7),
        "asleep_a_week": (7, 7, 7, 7),
        "asleep": (0.25, 1.0, 28, 7),
    }
    assert found["interruptions"].change.value == 0.25
    assert found["asleep_a_week"].verdict == "too few cases"
    assert found["per_hour"].before.value == pytest.approx(28 / WEEK)
    assert found["per_hour"].change.value == 0.25


def test_the_noise_of_pages_is_that_of_all_weeks():
    """Twice as many are told of even weeks, and not where weeks differ as much at other times."""

    def pages(numbers: list[int]) -> list[tuple[str, float, str]]:
        return [
            ("ann", week * WEEK + number * (WEEK / n), "P1")
            for week, n in enumerate(numbers)
            for number in range(n)
        ]

    even = compared(on_call(pages([20] * 10 + [40] * 2), 12), (8, 10), (10, 12))
    busy = compared(
        on_call(pages([40, 10, 50, 15, 45, 12, 48, 14, 20, 20, 40, 40]), 12), (8, 10), (10, 12)
    )
    assert even["interruptions"].change.value == busy["interruptions"].change.value == 2.0
    assert (even["interruptions"].verdict, busy["interruptions"].verdict) == ("worse", "not clear")


def test_the_share_over_the_norm_is_that_of_the_on_call_page():
    account = on_call([("ann", hour, "P1") for hour in range(20)], 2)
    before = between(account, 0, 1)
    found = compared(account, (0, 1), (1, 2))["over_norm"]
    assert found.before == burden.totals(before).over_norm
