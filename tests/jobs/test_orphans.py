"""Files of data that are nobody's: which are deleted, and which are never touched."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from corvana import jobs
from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.databases import open_new
from tests.builders.stored.waiting import connection

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(configure: Callable[..., Settings], sandbox: RunningSandbox) -> Settings:
    found = configure(sandbox)
    open_new(found.database_url)
    found.versions_dir.mkdir(parents=True)
    return found


def account(settings: Settings, name: str) -> Path:
    """A folder with a file of data in it."""
    home = settings.versions_dir / name
    (home / "versions").mkdir(parents=True)
    (home / "versions" / "00000001.json").write_text("{}")
    return home


@pytest.mark.parametrize("name", ["lost+found", ".nfs0001", "backup", "A" * 32, "x" * 32])
def test_only_folders_with_a_name_that_we_give_are_touched(settings: Settings, name: str) -> None:
    connection(open_new(settings.database_url), connected_at=NOW)
    foreign, orphan = account(settings, name), account(settings, uuid4().hex)
    file = settings.versions_dir / ".gitkeep"
    file.touch()
    jobs.remove_orphans()
    assert (foreign / "versions" / "00000001.json").exists()
    assert file.exists()
    assert not orphan.exists()


def test_a_database_that_knows_no_connection_deletes_nothing(settings: Settings) -> None:
    """It may be the wrong one."""
    home = account(settings, uuid4().hex)
    jobs.sweep()
    assert (home / "versions" / "00000001.json").exists()


def test_files_of_a_connection_stay(settings: Settings) -> None:
    home = account(settings, connection(open_new(settings.database_url), connected_at=NOW))
    jobs.remove_orphans()
    assert home.exists()


def test_without_a_folder_there_is_nothing_to_do(settings: Settings) -> None:
    settings.versions_dir.rmdir()
    jobs.remove_orphans()
