"""A wish to disconnect is never forgotten."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select
from typer.testing import CliRunner

from corvana import jobs
from corvana.command_line import cli
from corvana.config import Settings
from corvana.errors import DeletionDelayed, NotFound
from corvana.jobs import deleting, wishes
from corvana.jobs.wishes import Wish
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections, purge
from corvana.store.models import Receipt
from corvana.store.people import audit
from corvana.versions.files import delete_versions
from tests.builders.databases import open_new
from tests.builders.stored.rows import rows_left
from tests.conftest import Connected

BY = "a person"


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], pytest.MonkeyPatch]:
    """The database is away until what is returned is undone."""

    def refuse(_url: str) -> Engine:
        raise OperationalError("connect", None, ConnectionRefusedError())

    def go() -> pytest.MonkeyPatch:
        patch = pytest.MonkeyPatch()
        patch.setattr(deleting, "open_database", refuse)
        return patch

    return go


def disconnected_by(connected: Connected) -> list[str]:
    """Who disconnected, by the audit trail."""
    return [one.by for one in audit.newest(connected.engine) if one.action == "disconnected"]


def receipt(connected: Connected) -> Receipt:
    with Session(connected.engine) as session:
        (only,) = session.exec(select(Receipt)).all()
    return only


def test_with_the_database_away_it_is_kept_and_carried_out_later(
    collected: Connected, away: Callable[[], pytest.MonkeyPatch]
) -> None:
    data_dir = collected.settings.data_dir
    patch = away()
    asked_at = datetime.now(UTC)
    with pytest.raises(DeletionDelayed):
        jobs.disconnect(collected.id, BY)
    assert disconnected_by(collected) == []
    with pytest.raises(OperationalError):
        jobs.finish_deletions()
    assert wishes.is_kept(data_dir, collected.id)
    patch.undo()
    assert rows_left(collected) > 0

    jobs.finish_deletions()
    assert rows_left(collected) == 0
    assert not (collected.settings.versions_dir / collected.id).exists()
    assert not wishes.is_kept(data_dir, collected.id)
    done = receipt(collected)
    assert done.revoked is True
    assert done.completed_at is not None
    assert abs(done.requested_at - asked_at) < timedelta(seconds=5)
    assert disconnected_by(collected) == [BY]


def test_the_command_says_that_the_wish_is_kept(
    collected: Connected, away: Callable[[], pytest.MonkeyPatch]
) -> None:
    patch = away()
    result = CliRunner().invoke(cli, ["purge", "--connection", collected.id])
    patch.undo()
    assert isinstance(result.exception, DeletionDelayed)
    assert "the wish is kept" in str(result.exception)


@pytest.mark.parametrize("moment", ["before the tokens", "before the rows", "before the files"])
def test_killed_in_the_middle_the_next_start_of_anything_finishes_it(
    collected: Connected, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    module, name = {
        "before the tokens": (purge, "begin"),
        "before the rows": (purge, "delete_rows"),
        "before the files": (deleting, "delete_versions"),
    }[moment]
    with monkeypatch.context() as patch:
        patch.setattr(module, name, die)
        with pytest.raises(KeyboardInterrupt):
            jobs.disconnect(collected.id)
    assert connections.listed(collected.engine) != []

    result = CliRunner().invoke(cli, ["connections"])
    assert (result.exit_code, result.stdout) == (0, "[]\n")
    assert rows_left(collected) == 0
    assert not (collected.settings.versions_dir / collected.id).exists()
    assert receipt(collected).completed_at is not None


@pytest.mark.parametrize("command", ["worker", "prepare", "sandbox"])
def test_processes_of_the_worker_leave_deletions_to_it(
    collected: Connected, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(jobs, "finish_deletions", lambda: pytest.fail("not here"))
    assert CliRunner().invoke(cli, [command, "--help"]).exit_code == 0


def test_a_wish_for_nobody_is_no_wish(collected: Connected) -> None:
    nobody = uuid4().hex
    with pytest.raises(NotFound):
        jobs.disconnect(nobody)
    assert wishes.pending(collected.settings.data_dir) == {}
    wishes.keep(collected.settings.data_dir, nobody, BY)
    jobs.finish_deletions()
    assert wishes.pending(collected.settings.data_dir) == {}
    assert rows_left(collected) > 0


def test_a_database_that_has_never_known_a_connection_forgets_no_wish(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    """It may be the wrong one."""
    settings = configure(sandbox)
    open_new(settings.database_url)
    wished = uuid4().hex
    wishes.keep(settings.data_dir, wished, BY)
    jobs.finish_deletions()
    assert list(wishes.pending(settings.data_dir)) == [wished]


@pytest.mark.parametrize("name", ["../corvana.db", "", ".", "nobody", "A" * 32, "a" * 33])
def test_only_names_of_ours_become_files(collected: Connected, name: str) -> None:
    before = sorted(collected.settings.data_dir.rglob("*"))
    assert wishes.keep(collected.settings.data_dir, name, BY) is None
    assert not wishes.is_kept(collected.settings.data_dir, name)
    wishes.forget(collected.settings.data_dir, name)
    wishes.note_done(collected.settings.data_dir, name)
    assert sorted(collected.settings.data_dir.rglob("*")) == before


def test_on_a_full_disk_the_deletion_goes_on_without_a_file(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "keep", lambda *_: None)
    assert jobs.disconnect(collected.id).counts["rows_left"] == 0


def test_the_first_wish_counts(collected: Connected) -> None:
    data_dir = collected.settings.data_dir
    wishes.keep(data_dir, collected.id, BY)
    os.utime(data_dir / "deletions" / collected.id, (1e9, 1e9))
    first = datetime.fromtimestamp(1e9, UTC)
    assert wishes.keep(data_dir, collected.id, "another") == Wish(first, BY)
    assert wishes.pending(data_dir) == {collected.id: Wish(first, BY)}
    assert jobs.disconnect(collected.id, "another").requested_at == first
    assert disconnected_by(collected) == [BY]


def test_somebody_else_finishing_it_at_the_same_time_is_no_error(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web process and a worker may both be at it: one receipt, complete, and no error."""

    def meanwhile(*_: object) -> int:
        monkeypatch.setattr(deleting, "delete_versions", delete_versions)
        jobs.finish_deletions()
        return 0

    files = sum(p.is_file() for p in (collected.settings.versions_dir / collected.id).rglob("*"))
    monkeypatch.setattr(deleting, "delete_versions", meanwhile)
    done = jobs.disconnect(collected.id)
    assert done.counts["snapshot_files"] == files > 0
    assert receipt(collected).id == done.id
    assert rows_left(collected) == 0


