"""Log entries as PagerDuty really sends them: orphaned, unknown, late, at one time, in any zone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from corvana.config import Settings
from corvana.sandbox.world import changes, configuration_changes
from corvana.store import models
from tests.builders.told_account import (
    END,
    Collected,
    Story,
    account,
    lists_hold,
    person,
    rows_changed,
    watching,
    with_incidents,
)

Configure = Callable[..., Settings]
Row = dict[str, Any]


def entry(story: Story, kind: str) -> str:
    return next(each.id for each in story.entries if each.type == kind)


def change_entries(seen: Collected, change: dict[str, Callable[[Row], Row]]) -> None:
    seen.sandbox.faults.change("/log_entries$", rows_changed("log_entries", change))


def types(seen: Collected) -> list[str]:
    return sorted(each.type for each in seen.stored(models.LogEntry))


def test_an_entry_by_nobody_is_kept_and_a_resolve_by_nobody_is_automatic(
    configure: Configure,
) -> None:
    story = Story(1).resolved(5, person(0))
    with watching(configure, with_incidents(story)) as seen:
        change_entries(seen, {entry(story, "resolve"): lambda row: row | {"agent": None}})
        assert seen.collect().incidents().loc[1, "resolution"] == "auto"
        assert types(seen) == ["resolve", "trigger"]


@pytest.mark.parametrize("missing", [{"incident": None}, {}], ids=["null", "left out"])
def test_an_entry_without_an_incident_is_counted_and_left_out(
    configure: Configure, missing: Row
) -> None:
    story = Story(1).acknowledged(5, person(0)).resolved(9, person(0))

    def orphaned(row: Row) -> Row:
        return {key: value for key, value in row.items() if key != "incident"} | missing

    with watching(configure, with_incidents(story)) as seen:
        change_entries(seen, {entry(story, "acknowledge"): orphaned})
        row = seen.collect().incidents().loc[1]
        assert (row.acknowledgement_count, row.seconds_to_resolve) == (0, 540.0)
        assert types(seen) == ["resolve", "trigger"]
        assert (seen.run().without_incident, seen.run().unreadable) == (1, 0)


def test_an_entry_of_an_unknown_type_is_stored_and_counted(configure: Configure) -> None:
    story = Story(1).log("status_update", 3, person(0)).resolved(9, person(0))
    with watching(configure, with_incidents(story)) as seen:
        seen.collect()
        assert types(seen) == ["resolve", "status_update", "trigger"]
        assert seen.run().unknown_types == 1


def test_two_targets_of_one_level_are_one_escalation_and_a_repeated_trigger_is_none(
    configure: Configure,
) -> None:
    story = Story(1).log("trigger", 1).log("trigger", 1)
    for target in (0, 1):
        story.log("escalate", 10, assignee_ids=(person(target),), channel_type="timeout")
    story.state("triggered", 10).resolved(30, person(1))
    with watching(configure, with_incidents(story)) as seen:
        row = seen.collect().incidents().loc[1]
        assert row.timeout_escalation_count == 1
        assert not row.reopened
        assert types(seen) == ["escalate", "escalate", "resolve", "trigger", "trigger", "trigger"]


def test_entries_of_one_second_happened_in_the_order_in_which_they_are_listed(
    configure: Configure,
) -> None:
    """Triggered, acknowledged, resolved and reopened within a second: it is open."""
    story = Story(1).acknowledged(0, person(0)).resolved(0, person(0))
    story.log("trigger", 0, person(0)).state("triggered", 0)
    with watching(configure, with_incidents(story)) as seen:
        row = seen.collect().incidents().loc[1]
        assert (row.seconds_to_first_ack, row.resolution, row.reopened) == (0.0, "open", True)


def test_an_entry_that_appears_late_is_found_within_a_quarter_of_an_hour(
    configure: Configure,
) -> None:
    world = with_incidents(Story(1, END - timedelta(minutes=30)))
    with watching(configure, world) as seen:
        assert seen.collect().incidents().loc[1, "acknowledgement_count"] == 0
        seen.sandbox.replace(changes.acknowledge(world, Story(1).id, END - timedelta(minutes=10)))
        row = seen.collect(later=timedelta(minutes=2)).incidents().loc[1]
        assert (row.acknowledgement_count, row.seconds_to_first_ack) == (1, 1200.0)


@pytest.mark.parametrize("told", [{"acknowledgement_timeout": None}, {}], ids=["null", "left out"])
def test_an_ack_without_a_timeout_is_an_ack(configure: Configure, told: Row) -> None:
    story = Story(1).acknowledged(5, person(0))

    def untold(row: Row) -> Row:
        return {k: v for k, v in row.items() if k != "acknowledgement_timeout"} | told

    world = configuration_changes.change_timeouts(
        with_incidents(story),
        account().services[0].id,
        acknowledgement_seconds=1800,
        auto_resolve_seconds=None,
    )
    with watching(configure, world) as seen:
        change_entries(seen, {entry(story, "acknowledge"): untold})
        assert seen.collect().incidents().loc[1, "seconds_to_first_ack"] == 300.0
        assert seen.run().unreadable == 0


def test_an_ack_before_the_incident_was_created_is_clock_skew_and_not_negative(
    configure: Configure,
) -> None:
    story = Story(1).log("acknowledge", -0.5, person(0)).state("acknowledged", 0)
    with watching(configure, with_incidents(story)) as seen:
        row = seen.collect().incidents().loc[1]
        assert (row.seconds_to_first_ack, row.clock_skew) == (0.0, True)


def test_an_ack_by_a_service_is_no_answer_by_a_person(configure: Configure) -> None:
    story = Story(1).log("acknowledge", 1).state("acknowledged", 1).acknowledged(6, person(0))
    with watching(configure, with_incidents(story)) as seen:
        row = seen.collect().incidents().loc[1]
        assert (row.service_acknowledgement_count, row.acknowledgement_count) == (1, 1)
        assert row.seconds_to_first_ack == 360.0


def in_zone(zone: str) -> Callable[[Row], Row]:
    def written(row: Row) -> Row:
        instant = datetime.fromisoformat(row["created_at"]).astimezone(ZoneInfo(zone))
        return row | {"created_at": instant.isoformat()}

    return written


def test_instants_of_mixed_zones_are_the_same_instants(configure: Configure) -> None:
    """`Z`, `+00:00` and `-07:00` on one page."""
    story = Story(1).acknowledged(5, person(0)).resolved(9, person(0))
    with watching(configure, with_incidents(story)) as seen:
        change_entries(
            seen,
            {
                entry(story, "acknowledge"): in_zone("UTC"),
                entry(story, "resolve"): in_zone("America/Phoenix"),
            },
        )
        row = seen.collect().incidents().loc[1]
        assert (row.seconds_to_first_ack, row.seconds_to_resolve) == (300.0, 540.0)
        assert {each.type: each.at for each in seen.stored(models.LogEntry)} == {
            "trigger": story.at(0),
            "acknowledge": story.at(5),
            "resolve": story.at(9),
        }


def test_entries_past_the_limit_within_one_second_are_missing_and_named(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists_hold(1_000, monkeypatch)
    crowd = END - timedelta(days=2)
    story = Story(1, crowd, silent=True)
    (noted,) = story.log("annotate", 0, person(0)).entries
    story.entries = [replace(noted, id=f"R{n:013}") for n in range(1_050)]
    with watching(configure, with_incidents(story, Story(2))) as seen:
        seen.collect()
        assert len(seen.stored(models.LogEntry)) == 1_000 + 1
        (hole,) = seen.connected.data().incomplete
        assert hole.startswith(f"log_entries {crowd:%Y-%m-%d %H:%M}")
