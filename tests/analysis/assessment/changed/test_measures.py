"""Measures of two times: their values, changes, and what a change of the mix does to them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment.changed.measures import measures
from corvana.analysis.response import durations, period_change
from corvana.analysis.response.period_change import Periods
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.blocks import Collected
from tests.builders.analysis.climbing_incidents import steps_of
from tests.builders.analysis.rotations import at, rules
from tests.builders.analysis.two_times import WEEK, between, collected, compared, lived, weekly


def test_there_are_thirteen_measures_each_with_a_name_of_its_own():
    account = collected(weekly([600] * 8), 8)
    found = measures(between(account, 0, 4), between(account, 4, 8), account)
    assert len({each.name for each in found}) == len(found) == 13


def test_two_periods_side_by_side_are_told_as_against_the_period_before():
    rows = weekly([600] * 8 + [600] * 4 + [900] * 4)
    account = collected(rows, 16)
    found = compared(account, (8, 12), (12, 16))
    now, before = (
        durations.ack_summary(between(account, *each).incidents, account.as_of)
        for each in ((12, 16), (8, 12))
    )
    usual = period_change.change(
        account.incidents,
        "seconds_to_first_ack",
        Periods(now, before, 4, 4),
        Collected(at(12 * WEEK), at(16 * WEEK), at(0), account.as_of),
    )
    assert found["acknowledged_half"].change == pytest.approx(usual.half, nan_ok=True)
    assert found["acknowledged"].change[:3] == pytest.approx(usual.share_done[:3])
    assert found["incidents"].change[:3] == pytest.approx(usual.volume[:3])


def test_values_and_numbers_are_those_of_each_side():
    rows = [lived(hour, acked=60 if hour < 40 else None) for hour in range(50)]
    rows += [lived(WEEK + hour, acked=120, resolved=None) for hour in range(25)]
    found = compared(collected(rows, 2), (0, 1), (1, 2))
    half, share, resolved = (
        found[name] for name in ("acknowledged_half", "acknowledged", "resolved_half")
    )
    assert (half.before.value, half.after.value, half.n, half.n_after) == (60, 120, 50, 25)
    assert half.change.value == 2.0
    assert (share.before.value, share.after.value) == (0.8, 1.0)
    assert share.before[1:3] == estimates.share(40, 50)[1:3]
    assert share.change.value == pytest.approx(0.2)
    assert resolved.before.value == 3_600
    assert np.isnan(resolved.after.value)
    assert np.isnan(resolved.change.value)
    assert (found["incidents"].before.value, found["incidents"].after.value) == (50, 25)
    assert found["incidents"].change.value == 0.5


def test_shares_are_of_the_incidents_that_can_have_them():
    rows = [lived(hour, timeout_escalation_count=int(hour < 12)) for hour in range(30)]
    rows += [lived(40 + hour, urgency="low", timeout_escalation_count=1) for hour in range(10)]
    rows += [lived(60 + hour, resolution="auto", reassignment_count=2) for hour in range(10)]
    rows += [lived(80 + hour, resolution="merged") for hour in range(10)]
    rows += [lived(100 + hour, resolution="open", resolved=None) for hour in range(10)]
    rows += [lived(WEEK + hour) for hour in range(20)]
    found = compared(collected(rows, 2), (0, 1), (1, 2))
    told = {
        name: (found[name].before.value, found[name].n, found[name].after.value)
        for name in ("escalated", "auto_resolved", "reassigned")
    }
    assert told == {
        "escalated": (12 / 50, 50, 0),
        "auto_resolved": (10 / 50, 50, 0),
        "reassigned": (10 / 60, 60, 0),
    }


def test_an_incident_that_may_still_escalate_is_not_counted():
    late = lived(2 * WEEK - 0.05, acked=None, resolved=None, incident_id="LATE")
    rows = [lived(hour) for hour in (*range(20), *range(WEEK, WEEK + 20))]
    account = collected([*rows, late], 2)
    step = {"incident_id": "LATE", "at": late["created_at"], "escalation_policy_id": "P1"}
    paged = steps_of({**step, "level": 1, "to_responders": "ann", "cause": "first"})
    waits = replace(account, escalation_steps=paged, rules=rules(("P1", 1, "S1")))
    assert compared(waits, (0, 1), (1, 2))["escalated"].n_after == 20
    assert compared(account, (0, 1), (1, 2))["escalated"].n_after == 21


def test_a_large_change_of_even_weeks_is_better_and_one_of_uneven_weeks_is_not_clear():
    even = compared(collected(weekly([600] * 8 + [200] * 6), 14), (0, 8), (8, 14))
    assert even["acknowledged_half"].verdict == "better"
    assert even["acknowledged_half"].change.value == pytest.approx(1 / 3, rel=0.02)
    assert even["acknowledged_p90"].verdict == "better"
    uneven = [600, 100, 900, 200, 700, 150, 1_000, 120, 500, 90, 700, 110, 400, 100]
    found = compared(collected(weekly(uneven), 14), (0, 8), (8, 14))
    assert found["acknowledged_half"].change.value < 0.9
    assert found["acknowledged_half"].verdict == "not clear"


def test_without_a_change_nothing_is_better_or_worse():
    found = compared(
        collected(weekly([600, 650, 580, 620, 590, 610, 600, 605] * 2), 16), (0, 8), (8, 16)
    )
    assert {each.verdict for each in found.values()} <= {
        "not clear", "too few cases", "too few weeks"
    }  # fmt: skip


def of_two_services(slow_before: int, slow_after: int, weeks: int = 6) -> Account:
    """A slow and a fast service; each as fast after as before, but not as many incidents."""
    rows = []
    for week in range(2 * weeks):
        slow = slow_before if week < weeks else slow_after
        for number in range(40):
            is_slow = number < slow
            typical = 1_800 if is_slow else 200
            acked = typical * float(np.exp(((number * 7) % 10 - 4.5) / 9))
            missed = is_slow and number % 2 == 0
            rows.append(
                lived(
                    week * WEEK + 4 * number,
                    service="slow" if is_slow else "fast",
                    acked=None if missed else acked,
                )
            )
    return collected(rows, 2 * weeks)


def test_a_change_that_only_the_mix_makes_is_told_as_such():
    found = compared(of_two_services(10, 30), (0, 6), (6, 12))
    for name in ("acknowledged_half", "acknowledged"):
        measure = found[name]
        assert measure.verdict == "mix"
        assert measure.same_mix.value == pytest.approx(measure.no_change, rel=0.1, abs=0.03)
        assert measure.covered == 1.0
    assert found["acknowledged_half"].change.value > 1.5
    assert found["acknowledged"].change.value == pytest.approx(-0.25)


def test_the_same_mix_without_a_change_of_mix_is_the_plain_change():
    found = compared(collected(weekly([600] * 6 + [300] * 6), 12), (0, 6), (6, 12))
    for name in ("acknowledged_half", "acknowledged", "escalated"):
        measure = found[name]
        assert measure.same_mix == pytest.approx(measure.change, nan_ok=True)
    p90 = found["acknowledged_p90"]
    assert p90.same_mix.value == pytest.approx(p90.change.value, rel=0.02)


def test_numbers_a_week_have_no_mix():
    found = compared(of_two_services(10, 30), (0, 6), (6, 12))
    for name in ("incidents", "interruptions", "per_hour", "asleep", "over_norm"):
        assert np.isnan(found[name].same_mix.value)
        assert np.isnan(found[name].covered)


@pytest.mark.parametrize(("n", "told"), [(9, "too few cases"), (10, "too few weeks")])
def test_fewer_than_ten_are_not_compared(n: int, told: str):
    rows = [lived(hour) for hour in range(n)] + [lived(WEEK + hour, acked=60) for hour in range(30)]
    found = compared(collected(rows, 2), (0, 1), (1, 2))
    assert found["acknowledged_half"].verdict == told
    assert found["acknowledged"].verdict == told
    assert found["acknowledged_p90"].verdict == "too few cases"


def test_a_p90_needs_twenty_on_either_side():
    rows = [lived(hour) for hour in range(20)] + [
        lived(WEEK + hour, acked=60) for hour in range(20)
    ]
    found = compared(collected(rows, 2), (0, 1), (1, 2))["acknowledged_p90"]
    assert found.verdict == "too few weeks"
    assert found.change.value == pytest.approx(0.1)


def test_a_baseline_may_reach_further_back_than_what_is_collected_now():
    """Its incidents stay those that it was frozen with, also where the newer data has none."""
    whole = collected(weekly([600] * 8 + [200] * 6), 14)
    frozen = replace(between(whole, 0, 8), as_of=at(8 * WEEK), until=None)
    now = replace(between(whole, 6, 14), until=None)
    found = measures(frozen, between(now, 8, 14), now)
    at_once = compared(whole, (0, 8), (8, 14))
    half = found[0]
    assert (half.n, half.n_after) == (160, 120)
    assert half.change == pytest.approx(at_once["acknowledged_half"].change, nan_ok=True)


def test_incidents_a_week_are_of_the_time_outside_maintenance_windows():
    rows = [lived(hour) for hour in range(0, WEEK, 4)]
    rows += [lived(WEEK + hour) for hour in range(84, WEEK, 4)]
    window = pd.DataFrame({"service_id": ["web"], "start": [at(WEEK)], "end": [at(1.5 * WEEK)]})
    account = replace(collected(rows, 2), maintenance_windows=window)
    found = compared(account, (0, 1), (1, 2))["incidents"]
    assert (found.before.value, found.after.value) == (42, 42)
    assert found.change.value == pytest.approx(1.0)
