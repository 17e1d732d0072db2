"""Who was on call for how long, where nobody was, and whose clock counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from corvana.store import models
from tests.builders.field.life import DAY, Life, Place, Shift, reference
from tests.builders.field.seen import Seen, collected

HOUR: Final = 3600
NEW_YORK: Final = ZoneInfo("America/New_York")


def support_hours(zone: str) -> dict[str, object]:
    """Urgent from nine to five on weekdays only."""
    return {
        "incident_urgency_rule": {
            "type": "use_support_hours",
            "during_support_hours": {"type": "constant", "urgency": "high"},
            "outside_support_hours": {"type": "constant", "urgency": "low"},
        },
        "support_hours": {
            "type": "fixed_time_per_day",
            "time_zone": zone,
            "start_time": "09:00:00",
            "end_time": "17:00:00",
            "days_of_week": [1, 2, 3, 4, 5],
        },
    }


def halves(who: str, *, second: bool) -> Iterator[Shift]:
    """The first or the second half of every day from 1 to 19 November."""
    for day in range(1, 20):
        start = datetime(2026, 11, day, 12 * second, tzinfo=UTC)
        yield who, start.isoformat(), (start + timedelta(hours=12)).isoformat()


def office_hours() -> Iterator[Shift]:
    """Nine to five in New York on every weekday, from October to February."""
    day = datetime(2026, 10, 15, tzinfo=NEW_YORK)
    while day < datetime(2027, 2, 17, tzinfo=NEW_YORK):
        if day.isoweekday() <= 5:
            start, end = (day.replace(hour=hour).astimezone(UTC) for hour in (9, 17))
            yield "A", start.isoformat(), end.isoformat()
        day += timedelta(days=1)


def paged_in(name: str, tag: str, time: str) -> Life:
    """A person with this time zone gets a push notification."""
    return (
        Life(Place(tag, zone=name), time)
        .paged("A")
        .notified(time, "A", type="push", address="x")
        .log("resolve", f"{time[:2]}:30", "A")
    )


GONE: Final = Place("GONE", ("1",), people="A").scheduled(
    "1",
    ("A", "2026-11-02T00:00:00Z", "2026-11-09T00:00:00Z"),
    ("Z", "2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"),
    users=[reference("PUGONEZ", "user") | {"deleted_at": "2022-03-22T13:00:15-04:00"}],
)
ENDLESS: Final = Place("ENDLESS", ("1",), people="A").scheduled(
    "1", ("A", "2026-10-20T12:00:00Z", None)
)
STOOD_IN: Final = ("B", "2026-11-03T00:00:00Z", "2026-11-03T08:00:00Z")
TWO_LEVELS: Final = Place("TWOLEVELS", ("1", "1"), people="AB").scheduled(
    "1", ("A", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"), STOOD_IN, overrides=[STOOD_IN]
)
OWN: Final = ("A", "2026-11-03T09:00:00Z", "2026-11-04T00:00:00Z")
BORDERING: Final = Place("BORDERING", ("1",), people="A").scheduled(
    "1", ("A", "2026-11-02T09:00:00Z", "2026-11-03T09:00:00Z"), OWN, overrides=[OWN]
)
TURNS: Final = (
    Place("TURNS", ("12",), people="AB")
    .scheduled("1", *halves("A", second=False))
    .scheduled("2", *halves("B", second=True))
)
IN_TURNS: Final = (
    Life(TURNS, "15:00").paged("B").log("acknowledge", "15:01", "B").log("resolve", "15:30", "B")
)
OFFICE: Final = Place(
    "OFFICE",
    ("1",),
    zone=NEW_YORK.key,
    people="A",
    of_service=support_hours(NEW_YORK.key)
    | {
        "scheduled_actions": [
            {
                "type": "urgency_change",
                "at": {"type": "named_time", "name": "support_hours_start"},
                "to_urgency": "high",
            }
        ]
    },
).scheduled("1", *office_hours())
MALAYSIA: Final = Place("MALAYSIA", of_service=support_hours("Kuala Lumpur"))
ZONES: Final = {
    "Budapest": (paged_in("Budapest", "BUDAPEST", "21:00"), "Europe/Budapest", "sleep"),
    "Eastern Time (US & Canada)": (
        paged_in("Eastern Time (US & Canada)", "EASTERN", "08:00"),
        "America/New_York",
        "sleep",
    ),
    "Kuala Lumpur": (paged_in("Kuala Lumpur", "LUMPUR", "18:00"), "Asia/Kuala_Lumpur", "sleep"),
    "Kyiv": (paged_in("Kyiv", "KYIV", "21:00"), "Europe/Kyiv", "sleep"),
    "Tijuana": (paged_in("Tijuana", "TIJUANA", "17:00"), "America/Tijuana", "business"),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    places = [GONE, ENDLESS, TWO_LEVELS, BORDERING, OFFICE, MALAYSIA]
    lives = [IN_TURNS, *(life for life, _, _ in ZONES.values())]
    return collected(tmp_path_factory.mktemp("account"), [*places, *lives])


def seconds(seen: Seen, place: Place, letter: str) -> float:
    return float(seen.responder(place, letter, ["on_call_seconds"])["on_call_seconds"])


def test_a_person_deleted_since_keeps_the_shifts_they_had(seen: Seen) -> None:
    """PagerDuty/pd-oncall-chat-topic#35; app-sre/qontract-reconcile#2074."""
    shifts = seen.rows("shifts", schedule_id=GONE.schedule_id("1"))
    assert sorted((each["start"], each["responder"]) for each in shifts) == [
        (datetime(2026, 11, 2, tzinfo=UTC), seen.pseudonym(GONE, "A")),
        (datetime(2026, 11, 9, tzinfo=UTC), seen.pseudonym(GONE, "Z")),
    ]


