"""Who would be paged by the settings of the time: earlier rules, urgency by support hours, and the
nights in which clocks change."""

from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.on_call.settings_then import completed_policies, completed_services
from corvana.analysis.on_call.who_is_paged import Known, who_is_paged
from tests.builders.analysis.chains import asked, known, levels, rule, service
from tests.builders.analysis.rotations import at, by_the_clock, framed


def test_a_service_that_was_deleted_later_was_paged_before() -> None:
    account = known(rule(1, "ann"), of=[service(), service(since=20, is_deleted=True)])
    assert asked(account).outcome == "paged"
    assert asked(account, 20).reason == "service deleted"


def test_the_rules_are_those_that_were_in_force_then() -> None:
    old, new = rule(1, "ann"), [rule(1, "ann", 8), rule(2, "bob", 8, num_loops=1)]
    account = known(old, *new)
    assert [len(levels(asked(account, hour))) for hour in (7.9, 8)] == [1, 2]
    assert asked(account).policy_seen == "then"


def test_settings_seen_only_later_stand_for_the_time_before_and_say_so() -> None:
    account = known(rule(1, "ann", 20), of=[service(since=12)])
    found = asked(account)
    assert (found.outcome, found.service_seen, found.policy_seen) == ("paged", "later", "later")
    assert found.first_seen == at(20)


def test_where_only_todays_settings_are_known_the_answer_says_so() -> None:
    services = framed([{**service(), "label": "API"}], frames.SERVICES)
    urgency = framed([service()], frames.URGENCY_RULES)
    hours = frames.empty(frames.SUPPORT_HOURS)
    today = completed_services(frames.empty(frames.SERVICE_HISTORY), services, urgency, hours)
    rules = framed([rule(1, "ann")], frames.RULES)
    repeats = framed([{"escalation_policy_id": "P1", "num_loops": 3}], frames.REPEATS)
    policies = completed_policies(frames.empty(frames.POLICY_HISTORY), rules, repeats)
    account = Known(**{**vars(known()), "policies": policies, "services": today})
    found = asked(account)
    assert (found.outcome, found.urgency, found.repeats) == ("paged", "high", 3)
    assert (found.service_seen, found.policy_seen) == ("today", "today")
    assert pd.isna(found.first_seen)


def test_history_goes_before_todays_settings() -> None:
    history = framed([service(), rule(1, "ann")][:1], frames.SERVICE_HISTORY)
    services = framed([service(policy="P2")], frames.SERVICES)
    urgency, hours = frames.empty(frames.URGENCY_RULES), frames.empty(frames.SUPPORT_HOURS)
    found = completed_services(history, services, urgency, hours)
    assert found["escalation_policy_id"].tolist() == ["P1"]


def test_a_low_urgency_incident_goes_to_level_1_only() -> None:
    account = known(rule(1, "ann"), rule(2, "bob"), of=[service(urgency="low")])
    found = asked(account)
    assert (found.outcome, found.urgency, found.has_support_hours) == ("assigned", "low", False)
    assert [level for level, *_ in levels(found)] == [1]


def test_a_low_urgency_incident_goes_past_a_level_without_anybody() -> None:
    chain = [rule(1, "S1"), rule(2, "bob"), rule(3, "cleo")]
    found = asked(known(*chain, of=[service(urgency="low")]))
    assert [(level, state) for level, _, _, state, _ in levels(found)] == [
        (1, "nobody"),
        (2, "on call"),
    ]


@pytest.mark.parametrize(
    ("rule_of_service", "urgency"),
    [("severity_based", "severity_based"), (None, "not known"), ("other", "not known")],
)
def test_an_urgency_that_depends_on_the_alert_pages_as_if_it_were_high(
    rule_of_service: str | None, urgency: str
) -> None:
    account = known(rule(1, "ann"), rule(2, "bob"), of=[service(urgency=rule_of_service)])
    found = asked(account)
    assert (found.outcome, found.urgency, len(levels(found))) == ("paged", urgency, 2)


SUPPORT: dict[str, Any] = {
    "urgency_rule": "use_support_hours",
    "urgency_during_support_hours": "high",
    "urgency_outside_support_hours": "low",
    "support_days": "1 2 3 4 5",
    "support_start": "09:00:00",
    "support_end": "17:00:00",
    "support_time_zone": "Europe/Berlin",
}


@pytest.mark.parametrize(
    ("hour", "urgency"),
    [(7.99, "low"), (8, "high"), (15.99, "high"), (16, "low"), (5 * 24 + 9, "low")],
)
def test_support_hours_decide_on_their_own_clock(hour: float, urgency: str) -> None:
    """Berlin is an hour ahead of UTC in March; hour 0 is a Monday."""
    found = asked(known(rule(1, "ann"), of=[service(**SUPPORT)]), hour)
    assert (found.urgency, found.has_support_hours) == (urgency, True)


def test_support_hours_without_a_zone_use_the_accounts() -> None:
    without = service(**SUPPORT | {"support_time_zone": None})
    found = asked(known(rule(1, "ann"), of=[without], time_zone="Asia/Tokyo"), 0)
    assert found.urgency == "high"


def test_support_hours_that_are_not_complete_decide_nothing() -> None:
    found = asked(known(rule(1, "ann"), of=[service(**SUPPORT | {"support_days": None})]))
    assert (found.urgency, found.outcome) == ("not known", "paged")


@pytest.mark.parametrize(("date", "offset"), [("2026-03-29", 1), ("2026-10-25", 2)])
def test_in_the_night_of_the_clock_change_support_hours_and_shifts_follow_the_clock(
    date: str, offset: int
) -> None:
    """Before the change Berlin is `offset` hours ahead. At 01:30 local time the service is in its
    hours, at 04:30 not; the hand-over is at 04:00 local time, after the change."""
    before, after, handover = by_the_clock("Europe/Berlin", date, 1, 5, 4)
    night = service(**SUPPORT | {"support_days": "6 7", "support_start": "00:00:00"})
    night |= {"support_end": "04:00:00"}
    turns = pd.DataFrame(
        {
            "schedule_id": "S1",
            "responder": ["ann", "bob"],
            "start": [before - pd.Timedelta(hours=9), handover],
            "end": [handover, after + pd.Timedelta(hours=9)],
        }
    )
    account = known(rule(1, "S1"), rule(2, "ann"), of=[night])
    account = Known(**{**vars(account), "shifts": frames.conform(turns, frames.SHIFTS)})
    assert before.tz_convert("Europe/Berlin").utcoffset() == pd.Timedelta(hours=offset)
    early = who_is_paged(account, "api", before)
    assert (early.urgency, levels(early)[1][4]) == ("high", True)
    late = who_is_paged(account, "api", after)
    assert (late.urgency, late.outcome) == ("low", "assigned")
    edge = handover - pd.Timedelta(minutes=31)
    assert levels(who_is_paged(account, "api", edge))[1][4]
    assert who_is_paged(account, "api", handover).urgency == "low"
    assert who_is_paged(account, "api", handover - pd.Timedelta(minutes=1)).urgency == "high"
