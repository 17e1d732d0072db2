"""Two assessors may save the same row: the second one is told, and nothing is lost."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store import connections, purge
from corvana.store.engine import open_database
from corvana.store.models import WRITTEN, AssessmentSettings, Connection, Written
from corvana.store.written import revised, sealing
from tests.builders.stored.bare_connection import a_connection

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def settings(client: str, revision: int = 0) -> AssessmentSettings:
    return AssessmentSettings(engagement_id="first", revision=revision, chosen={"client": client})


def test_a_row_is_saved_with_who_changed_it_and_when(database_url: str) -> None:
    engine = open_database(database_url)
    assert revised.save(engine, settings("Acme"), by="this computer", now=NOON) == 1
    assert revised.save(engine, settings("Acme Ltd", 1), by="p1", now=NOON) == 2
    with Session(engine) as session:
        (saved,) = sealing.opened(engine, [session.get_one(AssessmentSettings, "first")])
    assert (saved.chosen, saved.revision) == ({"client": "Acme Ltd"}, 2)
    assert (saved.changed_by, saved.changed_at) == ("p1", NOON)


@pytest.mark.parametrize("revision", [0, 1])
def test_who_comes_second_is_told_what_is_there_and_changes_nothing(
    database_url: str, revision: int
) -> None:
    engine = open_database(database_url)
    revised.save(engine, settings("Acme"), by="p1", now=NOON)
    if revision:
        revised.save(engine, settings("Theirs", 1), by="p1", now=NOON)
    with pytest.raises(ChangedMeanwhile) as refused:
        revised.save(engine, settings("Yours", revision), by="p2", now=NOON)
    theirs = refused.value.theirs
    assert isinstance(theirs, AssessmentSettings)
    assert theirs.chosen == {"client": "Theirs" if revision else "Acme"}
    assert "Theirs" not in str(refused.value)


@pytest.mark.parametrize("revision", [0, 1])
def test_a_change_and_what_follows_from_it_are_saved_together_or_not_at_all(
    database_url: str, revision: int
) -> None:
    engine = open_database(database_url)
    if revision:
        revised.save(engine, settings("Acme"), by="p1", now=NOON)
    with Session(engine) as session:
        session.add(a_connection("mine", "first"))
        session.commit()
    asked = update(Connection).where(col(Connection.id) == "mine").values(analyse_at=NOON)
    impossible = update(Connection).values(account_id=None)
    with pytest.raises(IntegrityError):
        revised.save(engine, settings("New", revision), by="p1", now=NOON, then=impossible)
    with Session(engine) as session:
        stored = sealing.opened_one(engine, session.get(AssessmentSettings, "first"))
        assert (stored.chosen if stored else {}).get("client") == ("Acme" if revision else None)
    revised.save(engine, settings("New", revision), by="p1", now=NOON, then=asked)
    later = update(Connection).values(analyse_at=NOON.replace(hour=13))
    with pytest.raises(ChangedMeanwhile):
        revised.save(engine, settings("Second", revision), by="p2", now=NOON, then=later)
    with Session(engine) as session:
        assert session.get_one(Connection, "mine").analyse_at == NOON


def test_a_row_that_was_deleted_meanwhile_is_not_written_again(database_url: str) -> None:
    engine = open_database(database_url)
    revised.save(engine, settings("Acme"), by="p1", now=NOON)
    revised.remove(engine, settings("Acme", 1))
    with pytest.raises(ChangedMeanwhile) as refused:
        revised.save(engine, settings("Yours", 1), by="p2", now=NOON)
    assert refused.value.theirs is None


def test_a_row_that_was_changed_meanwhile_is_not_deleted(database_url: str) -> None:
    engine = open_database(database_url)
    revised.save(engine, settings("Acme"), by="p1", now=NOON)
    revised.save(engine, settings("Theirs", 1), by="p1", now=NOON)
    with pytest.raises(ChangedMeanwhile):
        revised.remove(engine, settings("Acme", 1))


def test_of_many_who_save_at_once_one_is_saved(database_url: str) -> None:
    engine = open_database(database_url)
    saved: list[str] = []
    refused: list[str] = []

    def save(name: str) -> None:
        try:
            revised.save(engine, settings(name), by=name, now=NOON)
        except ChangedMeanwhile:
            refused.append(name)
        else:
            saved.append(name)

    threads = [threading.Thread(target=save, args=(f"p{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(saved), len(refused)) == (1, 5)


def test_nothing_is_written_about_an_account_that_is_being_deleted(database_url: str) -> None:
    engine = open_database(database_url)
    with Session(engine) as session:
        session.add(a_connection("mine", "first"))
        session.commit()
    revised.save(engine, settings("Acme"), by="p1", now=NOON, connection_id="mine")
    receipt = purge.begin(engine, "mine", NOON)
    with pytest.raises(NotFound):
        revised.save(engine, settings("Late", 1), by="p1", now=NOON, connection_id="mine")
    purge.finish(engine, "mine", receipt, snapshot_files=0, now=NOON)
    with pytest.raises(NotFound):
        revised.save(engine, settings("Later"), by="p1", now=NOON, connection_id="mine")
    with Session(engine) as session:
        assert session.get(AssessmentSettings, "first") is None
    done = connections.latest_receipt(engine, "first")
    assert done is not None
    assert done.counts["assessmentsettings"] == 1
    assert done.counts["rows_left"] == 0


def test_every_table_of_what_assessors_write_says_what_it_is_for() -> None:
    def kinds(of: type[Written]) -> set[type[Written]]:
        return {of, *(each for kind in of.__subclasses__() for each in kinds(kind))}

    assert {kind for kind in kinds(Written) if hasattr(kind, "__table__")} == set(WRITTEN)
    assert all(table.words and table.why for table in WRITTEN)
