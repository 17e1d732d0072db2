"""Whole runs against an account that refuses: all else is collected, nothing counts as deleted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from corvana.config import Settings
from corvana.errors import Forbidden
from corvana.sandbox.world import changes
from corvana.store import models
from tests.builders.told_account import (
    END,
    Story,
    account,
    person,
    watching,
    with_incidents,
)

Configure = Callable[..., Settings]
DAY = timedelta(days=1)
REFUSED = [
    {
        "/teams$": ("teams", 403),
        "/priorities$": ("priorities", 402),
        "/oncalls$": ("oncalls", 403),
        "/maintenance_windows$": ("maintenance_windows", 402),
    },
    {
        "/users$": ("users", 403),
        "/business_services$": ("business_services", 402),
        "/alert_grouping_settings$": ("alert_grouping_settings", 402),
        "/service_dependencies/": ("service_dependencies", 403),
        "/us/schedules$": ("shifts", 403),
    },
    {"/services$": ("services", 403), "/escalation_policies$": ("escalation_policies", 403)},
]


@pytest.mark.parametrize("refused", REFUSED, ids=["small lists", "structure", "the core"])
def test_what_is_refused_is_noted_and_everything_else_is_collected(
    configure: Configure, refused: dict[str, tuple[str, int]]
) -> None:
    errors = {402: "NotOnPlan", 403: "Forbidden"}
    with watching(configure, with_incidents(Story(1).resolved(3, person(0)))) as seen:
        for path, (_, status) in refused.items():
            seen.sandbox.faults.answer(path, status=status)
        seen.collect()
        statuses = seen.statuses()
        for noun, status in refused.values():
            assert (statuses[noun].error, statuses[noun].succeeded_at) == (errors[status], None)
        others = statuses.keys() - {noun for noun, _ in refused.values()}
        depending = {"upcoming_shifts"} if "/us/schedules$" in refused else set()
        assert {noun for noun in others if statuses[noun].error} == depending
        assert len(others) >= 8
        assert seen.run().status == "finished"
        assert len(seen.stored(models.LogEntry)) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400}, "BadRequest"),
        ({"status": 404}, "Gone"),
        ({"status": 200, "body": "<html>Schedules</html>"}, "UnreadableBody"),
    ],
    ids=["400", "404", "unreadable"],
)
def test_an_account_whose_schedules_cannot_be_had_is_shown_without_them(
    configure: Configure, answer: dict[str, Any], error: str
) -> None:
    with watching(configure, with_incidents(Story(1).resolved(3, person(0)))) as seen:
        seen.sandbox.faults.answer("/us/schedules$", **answer)
        seen.collect()
        assert seen.statuses()["shifts"].error == error
        assert len(seen.incidents()) == 1


def test_what_is_allowed_again_is_collected_the_next_day(configure: Configure) -> None:
    with watching(configure, with_incidents(Story(1))) as seen:
        refusal = seen.sandbox.faults.answer("/teams$", status=403)
        seen.collect()
        assert seen.stored(models.Team) == []
        seen.sandbox.faults.remove(refusal)
        seen.collect(later=DAY + timedelta(minutes=1))
        assert len(seen.stored(models.Team)) == len(account().teams)
        assert seen.statuses()["teams"].error is None


@pytest.mark.parametrize("noun", ["incidents", "log_entries"])
def test_without_incidents_or_their_log_there_is_nothing_to_show(
    configure: Configure, noun: str
) -> None:
    with watching(configure, with_incidents(Story(1))) as seen:
        seen.sandbox.faults.answer(f"/{noun}$", status=403)
        with pytest.raises(Forbidden):
            seen.collect()
        assert (seen.run().status, seen.run().error) == ("failed", "Forbidden")
        assert seen.statuses()[noun].error == "Forbidden"


def test_the_edges_of_one_service_alone_can_be_missing(configure: Configure) -> None:
    one = account().dependencies[0]
    with watching(configure, account()) as seen:
        path = f"/technical_services/({one.supporting_id}|{one.dependent_id})$"
        seen.sandbox.faults.answer(path, status=404)
        seen.collect()
        told = {each.id for each in seen.stored(models.ServiceDependency)}
        silent = {one.supporting_id, one.dependent_id}
        assert told == {
            edge.id
            for edge in account().dependencies
            if not {edge.supporting_id, edge.dependent_id} <= silent
        }
        assert seen.statuses()["service_dependencies"].error is None


def test_a_schedule_that_is_refused_with_a_map_of_errors_keeps_what_was_known(
    configure: Configure,
) -> None:
    schedule = next(each for each in account().schedules if each.kind == "v3")
    errors = {"schedule.since": ["is not a date"], "schedule.until": ["is before since"]}
    body = {"error": {"message": "Invalid Input Provided", "code": 2001, "errors": errors}}
    with watching(configure, account()) as seen:
        seen.collect()
        known = [each for each in seen.stored(models.Shift) if each.schedule_id == schedule.id]
        path = f"/v3/schedules/{schedule.id}$"
        seen.sandbox.faults.answer(path, status=400, body=body)
        seen.collect(later=timedelta(hours=2))
        assert known
        assert known == [
            each for each in seen.stored(models.Shift) if each.schedule_id == schedule.id
        ]
        (row,) = (each for each in seen.stored(models.Schedule) if each.id == schedule.id)
        assert row.deleted_at is None
        assert seen.run().status == "finished"


@pytest.mark.parametrize("status", [402, 403])
def test_an_incident_that_may_not_be_read_any_more_stays_and_stops_nothing(
    configure: Configure, status: int
) -> None:
    """Open, gone from the list of open ones, and refused when it is asked for."""
    world = with_incidents(Story(1), Story(2))
    with watching(configure, world) as seen:
        seen.collect()
        seen.sandbox.replace(changes.delete_incident(world, Story(1).id, END))
        seen.sandbox.faults.answer(f"/incidents/{Story(1).id}$", status=status)
        seen.collect(later=timedelta(hours=2))
        assert seen.run().status == "finished"
        assert [each.deleted_at for each in seen.stored(models.Incident)] == [None, None]
