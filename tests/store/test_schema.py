"""Whatever database is opened is brought to today's tables, once, and keeps its rows."""

import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text
from sqlmodel import Session, SQLModel, col, select

from corvana.assessment.settings import DEFAULTS
from corvana.errors import ConfigError
from corvana.store import connections, models, turns
from corvana.store.engine import open_database
from corvana.store.keys import in_use
from corvana.store.migrations import script_config
from corvana.store.schema import HEAD, alone, bring_up_to_date
from corvana.store.vault import Vault
from corvana.store.written import settings
from tests.builders.processes.forked import processes
from tests.builders.stored.earlier_database import (
    CREATED,
    CREATED_STORED,
    FIRST_ROWS,
    as_at_first,
    as_before_revisions,
    bare,
    differences,
    revision,
)

PROCESSES = 4


def test_the_newest_revision_is_the_one_the_code_asks_for() -> None:
    assert ScriptDirectory.from_config(script_config()).get_current_head() == HEAD


def test_a_new_database_has_exactly_the_tables_of_the_models(bare_url: str) -> None:
    engine = open_database(bare_url)
    assert differences(engine) == []
    assert set(inspect(engine).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}


@pytest.mark.parametrize("earlier", [as_at_first, as_before_revisions])
def test_an_earlier_database_gets_todays_tables_and_keeps_its_rows(
    bare_url: str, earlier: Any
) -> None:
    earlier(bare_url)
    engine = open_database(bare_url)
    assert revision(bare_url) == HEAD
    assert differences(engine) == []
    with Session(engine) as session:
        run = session.get_one(models.CollectionRun, "run")
        assert (run.rows, run.requests, run.unreadable, run.duplicates) == (100, 7, 1, 0)
        incident = session.get_one(models.Incident, ("c", "Q1"))
        assert (incident.number, incident.created_at) == (2**40, CREATED)
        assert (incident.merged, incident.deleted_at) == (False, None)
        service = session.get_one(models.Service, ("c", "PS1"))
        assert (service.label, service.urgency_rule, service.deleted_at) == ("Checkout", None, None)
        assert session.get_one(models.Engagement, "first").name == "E"


def test_a_connected_account_of_the_release_before_has_the_usual_settings(
    bare_url: str, tmp_path: Path
) -> None:
    """What assessors write begins empty, and no analysis is due that nobody asked for."""
    config = script_config()
    connected = {
        "id": "c", "engagement_id": "first", "account_id": "P", "account_label": "acme",
        "region": "US", "audience": "", "connected_role": "owner", "partial": False,
        "status": "disconnected", "connected_at": CREATED_STORED, "collected_at": CREATED_STORED,
        "data_version": 7,
    }  # fmt: skip
    with alone(bare(bare_url)) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for table, row in {"engagement": _engagement(), "connection": connected}.items():
            names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    engine = open_database(bare_url)
    in_use.use(bare_url, Vault.open(None, tmp_path).keys)
    assert revision(bare_url) == HEAD
    assert differences(engine) == []
    kept = connections.get(engine, "c")
    assert (kept.data_version, kept.analyse_at, kept.account_label) == (7, None, "acme")
    assert settings.of(engine, "first") == DEFAULTS
    assert settings.logo(engine, "first") is None
    assert not turns.analyses_due(engine, CREATED)
    late = DEFAULTS.with_hours(sleep_start=time(23))
    settings.save(engine, "first", late, over=settings.Read(), by="p1")
    assert list(turns.analyses_due(engine, CREATED)) == ["c"]


def _engagement() -> dict[str, Any]:
    return FIRST_ROWS["engagement"] | {"viewers_take_report": False}


WITH_DROPPED: dict[str, list[dict[str, Any]]] = {
    "service": [
        {"connection_id": "c", "id": "PS1", "label": "Shop", "status": "active",
         "created_at": CREATED_STORED, "team_ids": "PT1"},
    ],
    "escalationpolicy": [
        {"connection_id": "c", "id": "PE1", "label": "Ops", "num_loops": 2, "team_ids": "PT1"},
    ],
    "schedule": [
        {"connection_id": "c", "id": "PX1", "label": "Nights", "kind": "v2", "time_zone": "Etc/UTC",
         "team_ids": "PT1"},
    ],
    "businessservice": [{"connection_id": "c", "id": "PB1", "label": "Shop", "team_id": "PT1"}],
    "maintenancewindow": [
        {"connection_id": "c", "id": "PM1", "start": CREATED_STORED, "end": CREATED_STORED + 1,
         "service_ids": "PS1", "team_ids": "PT1"},
    ],
    "responder": [
        {"connection_id": "c", "responder": "R1", "role": "admin", "time_zone": "Etc/UTC"},
    ],
    "configurationversion": [
        {"connection_id": "c", "noun": noun, "object_id": "P1", "seen_at": CREATED_STORED + number,
         "state": state}
        for number, (noun, state) in enumerate(
            [
                ("services", '{"id": "P1", "created_at": "2025-01-01", "team_ids": "PT1"}'),
                ("services", '{"id": "P1", "team_ids": "PT1"}'),
                ("services", None),
                ("escalation_policies", '{"id": "P1", "team_ids": "PT1", "details": [[1, "u"]]}'),
                ("users", '{"responder": "P1", "role": "admin", "time_zone": null}'),
                ("teams", '{"id": "P1", "kind": "stays", "role": "stays"}'),
            ]
        )
    ],
}  # fmt: skip
"""Rows of revision 0003 with everything that 0004 drops."""


