"""When a worker that held something deleted executes itself anew, and how."""

import os
from types import SimpleNamespace
from typing import Any, cast

import pytest

from corvana import worker
from corvana.held import Held
from corvana.jobs.attendance import Attendance


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("at_work", ["nothing", "run", "housekeeping", "wish"])
def test_it_waits_for_work_under_way_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, at_work: str
) -> None:
    clock = Clock()
    held = Held(clock)
    housekeeping = cast("Attendance", SimpleNamespace(is_busy=at_work == "housekeeping"))
    monkeypatch.setattr(worker, "held", held)
    monkeypatch.setattr(worker, "live_runs", SimpleNamespace(are_any=at_work == "run"))
    monkeypatch.setattr(worker, "nothing_to_delete", lambda: at_work != "wish")

    def is_due() -> bool:
        return worker._is_to_begin_anew(480.0, housekeeping)

    held.note("a")
    assert not is_due()
    held.forget(["a"])
    assert is_due() == (at_work == "nothing")
    clock.now = 480.0
    assert is_due()


def test_the_same_command_is_executed_in_the_same_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    executed: list[Any] = []
    monkeypatch.setattr("os.execve", lambda *command: executed.append(command))
    monkeypatch.setattr("sys.orig_argv", ["python3", "-m", "corvana", "worker"])
    monkeypatch.setattr("sys.executable", "/opt/python")
    worker.begin_anew()
    [(program, arguments, environment)] = executed
    assert (program, arguments) == ("/opt/python", ["/opt/python", "-m", "corvana", "worker"])
    assert environment["CORVANA_BEGUN_ANEW"] == f"{os.getpid()}:1"
