"""Nothing is kept that nothing reads: every column names its reader, and the reader reads it."""

import ast
import importlib
import inspect
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, event
from sqlalchemy.sql import visitors

from corvana.evidence.privacy_ledger import used_for
from corvana.pagerduty import kept_and_dropped
from corvana.store import models, queries
from corvana.store.engine import open_database
from corvana.store.models import bookkeeping
from corvana.store.models.collected import Use
from corvana.store.models.configuration import NOT_USED_YET
from corvana.versions.publish import _WHOLE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOVE = ("analysis", "charts", "evidence", "questions", "report", "ui")
TABLES = {
    str(table.__tablename__): table
    for table in models.COLLECTED
    if table.__module__ != bookkeeping.__name__
}
COLUMNS = [
    (table, column)
    for table, model in TABLES.items()
    for column in model.model_fields
    if column != "connection_id"
]
USED_FOR: Mapping[str, Mapping[str, Use]] = {
    **{table: model.used_for for table, model in TABLES.items()},
    "connection": models.Connection.used_for,
}
USES = [(table, column, use) for table, uses in USED_FOR.items() for column, use in uses.items()]


def found(name: str) -> Any:
    """The function, class or file of that full name. Raises AttributeError, ModuleNotFoundError."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
    home, _, last = name.rpartition(".")
    return getattr(found(home), last)


def words_in(source: str) -> set[str]:
    """What a program can name a column by: texts (no docstrings), attributes and arguments."""
    tree = ast.parse(inspect.cleandoc(f"\n{source}"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            words.add(node.value)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            words.add(node.arg)
    return words


def reads(use: Use, column: str) -> bool:
    reader = found(use.reader)
    if isinstance(reader, Mapping):
        return any((use.called or column) in columns for columns in reader.values())
    source = inspect.getsource(inspect.unwrap(reader) if callable(reader) else reader)
    return (use.called or column) in words_in(source)


@pytest.fixture(scope="module")
def selected(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """(table, column) of everything a data version is made from."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'corvana.db'}")
    columns: set[tuple[str, str]] = set()

    def note(_: Any, clause: Any, *__: Any) -> None:
        if isinstance(clause, str):
            return
        for part in visitors.iterate(clause):
            if isinstance(part, Column):
                columns.add((part.table.name, part.name))

    event.listen(engine, "before_execute", note)
    with engine.connect() as connection:
        for read in (*_WHOLE.values(), queries.rule_versions, queries.service_versions):
            read(connection, "c")
        for dated in (queries.incident_rows, queries.log_entries, queries.joined):
            dated(connection, "c", NOON, NOON)
    return columns


def test_every_column_names_what_it_is_used_for_or_is_not_used_yet() -> None:
    unread = [
        f"{table}.{column}"
        for table, column in COLUMNS
        if column not in TABLES[table].used_for and not NOT_USED_YET & {table, f"{table}.{column}"}
    ]
    assert len(COLUMNS) > 90
    assert unread == []


def test_nothing_is_declared_of_a_column_that_does_not_exist_or_is_not_used_yet() -> None:
    known = set(COLUMNS) | {("connection", "connected_role")}
    assert {(table, column) for table, column, _ in USES} <= known
    listed = {name for table, column in COLUMNS for name in (table, f"{table}.{column}")}
    assert listed >= NOT_USED_YET
    used = {name for table, column, _ in USES for name in (table, f"{table}.{column}")}
    assert used & NOT_USED_YET == set()


@pytest.mark.parametrize(
    ("table", "column", "use"), USES, ids=[f"{table}.{column}" for table, column, _ in USES]
)
def test_the_reader_that_is_named_exists_and_reads_the_column(
    selected: set[tuple[str, str]], table: str, column: str, use: Use
) -> None:
    assert reads(use, column)
    if use.reader.split(".")[1] in {*ABOVE, "account_frames"}:
        assert (table, column) in selected


def test_what_is_not_used_yet_is_in_no_frame(selected: set[tuple[str, str]]) -> None:
    assert {each for each in selected if NOT_USED_YET & {each[0], ".".join(each)}} == set()


def test_every_field_that_is_kept_is_stored_in_columns_that_exist_and_has_words() -> None:
    known = {f"{table}.{column}" for table, column in COLUMNS} | {"connection.connected_role"}
    for field in kept_and_dropped.kept():
        assert field.columns
        assert set(field.columns) <= known, field
        for table, column in (each.split(".") for each in field.columns):
            assert used_for(table, column)


def test_what_is_not_used_yet_is_shown_as_such() -> None:
    assert used_for("oncall", "start") == "start: not used yet"
    assert used_for("priority", "severity") == "severity: not used yet"
    assert used_for("oncall", "level") == "holding our on-call people against PagerDuty's"
    assert used_for("service", "status") == "which services are in use"


MENTIONED = [
    ("corvana.analysis.on_call.coverage", "support_days", "", True),
    ("corvana.analysis.on_call.coverage.coverage_gaps", "support_days", "", False),
    ("corvana.store.queries.joined", "anything", "joined_at", True),
    ("corvana.store.queries.joined", "responder", "", False),
    ("corvana.evidence.contracts.TABLES", "priority", "", True),
    ("corvana.evidence.contracts.TABLES", "role", "", False),
]


@pytest.mark.parametrize(("reader", "column", "called", "is_read"), MENTIONED)
def test_a_column_is_read_only_where_it_is_mentioned(
    reader: str, column: str, called: str, is_read: bool
) -> None:
    assert reads(Use("x", reader, called), column) is is_read


@pytest.mark.parametrize(
    "name",
    ["corvana.analysis.nowhere", "corvana.analysis.on_call.coverage.nothing", "corvana.nothing.at"],
)
def test_a_reader_that_does_not_exist_is_noticed(name: str) -> None:
    with pytest.raises((AttributeError, ModuleNotFoundError)):
        reads(Use("x", name), "support_days")
