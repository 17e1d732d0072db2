"""Dates of the timeline are stored by engagement."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store.engine import open_database
from corvana.store.models import TimelineDate
from corvana.store.written import dates
from tests.builders.stored.bare_connection import a_connection

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Engine:
    opened = open_database(database_url)
    with Session(opened) as session:
        session.add(a_connection("mine", "first"))
        session.commit()
    return opened


def a_date(key: str, day: int, name: str = "Release", revision: int = 0) -> TimelineDate:
    return TimelineDate(
        engagement_id="first",
        id=key,
        happened_on=date(2026, 2, day),
        name=name,
        kind="release",
        revision=revision,
    )


def save(engine: Engine, row: TimelineDate, connection_id: str = "mine") -> None:
    dates.save(engine, row, by="p1", now=NOON, connection_id=connection_id)


def test_dates_are_those_of_the_engagement_the_oldest_first(engine: Engine) -> None:
    save(engine, a_date("b", 9))
    save(engine, a_date("a", 2))
    found = dates.of_engagement(engine, "first")
    assert [(one.id, one.happened_on, one.revision, one.changed_by) for one in found] == [
        ("a", date(2026, 2, 2), 1, "p1"),
        ("b", date(2026, 2, 9), 1, "p1"),
    ]
    assert dates.of_engagement(engine, "other") == []


def test_the_second_of_two_who_change_a_date_is_told_of_the_first(engine: Engine) -> None:
    save(engine, a_date("a", 2))
    save(engine, a_date("a", 2, "Theirs", revision=1))
    with pytest.raises(ChangedMeanwhile) as told:
        save(engine, a_date("a", 2, "Mine", revision=1))
    theirs = told.value.theirs
    assert isinstance(theirs, TimelineDate)
    assert theirs.name == "Theirs"
    with pytest.raises(ChangedMeanwhile):
        dates.remove(engine, a_date("a", 2, revision=1))
    dates.remove(engine, a_date("a", 2, revision=2))
    assert dates.of_engagement(engine, "first") == []


def test_nothing_is_written_once_the_connection_is_gone(engine: Engine) -> None:
    with pytest.raises(NotFound):
        save(engine, a_date("a", 2), connection_id="gone")
    assert dates.of_engagement(engine, "first") == []
