"""Of a disconnect that another process carries out, this one learns within seconds."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from corvana.config import Settings
from corvana.held import Held
from corvana.jobs import forgetting, wishes
from corvana.jobs.forgetting import Forgetting, is_going
from corvana.store import connections, purge
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.vault import Vault
from tests.builders.stored.waiting import connection


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Process:
    """What one process holds, and what it was told to forget."""

    def __init__(self, settings: Settings) -> None:
        self.clock = Clock()
        self.held = Held(self.clock)
        self.forgotten: list[Collection[str]] = []
        self.forgetting = Forgetting(settings, self.forgotten.append, self.held)


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CORVANA_DATABASE_URL", database_url)
    return Settings()


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings.database_url)


@pytest.fixture
def process(settings: Settings) -> Process:
    return Process(settings)


def connected(engine: Engine) -> str:
    return connection(engine, connected_at=datetime.now(UTC))


def engagement_of(engine: Engine, connection_id: str) -> str:
    return connections.get(engine, connection_id).engagement_id


def seal(engine: Engine, settings: Settings, connection_id: str) -> None:
    Vault.of(settings).keys.make(connection_id)
    with Session(engine) as session:
        session.get_one(Connection, connection_id).is_sealed = True
        session.commit()


def test_what_is_still_there_is_kept(process: Process, engine: Engine) -> None:
    one = connected(engine)
    process.held.note(one)
    process.forgetting.look_at_files()
    process.forgetting.look_at_database()
    assert (process.forgotten, set(process.held.ages())) == ([], {one})


@pytest.mark.parametrize("is_finished", [False, True])
def test_a_deletion_that_is_begun_or_finished_is_forgotten_once(
    process: Process, engine: Engine, *, is_finished: bool
) -> None:
    gone, stays = connected(engine), connected(engine)
    process.held.note(gone)
    process.held.note(stays)
    process.forgetting.look_at_database()
    engagement = engagement_of(engine, gone)
    receipt = purge.begin(engine, gone, datetime.now(UTC))
    if is_finished:
        purge.finish(engine, gone, receipt, snapshot_files=0, now=datetime.now(UTC))
    process.forgetting.look_at_database()
    process.forgetting.look_at_database()
    assert process.forgotten == [{engagement}]
    assert set(process.held.ages()) == {stays}
    assert process.held.left_for() == 0.0


def test_a_wish_is_enough_while_the_database_is_away(
    process: Process, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = connected(engine)
    process.held.note(one)
    process.forgetting.look_at_database()
    engagement = engagement_of(engine, one)
    monkeypatch.setattr(forgetting, "open_database", away)
    wishes.keep(settings.data_dir, one, "somebody")
    process.forgetting.look_at_files()
    assert process.forgotten == [{engagement}]


def test_a_key_that_is_destroyed_is_enough_while_the_database_is_away(
    process: Process, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = connected(engine)
    seal(engine, settings, one)
    process.held.note(one)
    process.forgetting.look_at_database()
    process.forgetting.look_at_files()
    assert process.forgotten == []
    engagement = engagement_of(engine, one)
    monkeypatch.setattr(forgetting, "open_database", away)
    Vault.of(settings).keys.destroy(one)
    process.forgetting.look_at_files()
    assert process.forgotten == [{engagement}]


def test_a_node_that_never_had_the_key_does_not_take_the_connection_for_deleted(
    process: Process, engine: Engine, settings: Settings
) -> None:
    one = connected(engine)
    seal(engine, settings, one)
    Vault.of(settings).keys.destroy(one)
    process.held.note(one)
    process.forgetting.look_at_files()
    process.forgetting.look_at_database()
    process.forgetting.look_at_files()
    assert process.forgotten == []


def test_a_connection_that_is_being_made_is_not_taken_for_a_deleted_one(process: Process) -> None:
    process.held.note(uuid4().hex)
    process.forgetting.look_at_database()
    assert process.forgotten == []
    process.clock.now = 4.0
    process.forgetting.look_at_database()
    assert process.forgotten == [{""}], "it was never seen, so any page may show it"


def test_after_a_while_away_it_looks_before_anything_is_served(
    process: Process, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = connected(engine)
    process.held.note(one)
    process.forgetting.look_at_database()
    engagement = engagement_of(engine, one)
    purge.begin(engine, one, datetime.now(UTC))
    process.forgetting.look_when_late()
    assert process.forgotten == [], "the last look was just now"
    monkeypatch.setattr(forgetting, "LATE_AFTER", -1.0)
    process.forgetting.look_when_late()
    assert process.forgotten == [{engagement}]


def test_a_database_that_is_away_lets_no_page_be_served_from_memory(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.held.note(uuid4().hex)
    monkeypatch.setattr(forgetting, "LATE_AFTER", -1.0)
    monkeypatch.setattr(forgetting, "open_database", away)
    with pytest.raises(SQLAlchemyError):
        process.forgetting.look_when_late()


def test_nothing_is_shown_from_the_wish_on(engine: Engine, settings: Settings) -> None:
    one, other = connected(engine), connected(engine)
    assert not is_going(settings, connections.get(engine, one))
    wishes.keep(settings.data_dir, one, "somebody")
    purge.begin(engine, other, datetime.now(UTC))
    assert is_going(settings, connections.get(engine, one))
    assert is_going(settings, connections.get(engine, other))


def away(_url: str) -> Engine:
    raise SQLAlchemyError
