"""Every line of the log has one form, whoever writes it, and none quotes an error's message."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog

from corvana import logs
from corvana.config import Settings

SECRET = "pdus+_s3cret of Jane Doe"
ROOT = Path(logs.__file__).parents[1]


def fail() -> None:
    raise ValueError(SECRET)


def of_a_library() -> None:
    logging.getLogger("some.library").warning("closed %s", "a connection")


def of_a_library_with_an_error() -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("sqlalchemy.pool").exception("Exception in the pool")


def of_our_own_with_an_error() -> None:
    try:
        fail()
    except ValueError as error:
        structlog.get_logger().error("page failed", exc_info=error)


def of_a_forgotten_task() -> None:
    async def main() -> None:
        task = asyncio.create_task(asyncio.sleep(0))
        loop = asyncio.get_running_loop()
        context = {"message": "Task exception was never retrieved", "future": task}
        loop.call_exception_handler({**context, "exception": ValueError(SECRET)})
        await task

    asyncio.run(main())


def of_a_thread() -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def a_warning() -> None:
    warnings.warn("old", DeprecationWarning, stacklevel=1)


def of_several_lines() -> None:
    structlog.get_logger().warning("a", value="b\nc\u2028d")


WRITERS: tuple[tuple[Callable[[], None], dict[str, Any]], ...] = (
    (of_a_library, {"level": "warning", "event": "closed a connection", "logger": "some.library"}),
    (of_a_library_with_an_error, {"event": "Exception in the pool", "error": "ValueError"}),
    (of_our_own_with_an_error, {"event": "page failed", "error": "ValueError", "level": "error"}),
    (of_a_forgotten_task, {"logger": "asyncio", "error": "ValueError"}),
    (of_a_thread, {"event": "a thread ended by an error", "error": "ValueError"}),
    (a_warning, {"logger": "py.warnings"}),
    (of_several_lines, {"event": "a", "value": "b\nc\u2028d"}),
)
RAISED = (of_a_library_with_an_error, of_our_own_with_an_error, of_a_thread)


@pytest.mark.parametrize(("write", "told"), WRITERS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_line_for_programs_is_one_json_object_without_the_message_of_an_error(
    write: Callable[[], None], told: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("info", "json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        write()
        logging.captureWarnings(capture=False)
    written = capfd.readouterr().err
    [line] = written.splitlines() if "\u2028" not in written else [written]
    found = json.loads(line)
    assert found.items() >= told.items()
    assert {"timestamp", "level", "event"} <= set(found)
    assert "s3cret" not in written
    if write in RAISED:
        assert found["places"][-1].endswith(" fail")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_process_that_ends_by_an_error_says_where_and_quotes_nothing(form: str) -> None:
    script = (
        "from corvana import logs\n"
        f"logs.configure('info', {form!r})\n"
        f"raise ValueError({SECRET!r})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "s3cret" not in ended.stderr
    [line] = ended.stderr.splitlines()
    if form == "json":
        found = json.loads(line)
        assert (found["level"], found["error"]) == ("critical", "ValueError")
        assert found["places"] == ["<string>:3 <module>"]
    else:
        assert "level='critical'" in line
        assert "error='ValueError'" in line


def test_a_text_line_begins_with_time_level_and_event(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "text")
    of_a_library()
    assert capfd.readouterr().err.startswith("timestamp='2")


@pytest.mark.parametrize("write", [of_our_own_with_an_error, of_a_library])
def test_nothing_fails_because_a_line_cannot_be_written(
    write: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full on which the log lies: what attends to deletions has to go on."""
    with Path("/dev/full").open("w") as full, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", full)
        logs.configure("info", "json")
        write()
        with suppress(OSError):
            full.close()
    logs.configure("info", "json")


def test_configuring_twice_writes_a_line_once(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    logs.configure("info", "json")
    of_a_library()
    assert len(capfd.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "is_terminal", "form"),
    [
        ("http://localhost:8501", True, "text"),
        ("http://localhost:8501", False, "text"),
        ("https://corvana.example.com", True, "text"),
        ("https://corvana.example.com", False, "json"),
    ],
)
def test_hosted_lines_are_for_programs_and_elsewhere_for_people(
    url: str, is_terminal: bool, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    assert Settings(base_url=url).log_format == form
    assert Settings(base_url=url, log_format_setting="json").log_format == "json"
