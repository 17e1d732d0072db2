"""A connection's whole life, good and bad, leaves no content behind on either database."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from corvana import jobs
from corvana.collectors import nouns
from corvana.collectors.listed import Listed
from corvana.config import Settings
from corvana.doctor.words import NOUNS
from corvana.evidence.pack import evidence_zip
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world import changes, configuration_changes
from corvana.store import connections, models, purge
from corvana.store.upsert import upsert
from corvana.versions.analyse import Analyse, analyse
from tests.builders.changing_account import DAYS, START, Account
from tests.builders.conclusions import conclude_nothing
from tests.builders.left_behind import MARKER, LeftBehind, personal, told, visible, without_trace
from tests.conftest import Connected, collect_at

LISTED = [noun for noun in nouns.NOUNS if isinstance(noun, Listed)]
LISTS = (*(f"us{noun.path}(/|$)" for noun in LISTED), "oncalls")
"""Nouns without which, whatever the reason, a run goes on."""

VERSIONED = {noun.name for noun in LISTED} | {"schedules"}
UNREADABLE = "UnreadableBody"
REFUSALS: tuple[dict[str, Any], ...] = (
    {"status": 402},
    {"status": 403},
    {"status": 404},
    {"status": 400, "body": {"error": {"message": "Bad", "code": 2001, "errors": {"a": ["b"]}}}},
    {"status": 403, "body": {"error": "Access Denied"}},
    {"status": 403, "body": "<h1>Access Denied</h1>"},
    {"status": 200, "body": "<h1>We are sorry</h1>"},
    {"status": 200, "body": {"error": "Nothing"}},
)


def unpack(pack: bytes, folder: Path) -> None:
    """Compressed bytes would hide what is in them; each Parquet file tells the same as its CSV."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        archive.extractall(folder)


def collect(connected: Connected, analyse: Analyse = analyse) -> models.CollectionRun:
    jobs.collect_connection(connected.id, analyse=analyse)
    run = connections.latest_run(connected.engine, connected.id)
    assert run is not None
    return run


def due_again(connected: Connected) -> None:
    """Every noun is asked for in the next run."""
    with Session(connected.engine) as session:
        for row in session.exec(select(models.NounStatus)).all():
            session.delete(row)
        session.commit()


def noun_errors(connected: Connected) -> set[str]:
    with Session(connected.engine) as session:
        rows = session.exec(select(models.NounStatus)).all()
        return {row.error for row in rows if row.error}


def test_runs_that_meet_every_fault_keep_and_say_nothing(left: LeftBehind) -> None:
    marked = left.connected
    faults = marked.sandbox.faults
    faults.update(
        {"rate_limited": 1, "rate_limit_reset": 0, "server_errors": 2, "dropped": 2,
         "html_errors": True, "short_pages": 3, "duplicate_rows": 3, "empty_pages": 1}
    )  # fmt: skip
    faults.change("/log_entries", lambda body: body | {"log_entries": odd(body["log_entries"])})
    jobs.sweep()
    run = collect(marked, conclude_nothing)
    assert run.status == "finished"
    assert min(run.unreadable, run.duplicates, run.without_incident, run.unknown_types) > 0

    for number, path in enumerate(LISTS):
        faults.answer(path, **REFUSALS[number % len(REFUSALS)])
    faults.answer("/v3/schedules/", status=403)
    faults.answer("/users/me", status=404)
    due_again(marked)
    assert collect(marked).status == "finished"
    assert noun_errors(marked) == {"NotOnPlan", "Forbidden", "Gone", "BadRequest", UNREADABLE}

    faults.reset()
    faults.content_marker = MARKER
    for fatal in ({"forbidden": True}, {"not_on_plan": True}):
        faults.update(fatal)
        assert collect(marked).status == "failed"
        faults.update(dict.fromkeys(fatal, False))
    unpack(evidence_zip(View.of_version(marked.data())), left.exports)
    assert left.holding() == []
    assert b"noun not collected" in left.places()["standard error"]


