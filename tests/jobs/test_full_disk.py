"""A full disk is named, and tried again after a minute."""

import errno
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from corvana import jobs
from corvana.errors import is_disk_full, name_of
from corvana.jobs import attending, collecting, full_disk
from corvana.jobs.full_disk import TRY_AGAIN_AFTER, FullDisk
from corvana.store import clock, connections
from corvana.versions import files, freshness
from tests.builders.conclusions import conclude_nothing
from tests.conftest import Connected


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    """The process's memory of its disk, fresh."""
    fresh = FullDisk()
    for module in (collecting, attending):
        monkeypatch.setattr(module, "full_disk", fresh)
    return fresh


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def full_sqlite(tmp_path: Path) -> OperationalError:
    """What SQLite really says when it cannot grow."""
    engine = create_engine(f"sqlite:///{tmp_path}/small.db")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 2"))
        connection.execute(text("CREATE TABLE one (a)"))
        with pytest.raises(OperationalError) as caught:
            connection.execute(text("INSERT INTO one VALUES (zeroblob(100000))"))
    return caught.value


def test_a_full_disk_is_recognised_whoever_meets_it(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    wrapped = RuntimeError()
    wrapped.__cause__ = full
    on_postgresql = OperationalError("INSERT", None, psycopg.errors.DiskFull())
    quota = OSError(errno.EDQUOT, "Disk quota exceeded")
    for error in (full, wrapped, on_postgresql, quota, full_sqlite(tmp_path)):
        assert is_disk_full(error), repr(error)
        assert name_of(error) == "DiskFull"


def test_another_error_keeps_its_name() -> None:
    for error in (
        OSError(errno.EACCES, "Permission denied"),
        OperationalError("x", None, sqlite3.OperationalError("database is locked")),
        KeyError("DiskFull"),
    ):
        assert not is_disk_full(error)
        assert name_of(error) == type(error).__name__


@pytest.mark.parametrize("place", ["a data version", "the conclusions"])
def test_a_run_that_meets_a_full_disk_says_so_and_is_due_again_after_a_minute(
    connected: Connected, disk: FullDisk, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patch:
        if place == "a data version":
            patch.setattr(files.Part, "write", no_room)
        else:
            patch.setattr(freshness, "is_fresh", no_room)
        jobs.collect_connection(connected.id, analyse=conclude_nothing)
    run, connection = connected.latest_run, connected.connection
    assert (run.status, run.error) == ("failed", "DiskFull")
    assert connection.lease_holder is None
    assert connection.next_run_at is not None
    wait = connection.next_run_at - clock.now(connected.engine)
    assert timedelta(seconds=50) < wait <= timedelta(seconds=60)
    assert disk.is_recent


def test_while_the_disk_is_full_no_run_is_begun_in_vain(
    connected: Connected, disk: FullDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may have had no room to note when the next run is due."""
    now = [1000.0]
    monkeypatch.setattr(full_disk, "time", SimpleNamespace(monotonic=lambda: now[0]))
    disk.note()
    jobs.enqueue_due()
    jobs.collect_due()
    assert jobs.queue().pending_count() == 0
    assert connections.latest_run(connected.engine, connected.id) is None
    now[0] += TRY_AGAIN_AFTER
    jobs.enqueue_due()
    assert jobs.queue().pending_count() == 1


def test_the_card_looks_for_room_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert full_disk.has_room(tmp_path)
    assert full_disk.has_room(tmp_path / "not there yet")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    assert not full_disk.has_room(tmp_path)
