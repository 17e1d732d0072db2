"""Response targets are stored by engagement, and an empty one is no row."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store.engine import open_database
from corvana.store.models import ResponseTarget
from corvana.store.written import targets
from tests.builders.stored.bare_connection import a_connection

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Engine:
    opened = open_database(database_url)
    with Session(opened) as session:
        session.add(a_connection("mine", "first"))
        session.commit()
    return opened


def target(level: str, seconds: int | None, revision: int = 0, service: str = "") -> ResponseTarget:
    return ResponseTarget(
        engagement_id="first",
        by="priority",
        level=level,
        service_id=service,
        acknowledge_seconds=seconds,
        revision=revision,
    )


def write(engine: Engine, row: ResponseTarget, by: str = "p1") -> None:
    targets.write(engine, row, by=by, now=NOON, connection_id="mine")


def test_targets_are_those_of_the_engagement_in_a_lasting_order(engine: Engine) -> None:
    for row in (target("P2", 1_800), target("P1", 60, service="pay"), target("P1", 900)):
        write(engine, row)
    got = targets.of_engagement(engine, "first")
    assert [(row.level, row.service_id, row.acknowledge_seconds) for row in got] == [
        ("P1", "", 900),
        ("P1", "pay", 60),
        ("P2", "", 1_800),
    ]
    assert [(row.revision, row.changed_by, row.changed_at) for row in got] == [(1, "p1", NOON)] * 3
    assert targets.of_engagement(engine, "other") == []


def test_an_emptied_target_is_gone_and_an_empty_new_one_never_there(engine: Engine) -> None:
    write(engine, target("P1", 900))
    write(engine, target("P1", None, revision=1))
    write(engine, target("P2", None))
    assert targets.of_engagement(engine, "first") == []


@pytest.mark.parametrize("seconds", [60, None])
def test_who_comes_second_changes_nothing_and_is_told_what_is_there(
    engine: Engine, seconds: int | None
) -> None:
    write(engine, target("P1", 900))
    write(engine, target("P1", 1_200, revision=1), by="p2")
    with pytest.raises(ChangedMeanwhile) as refused:
        write(engine, target("P1", seconds, revision=1))
    theirs = refused.value.theirs
    assert isinstance(theirs, ResponseTarget)
    assert (theirs.acknowledge_seconds, theirs.changed_by) == (1_200, "p2")
    assert [row.acknowledge_seconds for row in targets.of_engagement(engine, "first")] == [1_200]


def test_no_target_is_written_without_its_connection(engine: Engine) -> None:
    with pytest.raises(NotFound):
        targets.write(engine, target("P1", 900), by="p1", now=NOON, connection_id="gone")
    assert targets.of_engagement(engine, "first") == []