def test_what_nothing_reads_is_dropped_from_rows_and_versions_and_the_rest_stays(
    bare_url: str,
) -> None:
    config = script_config()
    with alone(bare(bare_url)) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for table, rows in WITH_DROPPED.items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                values = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    with Session(open_database(bare_url)) as session:
        service = session.get_one(models.Service, ("c", "PS1"))
        assert (service.label, service.status, service.team_ids) == ("Shop", "active", "PT1")
        policy = session.get_one(models.EscalationPolicy, ("c", "PE1"))
        assert (policy.label, policy.num_loops) == ("Ops", 2)
        schedule = session.get_one(models.Schedule, ("c", "PX1"))
        assert (schedule.label, schedule.time_zone) == ("Nights", "Etc/UTC")
        assert session.get_one(models.BusinessService, ("c", "PB1")).label == "Shop"
        window = session.get_one(models.MaintenanceWindow, ("c", "PM1"))
        assert (window.start, window.service_ids) == (CREATED, "PS1")
        assert session.get_one(models.Responder, ("c", "R1")).time_zone == "Etc/UTC"
        seen = col(models.ConfigurationVersion.seen_at)
        versions = session.exec(select(models.ConfigurationVersion).order_by(seen))
        assert [(version.noun, version.state) for version in versions] == [
            ("services", {"id": "P1", "team_ids": "PT1"}),
            ("services", {"id": "P1", "team_ids": "PT1"}),
            ("services", None),
            ("escalation_policies", {"id": "P1", "details": [[1, "u"]]}),
            ("users", {"responder": "P1", "time_zone": None}),
            ("teams", {"id": "P1", "kind": "stays", "role": "stays"}),
        ]


def test_an_upgraded_database_takes_no_count_for_granted(bare_url: str) -> None:
    """The counters' value for old rows is not a default for new ones."""
    as_at_first(bare_url)
    columns = inspect(open_database(bare_url)).get_columns("collectionrun")
    assert {column["name"]: column["default"] for column in columns if column["default"]} == {}


def test_opening_an_up_to_date_database_is_one_query(bare_url: str) -> None:
    engine = open_database(bare_url)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    bring_up_to_date(engine)
    assert statements == ["SELECT version_num FROM alembic_version"]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(bare_url: str) -> None:
    as_at_first(bare_url)
    with bare(bare_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer version"):
        open_database(bare_url)
    assert revision(bare_url) == "9999"
    with bare(bare_url).connect() as connection:
        assert not inspect(connection).has_table("oncall")
        assert connection.scalar(text("SELECT count(*) FROM incident")) == 1


def test_an_upgrade_that_fails_halfway_changes_nothing(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_before_revisions(bare_url)
    with bare(bare_url).begin() as connection:
        connection.execute(text("ALTER TABLE team ADD COLUMN deleted_at BIGINT"))
    before = set(inspect(bare(bare_url)).get_table_names())
    with pytest.raises(Exception, match="deleted_at"):
        open_database(bare_url)
    assert set(inspect(bare(bare_url)).get_table_names()) == before


def _open(url: str) -> str:
    engine = open_database(url)
    with Session(engine) as session:
        session.merge(models.Engagement(id="first", name="E", created_at=CREATED))
    return str(engine.dialect.name)


@pytest.mark.parametrize("earlier", [None, as_before_revisions], ids=["new", "earlier"])
def test_processes_that_open_it_at_once_do_not_collide(bare_url: str, earlier: Any) -> None:
    if earlier:
        earlier(bare_url)
    together = processes.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, mp_context=processes, initializer=together.wait) as pool:
        dialects = list(pool.map(_open, [bare_url] * PROCESSES))
    assert dialects == [bare(bare_url).dialect.name] * PROCESSES
    assert differences(open_database(bare_url)) == []


def test_threads_that_create_it_at_once_do_not_collide(bare_url: str) -> None:
    gate = threading.Barrier(PROCESSES)

    def create(_: int) -> None:
        gate.wait()
        open_database.__wrapped__(bare_url)

    with ThreadPoolExecutor(PROCESSES) as threads:
        list(threads.map(create, range(PROCESSES)))
    assert differences(open_database(bare_url)) == []


def test_the_way_back_is_refused(bare_url: str) -> None:
    config = script_config()
    with alone(open_database(bare_url)) as connection:
        config.attributes["connection"] = connection
        with pytest.raises(NotImplementedError, match="backup"):
            command.downgrade(config, "0001")
    assert revision(bare_url) == HEAD


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
def test_sqlite_keeps_nothing_that_was_deleted(bare_url: str) -> None:
    with open_database(bare_url).connect() as connection:
        pragmas = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("secure_delete", "journal_mode", "synchronous", "busy_timeout")
        }
    assert pragmas == {
        "secure_delete": 1,
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 30_000,
    }
