"""When a web process is replaced after a deletion, and by what."""

import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from corvana.config import Settings
from corvana.held import Held
from corvana.jobs import wishes
from corvana.web.processes import replacing
from corvana.web.processes.replacing import Replacing, command
from corvana.web.processes.use import LastUse


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(clock: Clock) -> Held:
    return Held(clock)


@pytest.fixture
def use(clock: Clock) -> LastUse:
    return LastUse(clock)


@pytest.fixture
def due(
    held: Held, use: LastUse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], bool]:
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    return Replacing(Settings(data_dir=tmp_path), held, use).is_due


def left_behind(held: Held) -> None:
    held.note("a")
    held.forget(["a"])


def test_it_stays_while_nothing_that_it_held_is_deleted(
    held: Held, clock: Clock, due: Callable[[], bool]
) -> None:
    held.note("a")
    clock.now = 100_000.0
    assert not due()


def test_it_is_replaced_once_nobody_has_used_it_for_a_minute(
    held: Held, use: LastUse, clock: Clock, due: Callable[[], bool]
) -> None:
    left_behind(held)
    use.note()
    clock.now = 59.0
    assert not due()
    clock.now = 60.0
    assert due()
    use.note()
    assert not due()


def test_it_is_replaced_after_eight_minutes_though_somebody_uses_it(
    held: Held, use: LastUse, clock: Clock, due: Callable[[], bool]
) -> None:
    left_behind(held)
    clock.now = 479.0
    use.note()
    assert not due()
    clock.now = 480.0
    use.note()
    assert due()


def test_a_deletion_under_way_is_finished_before_unless_it_takes_too_long(
    held: Held, clock: Clock, due: Callable[[], bool], tmp_path: Path
) -> None:
    wished = uuid4().hex
    wishes.keep(tmp_path, wished, "somebody")
    left_behind(held)
    clock.now = 100.0
    assert not due()
    wishes.note_done(tmp_path, wished)
    assert due()
    wishes.keep(tmp_path, uuid4().hex, "somebody")
    assert not due()
    clock.now = 480.0
    assert due()


@pytest.mark.parametrize(
    "started_as",
    [
        ["python", "-m", "streamlit", "run", "app.py", "--server.port", "8502"],
        ["/opt/python", "/opt/bin/streamlit", "run", "app.py", "--server.port", "8502"],
        ["python", "-m", "corvana.again", "9", "run", "app.py", "--server.port", "8502"],
    ],
)
def test_the_same_program_is_started_with_the_same_options(started_as: list[str]) -> None:
    assert command(started_as, 7) == [
        "-m",
        "corvana.again",
        "7",
        "run",
        "app.py",
        "--server.port",
        "8502",
    ]


def test_the_program_is_found_from_any_folder() -> None:
    root = str(Path(replacing.__file__).resolve().parents[3])
    assert (Path(root) / "app.py").exists()
    assert replacing.search_path("") == root
    assert replacing.search_path(f"/a:{root}:/b") == f"{root}:/a:/b"


def test_the_server_is_asked_to_end_once_and_its_socket_goes_on_listening(
    held: Held, clock: Clock, use: LastUse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    executed: list[list[str]] = []
    monkeypatch.setattr("os.execve", lambda _program, arguments, _: executed.append(arguments))
    monkeypatch.setattr("sys.orig_argv", ["python", "-m", "streamlit", "run", "app.py"])
    listening = socket.create_server(("127.0.0.1", 0))
    address = listening.getsockname()
    server = SimpleNamespace(servers=[SimpleNamespace(sockets=[listening])], should_exit=False)
    monkeypatch.setattr(replacing, "_server", lambda: server)
    one = Replacing(Settings(data_dir=tmp_path), held, use)
    one.look()
    assert (one.is_asked, server.should_exit) == (False, False)
    left_behind(held)
    clock.now = 60.0
    one.look()
    one.look()
    assert (one.is_asked, server.should_exit, executed) == (True, True, [])

    listening.close()
    with socket.create_connection(address, timeout=5):
        pass
    one.carry_out()
    (arguments,) = executed
    assert arguments[1:3] == ["-m", "corvana.again"]
    assert arguments[4:] == ["run", "app.py"]
    kept = socket.socket(fileno=int(arguments[3]))
    assert kept.getsockname() == address
    assert kept.get_inheritable()
    kept.close()
