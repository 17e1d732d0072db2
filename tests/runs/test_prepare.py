"""Pages' answers are made at the end of a run, by a process that nothing depends on."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from datetime import time as time_of_day
from functools import partial
from pathlib import Path

import pytest

from corvana import jobs
from corvana.assessment.settings import DEFAULTS
from corvana.config import Settings
from corvana.questions import accounts, prepared, usual
from corvana.questions.prepare import prepare as work_out
from corvana.runs import prepare as preparing
from corvana.runs.prepare import prepare
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections
from corvana.store.written import settings
from tests.builders.conclusions import conclude_nothing
from tests.builders.shelf import Shelf
from tests.builders.written_version import prepared_file
from tests.conftest import Connected, collect_at


@pytest.fixture
def collected(
    configure: Callable[..., Settings],
    sandbox: RunningSandbox,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
) -> Connected:
    """Collected, and large enough to be worth it from here on.

    Of six days every usual period is the same, so that few questions are asked.
    """
    days = 6
    settings = configure(sandbox, CORVANA_BACKFILL_DAYS=str(days))
    collect = partial(collect_at, clock=sandbox.clock, days=days)
    taken = shelf.take("six days", settings, sandbox, collect)
    monkeypatch.setattr(preparing, "WORTH_PREPARING", 1)
    return taken


def path(connected: Connected) -> Path:
    version = connected.connection.data_version
    return prepared_file(connected.settings.versions_dir, connected.id, version)


def begin(connected: Connected) -> None:
    version = connected.connection.data_version
    asyncio.run(prepare(connected.settings.versions_dir, connected.id, version))


def test_a_run_ends_with_the_answers_and_a_deletion_takes_them(collected: Connected) -> None:
    connections.release(
        collected.engine, collected.id, "test", started_at=collected.sandbox.clock(),
        next_run_at=collected.sandbox.clock(),
    )  # fmt: skip
    jobs.collect_connection(collected.id, analyse=conclude_nothing)
    folder, version = collected.settings.versions_dir, collected.connection.data_version
    assert len(prepared.read(folder, collected.id, version, collected.vault)) > 50
    jobs.disconnect(collected.id)
    assert not list(folder.rglob("*.prepared"))


def test_after_a_change_of_settings_the_answers_are_made_under_them_beside_the_former(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page under the usual settings finds its own answers, and one under the new ones theirs."""
    engagement = collected.connection.engagement_id
    late = DEFAULTS.with_hours(sleep_start=time_of_day(12))
    monkeypatch.setattr(usual, "ask", lambda view, *_: accounts.first_pages(view))
    folder, version = collected.settings.versions_dir, collected.connection.data_version

    def made(digest: str) -> Mapping[str, bytes]:
        now = collected.sandbox.clock()
        work_out(collected.settings, collected.engine, collected.vault, collected.id, now)
        return prepared.read(folder, collected.id, version, collected.vault, digest)

    before = made("")
    settings.save(collected.engine, engagement, late, over=settings.Read(), by="p1")
    after = made(late.digest)
    assert before.keys() == after.keys() >= {f"{accounts.first_pages.name}()"}
    assert before != after
    assert prepared.read(folder, collected.id, version, collected.vault) == before


def test_answers_of_other_settings_are_no_answers_of_these(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    path(collected).touch()
    monkeypatch.setattr(sys, "executable", "/nowhere")
    folder, version = collected.settings.versions_dir, collected.connection.data_version
    with pytest.raises(FileNotFoundError):
        asyncio.run(prepare(folder, collected.id, version, "0123abcd"))


def test_a_small_account_is_not_worth_a_process(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "WORTH_PREPARING", 1_000_000)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    begin(collected)
    assert not path(collected).exists()


def test_answers_that_are_there_are_not_made_again(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    path(collected).touch()
    monkeypatch.setattr(sys, "executable", "/nowhere")
    begin(collected)


def test_a_version_that_was_replaced_is_let_be(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    asyncio.run(prepare(collected.settings.versions_dir, collected.id, 99))


def test_a_failure_costs_nothing_but_the_answers(
    collected: Connected, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    begin(collected)
    assert not path(collected).exists()
    assert "not prepared" in capsys.readouterr().out


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A command that never ends; returns the file with its process."""
    script, told = tmp_path / "python", tmp_path / "process"
    script.write_text(f"#!/bin/sh\necho $$ > {told}\nexec sleep 60\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return told


def test_a_command_that_hangs_does_not_hold_the_run(
    collected: Connected,
    hanging: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(preparing, "_LONGEST_SECONDS", 1.0)
    begin(collected)
    assert not Path(f"/proc/{hanging.read_text().strip()}").exists()
    assert "not prepared" in capsys.readouterr().out


def test_a_run_that_is_cancelled_takes_the_process_with_it(
    collected: Connected, hanging: Path
) -> None:
    version = collected.connection.data_version

    def has_begun() -> bool:
        return hanging.exists() and bool(hanging.read_text().strip())

    async def cancelled() -> None:
        task = asyncio.create_task(prepare(collected.settings.versions_dir, collected.id, version))
        while not has_begun():  # noqa: ASYNC110 - a file tells
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    began = time.monotonic()
    asyncio.run(cancelled())
    assert time.monotonic() - began < 30
    assert not Path(f"/proc/{hanging.read_text().strip()}").exists()
