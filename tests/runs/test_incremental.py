"""Runs that follow one another know what one run over everything would know, row for row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlmodel import Session, select

from corvana.config import Settings
from corvana.runs.work import SETTLED
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world import changes, configuration_changes
from corvana.sandbox.world.model import World
from corvana.store import clock, connections, models, noun_statuses
from corvana.versions.manifest import read_manifest
from tests.builders.changing_account import DAYS, START, Account
from tests.builders.databases import Server
from tests.builders.shelf import Kept, Shelf
from tests.builders.twins import assert_same, lifecycles, live, rows
from tests.conftest import Connected, collect_at


@pytest.fixture(scope="module")
def world() -> World:
    """Lived until three days after the first run; a change makes another world of it."""
    return build_world(seed=11, end=START + timedelta(days=3), days=DAYS + 3, incidents=400)


@pytest.fixture(scope="module")
def kept(postgresql: Server) -> Iterator[Kept]:
    """Where the first collection on PostgreSQL is kept."""
    with postgresql.database() as url:
        yield Kept(postgresql, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def account(
    request: pytest.FixtureRequest,
    configure: Callable[..., Settings],
    tmp_path: Path,
    world: World,
    shelf: Shelf,
) -> Iterator[Account]:
    """Collected once, on SQLite and on PostgreSQL."""
    url, database = f"sqlite:///{tmp_path}/data/corvana.db", None
    if request.param == "postgresql":
        url, database = map(request.getfixturevalue, ("postgresql_url", "kept"))

    def begin(settings: Settings, sandbox: RunningSandbox) -> Connected:
        first = partial(collect_at, clock=lambda: START, days=DAYS)
        return shelf.take(f"before changes, {request.param}", settings, sandbox, first, database)

    with Account(world, configure, url, begin=begin) as opened:
        yield opened


def stored(account: Account, *, is_open: bool, older_than_days: int = 0) -> list[str]:
    """Ids of stored incidents that are open or resolved, the newest first."""
    before = START - timedelta(days=older_than_days)
    found = [
        row
        for row in rows(account.connected, models.Incident)
        if (row["status"] != "resolved") == is_open
        and row["created_at"] < before
        and not row["merged"]
    ]
    return [row["id"] for row in sorted(found, key=lambda row: row["number"], reverse=True)]


def test_the_first_run_is_what_a_fresh_one_is(account: Account) -> None:
    assert len(lifecycles(account.connected)) > 250
    assert_same(account.connected, account.fresh())


def test_life_going_on_is_followed_run_after_run(account: Account) -> None:
    for minutes in (15, 15, 60, 600, 2000):
        account.now += timedelta(minutes=minutes)
        account.collect()
    assert_same(account.connected, account.fresh())


def test_later_changes_are_found(account: Account) -> None:
    """Resolved, reopened, merged, urgency and priority changed: found by the next run."""
    at = START + timedelta(minutes=5)
    still_open = stored(account, is_open=True)
    old = stored(account, is_open=False, older_than_days=8)
    priority = account.sandbox.world.priorities[0].id
    account.change(changes.resolve, still_open[0], at)
    account.change(changes.merge, still_open[1], still_open[2], at)
    account.change(changes.change_urgency, still_open[2], at + timedelta(minutes=1))
    account.change(changes.reopen, old[0], at)
    account.change(changes.change_priority, old[1], at, priority)
    before: Any = lifecycles(account.connected).set_index("incident_id")

    account.now += timedelta(minutes=20)
    account.collect()

    after: Any = lifecycles(account.connected).set_index("incident_id")
    changed = [*still_open, old[0]]
    assert list(before.loc[changed, "resolution"].eq("open")) == [True, True, True, False]
    assert list(after.loc[changed, "resolution"]) == ["responder", "merged", "open", "open"]
    assert bool(after.loc[old[0], "reopened"])
    assert after.loc[old[1], "priority"] == priority
    assert after.loc[still_open[2], "urgency"] != before.loc[still_open[2], "urgency"]
    assert_same(account.connected, account.fresh())


def test_an_edit_that_leaves_no_trace_in_the_log_is_found_by_the_next_daily_list(
    account: Account,
) -> None:
    recent = stored(account, is_open=False)[0]
    priority = account.sandbox.world.priorities[1].id
    account.change(changes.change_priority, recent, START + timedelta(minutes=5), priority)
    account.sandbox.replace(without_priority_entries(account.sandbox.world))

    account.now += timedelta(hours=2)
    account.collect()
    assert (
        lifecycles(account.connected).set_index("incident_id").loc[recent, "priority"] != priority
    )

    account.now += timedelta(hours=23)
    account.collect()
    assert (
        lifecycles(account.connected).set_index("incident_id").loc[recent, "priority"] == priority
    )
    assert_same(account.connected, account.fresh())


def test_deleted_incidents_leave_the_analysis_and_stay_as_tombstones(account: Account) -> None:
    """An open one is missed within the hour, a resolved one of the last week within a day."""
    at = START + timedelta(minutes=5)
    was_open, was_resolved = stored(account, is_open=True)[0], stored(account, is_open=False)[0]
    for incident_id in (was_open, was_resolved):
        account.change(changes.delete_incident, incident_id, at)

    account.now += timedelta(hours=1, minutes=1)
    account.collect()
    assert was_open not in set(lifecycles(account.connected)["incident_id"])
    assert was_resolved in set(lifecycles(account.connected)["incident_id"])

    account.now += timedelta(days=1)
    account.collect()
    tombstones = [row for row in rows(account.connected, models.Incident) if row["deleted_at"]]
    assert {row["id"] for row in tombstones} == {was_open, was_resolved}
    assert_same(account.connected, account.fresh())


def test_a_gap_of_months_is_filled_in_windows(account: Account) -> None:
    """Nobody collected for seven months: what lies between is read like everything else."""
    account.now += timedelta(days=213)
    account.collect()
    data = account.connected.data()
    assert data.covered_since == START - timedelta(days=DAYS, minutes=1)
    assert_same(account.connected, account.fresh())
    with Session(account.connected.engine) as session:
        windows = session.exec(
            select(models.CollectionWindow).where(models.CollectionWindow.noun == "log_entries")
        ).all()
    assert [(window.since, window.until) for window in windows] == [
        (data.covered_since, data.as_of)
    ]


def test_deleted_configuration_keeps_its_label_and_its_history(account: Account) -> None:
    service = account.sandbox.world.services[0]
    account.change(configuration_changes.delete_service, service.id)
    account.now += timedelta(hours=2)
    account.collect()

    row = next(row for row in rows(account.connected, models.Service) if row["id"] == service.id)
    assert row["deleted_at"] == account.now - SETTLED
    labels = account.connected.frame("labels").set_index("id")["label"]
    assert labels[service.id] == service.name
    history = [
        (row["seen_at"], row["state"] is None)
        for row in rows(account.connected, models.ConfigurationVersion)
        if row["object_id"] == service.id
    ]
    assert history == [(START - SETTLED, False), (account.now - SETTLED, True)]
    fresh = account.fresh()
    for model in (models.Service, models.EscalationPolicy, models.EscalationTarget, models.Team):
        assert live(account.connected, model) == live(fresh, model)


def test_a_schedule_converted_between_runs_keeps_its_shifts(account: Account) -> None:
    schedule = next(each for each in account.sandbox.world.schedules if each.kind == "v2")
    before = shifts_of(account.connected, schedule.id, until=START)
    account.change(configuration_changes.migrate_schedule, schedule.id)
    account.now += timedelta(days=1, hours=1)
    account.collect()

    converted = next(one for one in account.sandbox.world.schedules if one.id == schedule.id)
    assert converted.kind == "v3"
    assert schedule.id in {row["id"] for row in rows(account.connected, models.Schedule)}
    pd.testing.assert_frame_equal(shifts_of(account.connected, schedule.id, until=START), before)
    fresh, until = account.fresh(), account.now - SETTLED
    pd.testing.assert_frame_equal(
        shifts_of(account.connected, schedule.id, until=until),
        shifts_of(fresh, schedule.id, until=until),
    )


def test_only_the_months_that_were_touched_are_written_anew(account: Account) -> None:
    """An old incident that is reopened touches September; a quiet quarter of an hour does not."""
    connected = account.connected
    first, version = month_files(connected), connected.connection.data_version
    # The first run was asked for by the connecting; the next one comes by itself.
    connections.release(
        connected.engine, connected.id, "test", started_at=clock.now(connected.engine)
    )
    account.now += timedelta(minutes=15)
    account.collect()
    quiet = month_files(account.connected)
    assert account.connected.connection.data_version == version + 1
    assert first.keys() == quiet.keys() == {"2026-09", "2026-10"}
    assert quiet["2026-09"] == first["2026-09"]
    assert quiet["2026-10"] != first["2026-10"]

    old = stored(account, is_open=False, older_than_days=8)[0]
    account.change(changes.reopen, old, account.now + timedelta(minutes=5))
    account.now += timedelta(minutes=15)
    account.collect()
    assert month_files(account.connected)["2026-09"] != first["2026-09"]


def month_files(connected: Connected) -> Mapping[str, str]:
    folder, version = connected.settings.versions_dir, connected.connection.data_version
    return read_manifest(folder, connected.id, version).files["incidents"]


def test_nothing_is_read_again_before_it_is_due(account: Account) -> None:
    """Fifteen minutes later only the role, the log and the newest incidents and shifts are."""
    with Session(account.connected.engine) as session:
        first = {row.noun: row for row in noun_statuses.listed(session, account.connected.id)}
    account.now += timedelta(minutes=15)
    account.collect()
    with Session(account.connected.engine) as session:
        second = {row.noun: row for row in noun_statuses.listed(session, account.connected.id)}
    again = {noun for noun, row in second.items() if row.attempted_at > first[noun].attempted_at}
    assert again == {"incidents", "log_entries", "schedules", "shifts"}


def shifts_of(connected: Connected, schedule_id: str, until: datetime) -> pd.DataFrame:
    """The schedule's shifts of the days first collected, up to `until`."""
    shifts = connected.frame("shifts")
    mine = shifts[(shifts["schedule_id"] == schedule_id) & (shifts["start"] < until)]
    since: Any = pd.Timestamp(START - timedelta(days=DAYS - 1))
    end: Any = pd.Timestamp(until)
    return (
        mine.assign(start=mine["start"].clip(lower=since), end=mine["end"].clip(upper=end))
        .query("start < end")
        .sort_values(["start", "responder"], ignore_index=True)
    )


def without_priority_entries(world: World) -> World:
    return replace(
        world,
        incidents=tuple(
            replace(
                each,
                log_entries=tuple(
                    entry for entry in each.log_entries if entry.type != "priority_change"
                ),
            )
            for each in world.incidents
        ),
    )