def test_one_deletion_that_fails_holds_up_no_other(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir, folder = collected.settings.data_dir, collected.settings.versions_dir
    stuck = uuid4().hex
    wishes.keep(data_dir, stuck, BY)
    os.utime(data_dir / "deletions" / stuck, (1e9, 1e9))
    wishes.keep(data_dir, collected.id, BY)
    get = connections.get

    def refuse(engine: Engine, connection_id: str) -> object:
        if connection_id == stuck:
            raise PermissionError
        return get(engine, connection_id)

    monkeypatch.setattr(connections, "get", refuse)
    with pytest.raises(PermissionError):
        jobs.finish_deletions()
    assert list(wishes.pending(data_dir)) == [stuck]
    assert not (folder / collected.id).exists()


def test_files_that_are_in_use_hold_up_no_row(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with `.nfs…` files, which stay until their reader has closed them."""

    def busy(*_: object) -> int:
        raise OSError(39, "Directory not empty")

    with monkeypatch.context() as patch:
        patch.setattr(deleting, "delete_versions", busy)
        with pytest.raises(DeletionDelayed):
            jobs.disconnect(collected.id)
    assert rows_left(collected) == 0
    assert receipt(collected).completed_at is None
    jobs.finish_deletions()
    assert receipt(collected).completed_at is not None


def test_files_that_a_killed_run_left_after_the_last_connection_went_are_deleted(
    collected: Connected,
) -> None:
    jobs.disconnect(collected.id)
    home = collected.settings.versions_dir / collected.id
    home.mkdir(parents=True)
    (home / "incidents-2026-01-v9.parquet").write_bytes(b"rows")
    jobs.remove_orphans()
    assert not home.exists()


def test_an_hour_later_nothing_tells_of_the_deletion_but_the_receipt(
    collected: Connected,
) -> None:
    jobs.disconnect(collected.id)
    (note,) = (collected.settings.data_dir / "deletions").iterdir()
    an_hour_ago = time.time() - 3601
    os.utime(note, (an_hour_ago, an_hour_ago))
    jobs.remove_orphans()
    assert not note.exists()