def test_a_shift_without_an_end_lasts_the_whole_period(seen: Seen) -> None:
    """sergiitk/pagerbeauty#80: a rotation of one person."""
    assert seconds(seen, ENDLESS, "A") == 30 * 24 * HOUR


def test_hours_of_a_schedule_on_two_levels_count_once(seen: Seen) -> None:
    """PagerDuty/backstage-plugin#36; sergiitk/pagerbeauty#37.

    The hours of an override are those of the person who stood in.
    """
    assert seconds(seen, TWO_LEVELS, "A") == 24 * HOUR
    assert seconds(seen, TWO_LEVELS, "B") == 8 * HOUR


def test_an_override_that_borders_ones_own_shift_is_one_shift(seen: Seen) -> None:
    """PagerDuty/pd-oncall-chat-topic#31."""
    assert len(seen.rows("shifts", schedule_id=BORDERING.schedule_id("1"))) == 1
    assert seconds(seen, BORDERING, "A") == 39 * HOUR


def test_schedules_that_take_turns_on_a_level_leave_no_gap(seen: Seen) -> None:
    """Netflix/dispatch#4627; PagerDuty/backstage-plugin#77."""
    expected = {"acknowledged_level": 1, "level_source": "schedule"}
    assert seen.incident(IN_TURNS, expected) == expected
    gaps = seen.rows("coverage_gaps", escalation_policy_id=TURNS.policy_id, level=1)
    covered = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    assert [gap for gap in gaps if covered[0] <= gap["start"] < covered[1]] == []
    assert seconds(seen, TURNS, "A") == 19 * 12 * HOUR


def test_support_hours_covered_over_the_end_of_summer_time_have_no_gap(seen: Seen) -> None:
    """PagerDuty/pagerduty-api-python-client: 28 services with support hours in its fixtures."""
    assert seen.rows("coverage_gaps", escalation_policy_id=OFFICE.policy_id) == []


@pytest.mark.parametrize("name", ZONES)
def test_a_page_is_counted_on_the_clock_of_the_persons_zone(seen: Seen, name: str) -> None:
    """PagerDuty/developer-docs (table of its 151 zones) and #99; vend/phoneduty#2."""
    life, zone, hours = ZONES[name]
    assert seen.responder(life.place, "A", ["time_zone"]) == {"time_zone": zone}
    expected = {"hours_class": hours, "at": datetime.fromisoformat(f"{DAY}T{life.opened}Z")}
    assert seen.row("interruptions", expected, incident_id=life.id) == expected


def test_support_hours_are_kept_in_the_zone_of_the_service(seen: Seen) -> None:
    """PagerDuty/go-pagerduty, examples/service.json: support hours in "Lima"."""
    (service,) = seen.stored(models.Service, id=MALAYSIA.service_id)
    assert service["support_time_zone"] == "Asia/Kuala_Lumpur"
