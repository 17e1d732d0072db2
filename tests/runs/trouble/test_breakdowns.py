"""Whole runs against an account that hesitates, breaks down and forgets."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from corvana.config import Settings
from corvana.errors import PagerDutyError
from corvana.sandbox.faults import Faults
from corvana.sandbox.world import configuration_changes
from corvana.sandbox.world.model import World
from corvana.store import models
from tests.builders.told_account import (
    END,
    Collected,
    Story,
    account,
    person,
    watching,
    with_incidents,
)

Configure = Callable[..., Settings]
DAY = timedelta(days=1)


def busy() -> World:
    """Three pages of incidents and of log entries."""
    stories = [Story(n, END - timedelta(minutes=5 * n)) for n in range(1, 251)]
    return with_incidents(*(story.resolved(3, person(0)) for story in stories))


def expect_everything(seen: Collected, world: World) -> None:
    """Every row of the account, each once, and nothing missing."""
    assert [each.id for each in sorted(seen.stored(models.Incident), key=lambda i: i.number)] == [
        incident.id for incident in world.incidents
    ]
    logged = {entry.id for incident in world.incidents for entry in incident.log_entries}
    assert {each.id for each in seen.stored(models.LogEntry)} == logged
    assert len(seen.stored(models.Service)) == len(world.services)
    assert len(seen.stored(models.ServiceDependency)) == len(world.dependencies)
    assert len(seen.incidents()) == len(world.incidents)
    assert seen.connected.data().incomplete == ()
    assert {each.error for each in seen.statuses().values()} == {None}


LISTS = "/(incidents|log_entries|services|teams)$"
TROUBLE: dict[str, Callable[[Faults], object]] = {
    "429 with headers": lambda f: f.answer(LISTS, status=429, times=3),
    "429 without headers": lambda f: f.answer(LISTS, status=429, headers={}, times=3),
    "429 as a page": lambda f: f.answer(
        LISTS, status=429, headers={}, body="<html><h1>Slow down</h1></html>", times=3
    ),
    "429 to be tried at once": lambda f: f.answer(
        LISTS, status=429, headers={"ratelimit-reset": "0"}, times=3
    ),
    "429 with nothing in it": lambda f: f.answer(LISTS, status=429, headers={}, body=b"", times=3),
    "500, then 200": lambda f: f.answer(LISTS, status=500, times=3),
    "408, then 200": lambda f: f.answer(LISTS, status=408, times=2),
    "502 as a page": lambda f: f.answer(LISTS, status=502, body="<html>Bad gateway", times=3),
    "a page breaks off": lambda f: f.hang_up(LISTS, times=3),
    "a page stops in the middle": lambda f: f.hang_up("/log_entries$", after_seconds=5, times=1),
    "totals are not told": lambda f: f.update({"hide_total": True}),
    "pages are smaller than asked for": lambda f: f.update({"largest_page": 30}),
    "pages are short": lambda f: f.update({"short_pages": 6}),
    "pages are empty": lambda f: f.update({"empty_pages": 2}),
    "rows are repeated": lambda f: f.update({"duplicate_rows": 6}),
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
def test_a_run_in_trouble_ends_with_every_row(
    configure: Configure, trouble: Callable[[Faults], object]
) -> None:
    world = busy()
    with watching(configure, world) as seen:
        trouble(seen.sandbox.faults)
        expect_everything(seen.collect(), world)


def test_an_outage_fails_a_run_and_the_next_one_has_everything(configure: Configure) -> None:
    world = busy()
    with watching(configure, world) as seen:
        seen.sandbox.faults.outage = True
        with pytest.raises(PagerDutyError):
            seen.collect()
        assert (seen.run().status, seen.run().error) == ("failed", "ServerFault")
        seen.sandbox.faults.outage = False
        expect_everything(seen.collect(), world)


def test_a_run_that_breaks_down_in_the_middle_is_taken_up_where_it_was(
    configure: Configure,
) -> None:
    world = with_incidents(
        *(Story(n, END - n * DAY).resolved(3, person(0)) for n in range(25, 0, -1))
    )
    with watching(configure, world) as seen:
        since = f"since={END - 15 * DAY:%Y-%m-%d}"
        seen.sandbox.faults.answer("/log_entries$", status=503, query=since)
        with pytest.raises(PagerDutyError):
            seen.collect()
        part = {each.incident_id for each in seen.stored(models.LogEntry)}
        assert 0 < len(part) < len(world.incidents)
        seen.sandbox.faults.reset()
        seen.collect()
        logged = {each.incident_id for each in seen.stored(models.LogEntry)}
        assert logged == {incident.id for incident in world.incidents}
        assert list(seen.incidents().index) == sorted(each.number for each in world.incidents)


def test_a_lesser_role_between_runs_is_noted_and_labels_the_data_partial(
    configure: Configure,
) -> None:
    world = with_incidents(Story(1))
    with watching(configure, world) as seen:
        seen.collect()
        assert (seen.connected.connection.connected_role, seen.connected.connection.partial) == (
            "owner",
            False,
        )
        seen.sandbox.replace(configuration_changes.downgrade_role(world, "limited_user"))
        seen.collect(later=timedelta(hours=2))
        connection = seen.connected.connection
        assert (connection.connected_role, connection.partial) == ("limited_user", True)
        assert connection.status == "connected"
        assert list(seen.incidents().index) == [1]


def test_what_a_lesser_role_no_longer_sees_is_not_taken_for_deleted(configure: Configure) -> None:
    """Lists leave it out and its detail is not found, as if it were gone."""
    world = with_incidents(Story(1), Story(2).resolved(4, person(0)))
    elsewhere = account().teams[1].id
    with watching(configure, world) as seen:
        seen.collect()
        world = configuration_changes.downgrade_role(world, "limited_user", {elsewhere})
        seen.sandbox.replace(world)
        seen.collect(later=DAY + timedelta(hours=1))
        assert [each.deleted_at for each in seen.stored(models.Incident)] == [None, None]
        assert list(seen.incidents().index) == [1, 2]
