"""Whole runs against an account that refuses, hesitates and forgets; and where each of PagerDuty's
known traps is tested.

Incidents
    assignments, acknowledgements, priority, policy or service null or left out;
    unknown status, unknown keys; ack, timeout, ack again; resolved without an ack, automatically;
    merge chain; reopened; snooze over an ack timeout; direct assignment, several assignees;
    responder requests in all states, both spellings; urgency raised; no log entries; one id on two
    pages; gap in the numbers; deleted service; more than 10 000 in a window, and in one second
        → test_odd_incidents.py
    deleted incident, late merge and priority edit → test_incremental.py
Log entries
    agent null; incident missing; unknown type; two escalates at one time; repeated trigger; late
    entry; equal timestamps; ack timeout null or left out; created before its incident; mixed
    offsets; ack by a service; more than 10 000 in one second → test_odd_log_entries.py
    content in every string → test_content.py, tests/canary/
Schedules and on-call
    23 and 25 hour days; longer than a window; gap; on no policy; non-UTC; converted between runs;
    private, from the start and later → test_odd_schedules.py
    overlapping and empty members; the four sources; deleted user; 400 from v3 → test_shifts.py
    coverage null → test_upcoming_shifts.py
    permanent on-call; one shift through three policies → test_oncalls.py
Transport
    429 with headers, without, as HTML, to be tried at once; 500, 408; break and read timeout in
    the middle of a page; short and empty pages; total null; smaller limit; 402 and 403 on single
    nouns and on one incident; 404 on one service's edges; 400 with a map of errors; an outage; a
    lesser role, also one that sees less → here,
    and request by request in tests/pagerduty/test_client.py, test_spans.py and test_limiter.py
OAuth
    EU and foreign audience, openid only, refused refresh, token with `+` → tests/pagerduty/
    test_oauth.py; denial and late code → tests/web/test_connect.py,
    tests/sandbox/identity/test_server.py; two workers refreshing → test_authorization.py; revoke
    that fails → tests/store/test_purge.py
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from corvana.config import Settings
from corvana.errors import Forbidden, PagerDutyError
from corvana.pagerduty import client, limiter
from corvana.sandbox.faults import Faults
from corvana.sandbox.world import changes, configuration_changes
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


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait is as short as can be; how long they are is tested elsewhere."""
    monkeypatch.setattr(random, "random", lambda: 0.0)
    monkeypatch.setattr(client, "_TIMEOUT", httpx.Timeout(2.0))
    monkeypatch.setattr(limiter, "_LONGEST_PAUSE", 0.05)


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
        ({"status": 200, "body": "<html>Schedules</html>"}, "UnreadableResponse"),
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
