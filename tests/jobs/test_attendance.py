"""A worker attends whatever error it meets."""

import errno
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
import structlog
from structlog.testing import capture_logs

from corvana import jobs
from corvana.config import Settings
from corvana.jobs.attendance import Attendance
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections, heartbeats, purge, turns
from tests.builders.databases import open_new
from tests.builders.processes.every_error import EVERY_ERROR

AGAIN_WITHIN = 5.0


class Thrower:
    """In the place of a function: raises an error once when it is given one."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self.next_error: Exception | None = None
        self.calls_that_worked = 0

    def __call__(self, *arguments: object, **named: object) -> object:
        error, self.next_error = self.next_error, None
        if error is not None:
            raise error
        result = self._function(*arguments, **named)
        self.calls_that_worked += 1
        return result


PLACES = {
    "looking for due runs": (turns, "due", "attend"),
    "the heartbeat": (heartbeats, "beat", "attend"),
    "looking for deletions": (purge, "pending", "housekeeping"),
}


@pytest.fixture
def attendances(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> dict[str, Attendance]:
    """As the worker begins them, but five hundred times as busy."""
    open_new(configure(sandbox).database_url)
    attend = partial(jobs.attend, "worker", datetime.now(UTC))
    return {
        "attend": Attendance({"attend": attend}, every=0.002),
        "housekeeping": Attendance({"finish deletions": jobs.finish_deletions}, every=0.002),
    }


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.001)


def throw(thrower: Thrower, error: Exception) -> None:
    """Throw the error once, and wait until the same duty is done again."""
    thrower.next_error = error
    wait_until(lambda: thrower.next_error is None, AGAIN_WITHIN, "it does not attend")
    worked = thrower.calls_that_worked
    wait_until(
        lambda: thrower.calls_that_worked > worked,
        AGAIN_WITHIN,
        f"it did not attend after {type(error).__name__}",
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("library", EVERY_ERROR)
def test_it_attends_again_after_every_type_of_error(
    attendances: dict[str, Attendance],
    monkeypatch: pytest.MonkeyPatch,
    library: str,
    place: str,
) -> None:
    module, name, which = PLACES[place]
    thrower, attendance = Thrower(getattr(module, name)), attendances[which]
    monkeypatch.setattr(module, name, thrower)
    attendance.start()
    for error in EVERY_ERROR[library]:
        throw(thrower, error)
    attendance.stop()
    assert attendance.errors.total() == len(EVERY_ERROR[library]) > 5


def test_an_error_in_one_duty_holds_up_no_other() -> None:
    done = []

    def broken() -> None:
        raise KeyError

    attendance = Attendance({"one": broken, "two": lambda: done.append(2)})
    attendance.attend()
    assert done == [2]


def test_errors_are_counted_and_logged_by_type_ever_more_seldom_and_never_by_their_words() -> None:
    def broken() -> None:
        raise OSError("the name of a client's file")

    attendance = Attendance({"duty": broken})
    with capture_logs() as logged:
        for _ in range(10):
            attendance.attend()
    assert attendance.errors == {("duty", "OSError"): 10}
    assert [line["times"] for line in logged] == [1, 2, 4, 8]
    assert {(line["duty"], line["error"]) for line in logged} == {("duty", "OSError")}
    assert "client" not in str(logged)


def test_a_log_on_a_full_disk_ends_no_attendance() -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    structlog.configure(processors=[full])
    attendance = Attendance({"duty": full})
    attendance.attend()
    attendance.attend()
    assert attendance.errors.total() == 2


def test_how_long_it_did_not_attend_is_known() -> None:
    fails = [False]

    def duty() -> None:
        if fails[0]:
            raise ValueError

    attendance = Attendance({"duty": duty})
    attendance.attend()
    assert attendance.silent_for() < 1.0
    fails[0] = True
    time.sleep(0.05)
    attendance.attend()
    assert attendance.silent_for() >= 0.05


def test_the_heartbeat_says_that_the_worker_attends_not_that_it_lives(
    configure: Callable[..., Settings], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that cannot look for due runs is a silent one."""
    settings = configure(sandbox)
    engine = open_new(settings.database_url)
    now = datetime.now(UTC)
    monkeypatch.setattr(turns, "due", Thrower(turns.due))
    turns.due.next_error = BlockingIOError()  # type: ignore[attr-defined]
    with pytest.raises(BlockingIOError):
        jobs.attend("worker", now)
    assert not connections.worker_alive(engine, now)
    jobs.attend("worker", now)
    assert connections.worker_alive(engine, now)
