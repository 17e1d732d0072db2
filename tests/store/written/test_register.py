"""Entries of the findings register are saved with their history."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store import purge
from corvana.store.engine import open_database
from corvana.store.models import RegisterEntry
from corvana.store.written import register
from tests.builders.stored.bare_connection import a_connection

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "slow_ack:P1"


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_database(database_url)
    with Session(engine) as session:
        session.add(a_connection("C1", "first"))
        session.commit()
    return engine


def entry(revision: int = 0, **more: Any) -> RegisterEntry:
    return RegisterEntry(engagement_id="first", key=KEY, revision=revision, **more)


def save(engine: Engine, row: RegisterEntry, by: str = "p1", now: datetime = NOON) -> int:
    return register.save(engine, row, by=by, now=now, connection_id="C1")


def test_each_changed_field_is_a_line_of_the_history_with_who_and_when(engine: Engine) -> None:
    save(engine, entry(status="confirmed", owner="Payments team"))
    done = entry(1, status="done", owner="Payments team", done_on=date(2026, 3, 2))
    assert save(engine, done, by="p2", now=LATER) == 2
    told = [
        (one.changed_at, one.changed_by, one.field, one.before, one.after)
        for one in register.history(engine, "first", KEY)
    ]
    assert told == [
        (LATER, "p2", "done_on", "", "2026-03-02"),
        (LATER, "p2", "status", "confirmed", "done"),
        (NOON, "p1", "owner", "", "Payments team"),
        (NOON, "p1", "status", "open", "confirmed"),
    ]


def test_saving_what_is_there_already_changes_nothing(engine: Engine) -> None:
    save(engine, entry(status="confirmed"))
    assert save(engine, entry(1, status="confirmed"), by="p2", now=LATER) == 1
    assert [one.changed_by for one in register.entries(engine, "first")] == ["p1"]


def test_of_two_assessors_on_one_row_the_second_is_told_and_no_history_is_added(
    engine: Engine,
) -> None:
    save(engine, entry(status="confirmed"))
    save(engine, entry(1, status="confirmed", note="Theirs"), by="p1")
    with pytest.raises(ChangedMeanwhile) as refused:
        save(engine, entry(1, status="dismissed", reason="Yours"), by="p2")
    theirs = refused.value.theirs
    assert isinstance(theirs, RegisterEntry)
    assert (theirs.status, theirs.note, theirs.revision) == ("confirmed", "Theirs", 2)
    assert [one.field for one in register.history(engine, "first", KEY)] == ["note", "status"]


def test_two_who_write_the_first_entry_at_once_do_not_overwrite_each_other(engine: Engine) -> None:
    save(engine, entry(status="confirmed"))
    with pytest.raises(ChangedMeanwhile):
        save(engine, entry(status="dismissed", reason="A test"), by="p2")
    assert [one.status for one in register.entries(engine, "first")] == ["confirmed"]


def test_a_note_keeps_ten_thousand_characters_with_markup_as_they_are(engine: Engine) -> None:
    note = ("<script>alert(1)</script> **bold** [a](javascript:x) =1+1\n" * 200)[:10_000]
    save(engine, entry(status="confirmed", note=note))
    assert [one.note for one in register.entries(engine, "first")] == [note]
    assert next(one.after for one in register.history(engine, "first", KEY)) == note


def test_the_register_of_another_engagement_is_not_seen(engine: Engine) -> None:
    save(engine, entry(status="confirmed"))
    assert list(register.entries(engine, "second")) == []
    assert list(register.history(engine, "second", KEY)) == []


def test_a_disconnect_deletes_entries_and_history_and_counts_them(engine: Engine) -> None:
    save(engine, entry(status="confirmed", note="Ours"))
    counted = purge.counts(engine, "C1")
    assert (counted["registerentry"], counted["registerchange"]) == (1, 2)
    receipt = purge.begin(engine, "C1", LATER)
    with pytest.raises(NotFound):
        save(engine, entry(1, status="open"))
    purge.finish(engine, "C1", receipt, snapshot_files=0, now=LATER)
    assert list(register.entries(engine, "first")) == []
    assert list(register.history(engine, "first", KEY)) == []
