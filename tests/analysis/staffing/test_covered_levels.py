"""Levels with nobody, and with nobody new, of schedules written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings import coverage_gap
from corvana.analysis.staffing.covered_levels import GAP, NOT_NEEDED, SAME_PERSON, covered_levels
from tests.builders.analysis.maintained import windows
from tests.builders.analysis.on_call_account import DAY, WEEK, account
from tests.builders.analysis.rotations import at, framed, hours, rules, shifts

COMING = WEEK + 84 * DAY


def covered(worked: pd.DataFrame, chain: pd.DataFrame, **known: pd.DataFrame):
    """Levels of policies that one service each uses; every schedule with a shift was collected."""
    services = [
        {"service_id": f"{policy}s", "status": "active", "escalation_policy_id": policy}
        for policy in chain["escalation_policy_id"].unique()
    ]
    collected = [{"schedule_id": each} for each in worked["schedule_id"].unique()]
    filled: dict[str, Any] = {
        "services": framed(services, frames.SERVICES),
        "schedules": framed(collected, frames.SCHEDULES),
        **known,
    }
    return account(shifts=worked, rules=chain, **filled)


def test_a_gap_is_a_share_of_the_time_needed_past_and_coming():
    worked = shifts(("S1", "ann", DAY, COMING - 6 * DAY))
    found = covered_levels(covered(worked, rules(("P1", 1, "S1"))))
    (level,) = found.levels.to_dict("records")
    assert (level["gaps"], level["uncovered_seconds"]) == (2, 7 * DAY * 3_600)
    assert level["uncovered"] == pytest.approx(7 / 91)
    assert found.covered == pytest.approx(84 / 91)
    assert hours(found.stretches) == [(0, DAY), (COMING - 6 * DAY, COMING)]
    assert (found.since, found.as_of, found.until) == (at(0), at(WEEK), at(COMING))


def test_without_a_coming_shift_the_future_is_not_one_long_gap():
    found = covered_levels(covered(shifts(("S1", "ann", 0, WEEK)), rules(("P1", 1, "S1"))))
    assert found.until == found.as_of
    assert found.stretches.empty
    assert found.covered == 1


def test_the_later_of_two_levels_with_one_human_is_the_one_that_adds_nobody():
    worked = shifts(("S1", "ann", 0, COMING), ("S2", "ann", DAY, 2 * DAY), ("S2", "bob", 0, DAY))
    worked = pd.concat([worked, shifts(("S2", "cat", 2 * DAY, COMING))], ignore_index=True)
    found = covered_levels(covered(worked, rules(("P1", 1, "S1"), ("P1", 2, "S2"))))
    (stretch,) = found.stretches.to_dict("records")
    assert (stretch["level"], stretch["other_level"], stretch["state"]) == (2, 1, SAME_PERSON)
    doubled = found.levels.set_index("level")["doubled"]
    assert doubled.to_dict() == {1: 0, 2: pytest.approx(1 / 91)}


def test_while_its_only_service_is_in_maintenance_a_policy_needs_nobody():
    worked = shifts(("S1", "ann", DAY, COMING))
    known = covered(worked, rules(("P1", 1, "S1")), maintenance_windows=windows(P1s=[(-5, 6)]))
    found = covered_levels(known)
    states = found.stretches.set_index("state")
    assert hours(states.loc[[NOT_NEEDED]]) == [(0, 6)]
    assert hours(states.loc[[GAP]]) == [(6, DAY)]
    assert found.levels["uncovered"].tolist() == [pytest.approx(18 / (COMING - 6))]


def test_outside_support_hours_nobody_is_needed():
    support = framed(
        [{"service_id": "P1s", "urgency_outside_support_hours": "low", "support_time_zone": "UTC",
          "support_days": "1 2 3 4 5", "support_start": "09:00:00", "support_end": "17:00:00"}],
        frames.SUPPORT_HOURS,
    )  # fmt: skip
    worked = shifts(("S1", "ann", 10, 17))
    found = covered_levels(covered(worked, rules(("P1", 1, "S1")), support_hours=support))
    states = found.stretches.groupby("state").size()
    assert set(states.index) == {GAP, NOT_NEEDED}
    # Of 40 hours needed, one on Monday and 32 on the other days have nobody.
    assert found.levels["uncovered"].tolist() == [33 / 40]


def test_a_level_on_a_schedule_that_was_not_collected_is_unknown():
    worked = shifts(("S1", "ann", 0, WEEK))
    found = covered_levels(covered(worked, rules(("P1", 1, "S1"), ("P1", 2, "S9"))))
    assert found.levels["level"].tolist() == [1]
    assert found.unknown == 1


def test_no_policy_in_use_is_no_level():
    found = covered_levels(account(rules=rules(("P1", 1, "ann"))))
    assert found.levels.empty
    assert found.stretches.empty
    assert pd.isna(found.covered)


def test_shares_are_those_of_the_finding():
    worked = shifts(("S1", "ann", DAY, COMING - 20 * DAY), ("S2", "bob", 0, COMING))
    known = covered(worked, rules(("P1", 1, "S1"), ("P1", 2, "S2")))
    (found,) = coverage_gap.tests(known).to_dict("records")
    worst = covered_levels(known).levels.iloc[0]
    assert (worst["uncovered"], worst["gaps"]) == (pytest.approx(found["effect"]), found["n"])
