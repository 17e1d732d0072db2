"""“I don't see any data”, against the simulated account."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.config import Settings
from corvana.doctor import gathering
from corvana.doctor.report import Report, as_document, as_text, diagnose
from corvana.errors import Forbidden, NotOnPlan
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world.model import World
from corvana.store import connections, engagements, heartbeats, noun_statuses, purge
from corvana.store.models import CollectionWindow, Secret
from tests.builders.conclusions import conclude_nothing
from tests.builders.connection_facts import DATABASE, NOW, RECONNECT, START_WORKER
from tests.builders.shelf import Shelf
from tests.conftest import Connected, join


def examine(connected: Connected, *, now: datetime | None = None) -> Report:
    live = gathering.live_facts(connected.settings, connected.id)
    facts = gathering.stored_facts(connected.settings, connected.id, now or datetime.now(UTC))
    return diagnose(connected.id, facts, live)


def state_of(one: Report) -> dict[str, str]:
    return {check.key: check.state for check in one.checks if check.state != "ok"}


@pytest.fixture
def collected(
    configure: Callable[..., Settings], sandbox: RunningSandbox, shelf: Shelf
) -> Connected:
    """Connected, collected, and a worker alive."""
    made = shelf.take(
        "seven days",
        configure(sandbox, CORVANA_BACKFILL_DAYS="7"),
        sandbox,
        lambda joined: jobs.collect_connection(joined.id, analyse=conclude_nothing),
    )
    beat(made)
    return made


def beat(connected: Connected, at: datetime | None = None) -> None:
    now = at or datetime.now(UTC)
    heartbeats.beat(connected.engine, "worker", now, now)


def test_a_collected_account_is_healthy(collected: Connected) -> None:
    one = examine(collected)
    assert one.healthy, as_text(one)
    assert {"token", "role", "identity", "api", "worker", "windows", "first_data"}.isdisjoint(
        state_of(one)
    )


def test_asking_changes_nothing(collected: Connected) -> None:
    before = collected.vault.read_tokens(collected.engine, collected.id)
    run_before = connections.latest_run(collected.engine, collected.id)
    examine(collected)
    assert collected.vault.read_tokens(collected.engine, collected.id) == before
    assert connections.latest_run(collected.engine, collected.id) == run_before


def test_a_revoked_token_asks_to_reconnect(collected: Connected) -> None:
    collected.sandbox.faults.token_revoked = True
    one = examine(collected)
    assert state_of(one)["token"] == "problem"
    assert one.next_step == RECONNECT


def test_a_disconnected_account_says_why(collected: Connected) -> None:
    connections.mark_disconnected(collected.engine, collected.id, "token_refused")
    one = examine(collected)
    assert one.decisive is not None
    assert one.decisive.sentence == "Disconnected: PagerDuty no longer accepts the access it gave."


def test_a_downgraded_person_is_told(collected: Connected) -> None:
    collected.sandbox.faults.role = "limited_user"
    one = examine(collected)
    assert one.decisive is not None
    assert one.decisive.key == "role"
    assert "responder and no longer account owner" in one.decisive.sentence


def test_a_token_without_scope_is_told(collected: Connected) -> None:
    collected.sandbox.faults.forbidden = True
    assert state_of(examine(collected))["scope"] == "problem"


def test_pagerduty_down_leaves_every_other_answer(
    configure: Callable[..., Settings], small_world: World
) -> None:
    with RunningSandbox(small_world, requests_per_minute=1_000_000) as going:
        joined = join(configure(going), going)
        beat(joined)
        address = going.url.removeprefix("http://")
    one = examine(joined)
    states = state_of(one)
    assert (states["token"], states["identity"], states["api"]) == ("skipped", "problem", "problem")
    assert "worker" not in states
    assert one.decisive is not None
    assert one.decisive.sentence == f"{address} refuses the connection."


def test_a_dead_worker_is_told(collected: Connected) -> None:
    silent_since = datetime.now(UTC) - timedelta(minutes=5)
    heartbeats.beat(collected.engine, "worker", silent_since, silent_since)
    one = examine(collected)
    assert one.decisive is not None
    assert one.decisive.key == "worker"
    assert one.next_step == START_WORKER


def test_nothing_for_half_an_hour_is_told(connected: Connected) -> None:
    later = datetime.now(UTC) + timedelta(minutes=31)
    beat(connected, later)
    one = examine(connected, now=later)
    assert state_of(one)["first_data"] == "problem"
    assert one.decisive is not None
    assert one.decisive.key == "first_data"


def test_refusals_of_single_nouns_are_told(collected: Connected) -> None:
    now = datetime.now(UTC)
    with Session(collected.engine) as session:
        noun_statuses.failed(session, collected.id, "priorities", NotOnPlan("402"), now)
        noun_statuses.failed(session, collected.id, "teams", Forbidden("403"), now)
        session.commit()
    one = examine(collected)
    assert state_of(one)["noun:priorities"] == "skipped"
    assert state_of(one)["noun:teams"] == "problem"
    assert (
        "Ask an account owner or admin to let the person who connected view teams" in one.next_step
    )
    assert one.notes[:2] == ("Not on this account's plan: priorities.", "Not permitted: teams.")


def test_incomplete_windows_are_counted(collected: Connected) -> None:
    with Session(collected.engine) as session:
        for hour in (1, 2):
            at = datetime(2026, 1, 1, hour, tzinfo=UTC)
            session.add(
                CollectionWindow(
                    connection_id=collected.id, noun="incidents", since=at, until=at, rows=9,
                    incomplete=True, finished_at=at,
                )
            )  # fmt: skip
        session.commit()
    note = "Incomplete: of incidents, PagerDuty did not give every row in 2 windows."
    assert note in examine(collected).notes


def test_a_closed_engagement_and_destroyed_tokens_are_told(collected: Connected) -> None:
    engagements.close(collected.engine, "first", datetime.now(UTC))
    with Session(collected.engine) as session:
        session.delete(session.get(Secret, collected.id))
        session.commit()
    states = state_of(examine(collected))
    assert (states["connection"], states["token"]) == ("problem", "problem")


def test_a_connection_being_deleted_is_told(collected: Connected) -> None:
    purge.begin(collected.engine, collected.id, datetime.now(UTC))
    one = examine(collected)
    assert one.next_step == "Wait until the receipt is complete, then connect again."


def test_a_database_that_cannot_be_opened_is_told(
    configure: Callable[..., Settings], sandbox: RunningSandbox, tmp_path: Any
) -> None:
    url = f"sqlite:///{tmp_path}"  # a folder is no database
    settings = configure(sandbox, CORVANA_DATABASE_URL=url)
    live = gathering.live_facts(settings, "c")
    one = diagnose("c", gathering.stored_facts(settings, "c", NOW), live)
    assert state_of(one)["connection"] == "problem"
    assert "identity" not in state_of(one)
    assert one.next_step == DATABASE


def test_nothing_of_the_account_is_in_what_the_doctor_says(
    collected: Connected, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    world, tokens = (
        collected.sandbox.world,
        collected.vault.read_tokens(collected.engine, collected.id),
    )
    said = ""
    for fault in ({}, {"token_revoked": True}, {"forbidden": True}, {"html_errors": True}):
        collected.sandbox.faults.reset()
        collected.sandbox.faults.update({"content_marker": "CANARY-19ab", **fault})
        one = examine(collected)
        said += as_text(one) + json.dumps(as_document(one))
    out, err = capfd.readouterr()
    said += caplog.text + out + err
    personal = {part for user in world.users for part in (user.name, user.email, user.phone)}
    secret = {tokens.access_token, tokens.refresh_token, world.subdomain, "CANARY-19ab"}
    assert [value for value in personal | secret if value in said] == []