def odd(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows nobody has described, that do not fit, or that are told twice."""
    unknown = [row | {"type": "rumour_log_entry"} for row in rows[:1]]
    misfit = [row | {"id": {"name": row["summary"]}} for row in rows[:1]]
    lonely = [row | {"incident": None} for row in rows[1:2]]
    return [*unknown, *misfit, *lonely, *rows[2:], *rows[-1:]]


def test_a_renewal_that_is_refused_and_a_disconnect_leave_nothing(left: LeftBehind) -> None:
    marked = left.connected
    faults = marked.sandbox.faults
    faults.token_revoked = True
    faults.answer("/oauth/token", status=503, body={"error": "Down"}, times=1)
    faults.answer("/oauth/token", status=400, body={"error": "gone", "error_description": "Gone"})
    assert collect(marked).status == "failed"
    assert (marked.connection.status, marked.connection.status_reason) == (
        "disconnected",
        "token_refused",
    )
    faults.answer("/oauth/revoke", status=404, body={"error": "Not here"})
    assert jobs.disconnect(marked.id).revoked is False
    assert left.holding() == []


@pytest.fixture
def followed(
    configure: Callable[..., Settings],
    database: dict[str, str],
    watch: Callable[[Connected], LeftBehind],
):
    """An account whose clock and world can be moved, collected once without conclusions."""

    def marked(sandbox: Any, *arguments: str, **settings: str) -> Settings:
        sandbox.faults.content_marker = MARKER
        del settings["CORVANA_DATABASE_URL"]
        return configure(sandbox, *arguments, **settings, **database)

    world = build_world(seed=4, end=START + timedelta(days=9), days=18, incidents=150)
    with Account(world, marked, "") as account:
        account.collect()
        yield account, watch(account.connected)


def test_runs_that_follow_what_changed_keep_and_say_nothing(
    followed: tuple[Account, LeftBehind],
) -> None:
    """Embedded incidents, reconciliation of all three kinds, tombstones, versions."""
    account, left = followed
    connected, at = account.connected, START + timedelta(minutes=5)
    world = account.sandbox.world
    with Session(connected.engine) as session:
        newest_first = col(models.Incident.number).desc()
        stored = session.exec(select(models.Incident).order_by(newest_first)).all()
    opened = connected.seal.opened
    is_open = [opened(row.id) for row in stored if row.status != "resolved"]
    resolved = [opened(row.id) for row in stored if row.status == "resolved" and not row.priority]
    account.change(changes.delete_incident, is_open[0], at)
    account.change(changes.delete_incident, resolved[0], at)
    account.change(changes.reopen, resolved[1], at)
    account.change(changes.change_priority, resolved[2], at, world.priorities[0].id)
    account.change(configuration_changes.delete_service, world.services[0].id)
    account.change(
        configuration_changes.migrate_schedule,
        next(each.id for each in world.schedules if each.kind == "v2"),
    )
    odd = {"resolve_reason": MARKER, "teams": [{"summary": MARKER}]}
    account.sandbox.faults.change(
        "^/us/incidents$",
        lambda body: body | {"incidents": [row | odd for row in body["incidents"]]},
    )
    account.now = START + timedelta(hours=1, minutes=1)
    account.collect()
    account.now = START + timedelta(days=8)
    collect_at(connected, clock=lambda: account.now, days=DAYS, analyse=analyse)

    unpack(evidence_zip(View.of_version(connected.data())), left.exports)
    assert left.holding() == []
    assert left.holding(*personal(connected), *told(connected)) == []
    pseudonyms = {connected.pseudonyms.of(user.id) for user in world.users}
    assert without_trace(left.places(), pseudonyms) == []

    with Session(connected.engine) as session:
        statuses = session.exec(select(models.NounStatus)).all()
        versions = session.exec(select(models.ConfigurationVersion)).all()
        buried = [opened(row.id) for row in session.exec(select(models.Incident)) if row.deleted_at]
    assert set(buried) == {is_open[0], resolved[0]}
    assert {row.noun for row in statuses if row.rows} == set(NOUNS)
    assert len(VERSIONED) >= 10
    assert {row.noun for row in versions if row.state} == VERSIONED
    counts = purge.counts(connected.engine, connected.id)
    written = {str(table.__tablename__) for table in models.WRITTEN}
    assert {table for table, count in counts.items() if count == 0} == written


def test_no_error_of_the_database_quotes_a_row(left: LeftBehind) -> None:
    """Neither one that is refused nor, on PostgreSQL, the server's own words about it."""
    rows = [{"connection_id": MARKER, "id": MARKER, "label": None}]
    with (
        Session(left.connected.engine) as session,
        pytest.raises(IntegrityError) as caught,
    ):
        upsert(session, models.Team, rows)
    assert "label" in str(caught.value)
    assert caught.value.orig is not None
    left.reports += [*visible(caught.value), *visible(caught.value.orig)]
    assert left.holding() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_labels_are_kept_on_purpose_and_found(left: LeftBehind) -> None:
    left.connected.sandbox.faults.mark_labels = True
    collect(left.connected)
    stored = {"corvana.db", "corvana.db-wal"}
    assert set(left.holding()) - stored == {"decoded snapshots", "snapshot files"}
    assert stored & set(left.holding())
