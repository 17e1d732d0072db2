"""Incidents as PagerDuty really sends them: empty, unknown, repeated, merged, too many."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from corvana.config import Settings
from corvana.sandbox.world import changes, configuration_changes
from corvana.sandbox.world.model import ResponderRequest
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
PLAIN = 99
"""An ordinary incident beside the odd ones: it is never touched by them."""


def plain() -> Story:
    return Story(PLAIN).acknowledged(5, person(0)).resolved(30, person(0))


def stored(seen: Collected, number: int) -> models.Incident:
    (row,) = (each for each in seen.stored(models.Incident) if each.number == number)
    return row


def expect_plain(seen: Collected) -> None:
    row = seen.incidents().loc[PLAIN]
    assert (row.seconds_to_first_ack, row.seconds_to_resolve) == (300.0, 1800.0)


EMPTY: dict[str, Any] = {
    "assignments": None,
    "acknowledgements": None,
    "priority": None,
    "escalation_policy": None,
    "service": None,
    "teams": None,
    "last_status_change_by": None,
    "incidents_responders": None,
    "responder_requests": None,
    "pending_actions": None,
    "resolve_reason": None,
    "assigned_via": None,
    "updated_at": None,
}


def test_whatever_may_be_null_or_missing_is_stored_as_nothing(configure: Configure) -> None:
    world = with_incidents(Story(1), Story(2), Story(3), plain())
    with watching(configure, world) as seen:
        seen.sandbox.faults.change(
            "/incidents$",
            rows_changed(
                "incidents",
                {
                    Story(1).id: lambda row: row | EMPTY,
                    Story(2).id: lambda row: {k: v for k, v in row.items() if k not in EMPTY},
                    Story(3).id: lambda row: row | {"assignments": [], "acknowledgements": []},
                },
            ),
        )
        seen.collect()
        for number in (1, 2):
            row = stored(seen, number)
            assert (row.service_id, row.escalation_policy_id, row.priority) == (None, None, None)
            assert (row.team_ids, row.assigned_via, row.merged) == ("", "unknown", False)
            assert row.updated_at == row.created_at
        assert stored(seen, 3).service_id == account().services[0].id
        assert list(seen.incidents().index) == [1, 2, 3, PLAIN]
        assert seen.run().unreadable == 0
        expect_plain(seen)


def test_an_unknown_status_and_unknown_keys_are_taken_as_they_come(configure: Configure) -> None:
    odd = {
        "status": "paused",
        "urgency": "medium",
        "impacted_services": [],
        "importance": {"level": 7},
        "privilege": None,
        "never_heard_of": [{"deep": ["nested"]}],
    }
    with watching(configure, with_incidents(Story(1), plain())) as seen:
        change = rows_changed("incidents", {Story(1).id: lambda row: row | odd})
        seen.sandbox.faults.change("/incidents$", change)
        seen.collect()
        assert (stored(seen, 1).status, stored(seen, 1).urgency) == ("paused", "medium")
        assert seen.incidents().loc[1, "resolution"] == "open"
        expect_plain(seen)


def test_an_ack_that_timed_out_and_was_repeated_counts_twice(configure: Configure) -> None:
    story = Story(1).acknowledged(4, person(0)).log("unacknowledge", 34, channel_type="timeout")
    story.state("triggered", 34).acknowledged(40, person(1)).resolved(60, person(1))
    with watching(configure, with_incidents(story, plain())) as seen:
        row = seen.collect().incidents().loc[1]
        assert (row.acknowledgement_count, row.ack_timeout_count) == (2, 1)
        assert row.seconds_to_first_ack == 240.0
        assert row.acknowledged_by == seen.pseudonym(person(0))
        assert row.seconds_to_resolve == 3600.0


def test_what_was_resolved_without_an_ack_has_none(configure: Configure) -> None:
    by_hand, by_timer = Story(1).resolved(7, person(0)), Story(2).resolved(9)
    with watching(configure, with_incidents(by_hand, by_timer)) as seen:
        shown = seen.collect().incidents()
        assert shown["seconds_to_first_ack"].isna().all()
        assert list(shown["resolution"]) == ["responder", "auto"]
        assert list(shown["seconds_to_resolve"]) == [420.0, 540.0]


def test_a_chain_of_merges_ends_in_its_last_target(configure: Configure) -> None:
    world = with_incidents(Story(1), Story(2), Story(3))
    world = changes.merge(world, Story(1).id, Story(2).id, Story(1).at(10))
    world = changes.merge(world, Story(2).id, Story(3).id, Story(1).at(20))
    world = changes.resolve(world, Story(3).id, Story(1).at(30))
    with watching(configure, world) as seen:
        shown = seen.collect().incidents()
        assert list(shown["resolution"]) == ["merged", "merged", "responder"]
        assert list(shown["seconds_to_resolve"]) == [600.0, 1200.0, 1800.0]
        assert [stored(seen, number).merged for number in (1, 2, 3)] == [True, True, False]
        links = [each for each in seen.stored(models.LogEntry) if "link" in each.type]
        assert sorted(each.type for each in links) == ["link", "link", "unlink", "unlink"]
        assert seen.run().unknown_types == 0


def test_a_reopened_incident_keeps_its_first_resolve_and_has_a_last_one(
    configure: Configure,
) -> None:
    world = with_incidents(Story(1).resolved(10, person(0)), Story(2).resolved(10, person(0)))
    for number in (1, 2):
        world = changes.reopen(world, Story(number).id, Story(number).at(60))
    world = changes.resolve(world, Story(2).id, Story(2).at(90))
    with watching(configure, world) as seen:
        shown = seen.collect().incidents()
        assert list(shown["reopened"]) == [True, True]
        assert list(shown["first_resolved_at"]) == [Story(1).at(10)] * 2
        assert pd.isna(shown["resolved_at"].to_dict()[1])
        assert shown.loc[2, "resolved_at"] == Story(2).at(90)
        assert list(shown["resolution"]) == ["open", "responder"]


def test_a_snooze_outlasts_the_ack_timeout_it_overlaps(configure: Configure) -> None:
    story = Story(1).acknowledged(5, person(0))
    story.log("snooze", 10, person(0), snoozed_until=story.at(130)).state("acknowledged", 10)
    story.log("unacknowledge", 130, channel_type="timeout").state("triggered", 130)
    story.acknowledged(140, person(0)).resolved(150, person(0))
    snoozed_still = Story(2).acknowledged(5, person(0))
    snoozed_still.log("snooze", 10, person(0), snoozed_until=END + timedelta(days=1))
    world = configuration_changes.change_timeouts(
        with_incidents(story, snoozed_still),
        account().services[0].id,
        acknowledgement_seconds=1800,
        auto_resolve_seconds=None,
    )
    with watching(configure, world) as seen:
        shown = seen.collect().incidents()
        assert list(shown["snooze_count"]) == [1, 1]
        assert shown.loc[1, "snoozed_seconds"] == 120 * 60.0
        so_far = seen.connected.data().as_of - snoozed_still.at(10)
        assert shown.loc[2, "snoozed_seconds"] == so_far.total_seconds()
        assert shown.loc[1, "resolution"] == "responder"


def test_a_direct_assignment_to_several_people_has_no_level(configure: Configure) -> None:
    both = (person(0), person(1))
    story = Story(1).log("assign", 0, person(2), assignee_ids=both)
    story.state("triggered", 0, assigned_via="direct_assignment", assignee_ids=both)
    story.acknowledged(3, person(1))
    story.states[-1] = replace(story.states[-1], assigned_via="direct_assignment")
    with watching(configure, with_incidents(story)) as seen:
        row = seen.collect().incidents().loc[1]
        assert row.assigned_via == "direct_assignment"
        assert row.timeout_escalation_count == row.manual_escalation_count == 0
        (assign,) = (each for each in seen.stored(models.LogEntry) if each.type == "assign")
        assert assign.assignees == " ".join(sorted(map(seen.pseudonym, both)))


def request(number: int, state: Any) -> ResponderRequest:
    asked = Story(1).at(10)
    return ResponderRequest(person(number), person(0), asked, state, asked + timedelta(minutes=5))


@pytest.mark.parametrize("name", ["incidents_responders", "incident_responders"])
def test_only_those_who_joined_on_request_took_part(configure: Configure, name: str) -> None:
    states = ("pending", "joined", "declined", "user_cancelled")
    asked = tuple(request(number, state) for number, state in enumerate(states, start=1))
    world = with_incidents(Story(1).acknowledged(5, person(0)).resolved(60, person(0)))
    world = replace(world, incidents=(replace(world.incidents[0], responder_requests=asked),))

    def spelled(row: dict[str, Any]) -> dict[str, Any]:
        return {name if key == "incidents_responders" else key: row[key] for key in row}

    with watching(configure, world) as seen:
        seen.sandbox.faults.change("/incidents$", rows_changed("incidents", {Story(1).id: spelled}))
        row = seen.collect().incidents().loc[1]
        (join,) = seen.stored(models.ResponderJoin)
        assert join.responder == seen.pseudonym(person(2))
        assert row.responder_count == 2
        assert row.seconds_to_mobilize == 15 * 60.0


def test_an_incident_made_urgent_later_was_not_urgent_at_first(configure: Configure) -> None:
    story = Story(1, urgency="low").log("urgency_change", 20, person(0))
    story.state("triggered", 20, urgency="high")
    with watching(configure, with_incidents(story)) as seen:
        row = seen.collect().incidents().loc[1]
        assert (row.urgency_at_creation, row.urgency) == ("low", "high")


def test_an_incident_without_a_log_is_shown_with_its_placement(configure: Configure) -> None:
    with watching(configure, with_incidents(Story(1, silent=True), plain())) as seen:
        row = seen.collect().incidents().loc[1]
        assert row.service_id == account().services[0].id
        assert row.notification_count == row.acknowledgement_count == 0
        expect_plain(seen)


def test_a_gap_in_the_numbers_is_no_loss(configure: Configure) -> None:
    with watching(configure, with_incidents(Story(3), Story(4), Story(40))) as seen:
        assert list(seen.collect().incidents().index) == [3, 4, 40]
        assert seen.connected.data().incomplete == ()


def test_an_incident_on_two_pages_is_one_row_and_counted(configure: Configure) -> None:
    world = with_incidents(*(Story(n, END - timedelta(minutes=600 - n)) for n in range(1, 251)))
    with watching(configure, world) as seen:
        last: list[dict[str, Any]] = []

        def repeat(body: dict[str, Any]) -> dict[str, Any]:
            rows = [*last, *body["incidents"]]
            last[:] = body["incidents"][-1:]
            return body | {"incidents": rows}

        seen.sandbox.faults.change("/incidents$", repeat)
        assert list(seen.collect().incidents().index) == list(range(1, 251))
        assert seen.run().duplicates >= 2


def test_a_deleted_service_is_still_named_by_its_incidents(configure: Configure) -> None:
    service = account().services[0]
    world = configuration_changes.delete_service(with_incidents(plain()), service.id)
    with watching(configure, world) as seen:
        assert seen.collect().incidents().loc[PLAIN, "service_id"] == service.id
        assert service.id not in {each.id for each in seen.stored(models.Service)}
        assert seen.run().status == "finished"


def test_more_incidents_than_a_list_holds_are_all_read_unless_they_are_of_one_second(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists_hold(1_000, monkeypatch)
    many = 1_050
    crowd = END - timedelta(days=2)
    spread = [
        Story(n, END - timedelta(days=5) + timedelta(seconds=n // 3), silent=True)
        for n in range(1, many + 1)
    ]
    at_once = [Story(many + n, crowd, silent=True) for n in range(1, many + 1)]
    with watching(configure, with_incidents(*spread, *at_once)) as seen:
        shown = seen.collect().incidents()
        read = shown.index[shown.index <= many]
        assert list(read) == list(range(1, many + 1))
        assert len(shown) - len(read) == 1_000
        (hole,) = seen.connected.data().incomplete
        assert hole.startswith(f"incidents {crowd:%Y-%m-%d %H:%M}")
        (window,) = (each for each in seen.stored(models.CollectionWindow) if each.incomplete)
        assert (window.since, window.until) == (crowd, crowd + timedelta(seconds=1))
