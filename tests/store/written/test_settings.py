"""The settings of an engagement: read, saved, changed meanwhile, and what has to be done anew."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.assessment.settings import (
    DEFAULTS,
    AssessmentSettings,
    Basis,
    Client,
    Hours,
)
from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store import connections, purge, turns
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.written import settings
from tests.builders.stored.waiting import connection

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATE = AssessmentSettings(basis=Basis(hours=Hours(sleep_start=time(23))))
NAMED = AssessmentSettings(client=Client(name="Acme"))


@pytest.fixture
def engine(database_url: str) -> Engine:
    return open_database(database_url)


def with_data(engine: Engine, **state: object) -> tuple[str, str]:
    """The ids of a connection with a data version, and of its engagement."""
    tomorrow = NOON + timedelta(days=1)
    connection_id = connection(engine, connected_at=NOON, has_run=True, next_run_at=tomorrow)
    with Session(engine) as session:
        row = session.get_one(Connection, connection_id)
        row.data_version = 3
        for name, value in state.items():
            setattr(row, name, value)
        session.add(row)
        session.commit()
        return connection_id, row.engagement_id


def test_while_nobody_set_anything_the_defaults_hold(engine: Engine) -> None:
    assert settings.read(engine, "first") == settings.Read()
    assert settings.of(engine, "first") == DEFAULTS


def test_what_is_saved_is_read_back_with_who_saved_it(engine: Engine) -> None:
    saved = settings.save(engine, "first", LATE, over=settings.Read(), by="p1")
    assert settings.read(engine, "first") == saved
    assert (saved.settings, saved.revision, saved.changed_by) == (LATE, 1, "p1")
    again = settings.save(engine, "first", NAMED, over=saved, by="p2")
    assert (again.settings, again.revision) == (NAMED, 2)


def test_who_saves_second_gets_what_the_first_saved_and_overwrites_nothing(engine: Engine) -> None:
    settings.save(engine, "first", LATE, over=settings.Read(), by="p1")
    with pytest.raises(ChangedMeanwhile) as refused:
        settings.save(engine, "first", NAMED, over=settings.Read(), by="p2")
    theirs = refused.value.theirs
    assert isinstance(theirs, settings.Read)
    assert (theirs.settings, theirs.changed_by) == (LATE, "p1")
    assert settings.save(engine, "first", NAMED, over=theirs, by="p2").revision == 2


@pytest.mark.parametrize("status", ["connected", "disconnected"])
def test_what_figures_rest_on_has_the_data_analysed_anew(engine: Engine, status: str) -> None:
    connection_id, engagement = with_data(engine, status=status)
    settings.save(engine, engagement, LATE, over=settings.Read(), by="p1")
    assert list(turns.analyses_due(engine, NOON)) == [connection_id]
    assert connection_id not in turns.due(engine, NOON), "nothing is collected for that"


def test_the_client_s_name_has_nothing_analysed_anew(engine: Engine) -> None:
    _, engagement = with_data(engine)
    settings.save(engine, engagement, NAMED, over=settings.Read(), by="p1")
    assert not turns.analyses_due(engine, NOON)


def test_without_data_there_is_nothing_to_analyse(engine: Engine) -> None:
    _, engagement = with_data(engine, data_version=0)
    settings.save(engine, engagement, LATE, over=settings.Read(), by="p1")
    assert not turns.analyses_due(engine, NOON)


def test_an_analysis_is_held_like_a_run_and_given_back(engine: Engine) -> None:
    connection_id, engagement = with_data(engine, status="disconnected")
    settings.save(engine, engagement, LATE, over=settings.Read(), by="p1")
    now = datetime.now(UTC)
    assert turns.take_analysis(engine, "one", now) == connection_id
    assert turns.take_analysis(engine, "two", now) is None
    assert turns.renew_analysis(engine, connection_id, "one", now)
    assert not turns.renew_analysis(engine, connection_id, "two", now)
    turns.release_analysis(engine, connection_id, "one", finished=None)
    assert turns.take_analysis(engine, "two", now) == connection_id, "interrupted, it stays due"
    turns.release_analysis(engine, connection_id, "two", finished=datetime.now(UTC))
    assert connections.get(engine, connection_id).analyse_at is None


def test_a_change_during_an_analysis_is_analysed_after_it(engine: Engine) -> None:
    connection_id, engagement = with_data(engine)
    saved = settings.save(engine, engagement, LATE, over=settings.Read(), by="p1")
    began = datetime.now(UTC)
    turns.take_analysis(engine, "one", began)
    settings.save(engine, engagement, DEFAULTS, over=saved, by="p1")
    turns.release_analysis(engine, connection_id, "one", finished=began)
    assert list(turns.analyses_due(engine, datetime.now(UTC))) == [connection_id]


def test_once_a_disconnect_has_begun_nothing_is_saved_or_analysed(engine: Engine) -> None:
    connection_id, engagement = with_data(engine)
    settings.save(engine, engagement, LATE, over=settings.Read(), by="p1")
    purge.begin(engine, connection_id, NOON)
    assert not turns.analyses_due(engine, NOON)
    with pytest.raises(NotFound):
        settings.save(engine, engagement, NAMED, over=settings.read(engine, engagement), by="p1")
