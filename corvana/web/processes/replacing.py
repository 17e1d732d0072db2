"""A web process in which something deleted may be left in memory becomes a new one.

The program is executed anew in the same process (`execve`), so its number, its output and whoever
supervises it stay, and nothing of its memory does. The socket it listens on is handed to the new
program (`corvana.again`): browsers that come meanwhile wait, and none is refused.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from corvana import begun_anew
from corvana.config import Settings
from corvana.held import Held, held
from corvana.jobs.forgetting import nothing_to_delete
from corvana.web.processes.use import LastUse, last_use

IDLE_FOR: Final = 60.0
"""Seconds without use after which a process is replaced before its time."""

_END_WITHIN: Final = 20.0
"""Seconds for requests under way and child processes to end."""

AGAIN: Final = ("-m", "corvana.again")
_ROOT: Final = Path(__file__).resolve().parents[3]
_log = structlog.get_logger(__name__)


class Replacing:
    """Decides when this process is replaced, asks the server to end, and executes the program."""

    def __init__(self, settings: Settings, of: Held = held, use: LastUse = last_use) -> None:
        self._latest = settings.replace_after_seconds
        self._held = of
        self._use = use
        self._asked_at: float | None = None
        self._listening = -1

    @property
    def is_asked(self) -> bool:
        """Whether the server was asked to end, so that this process can be replaced."""
        return self._asked_at is not None

    def is_due(self) -> bool:
        """Whether this process has to be replaced now.

        It is when traces of something deleted may be in its memory and nobody has used it for a
        minute, and at the latest after the time that the settings name.
        """
        left_for = self._held.left_for()
        if left_for is None:
            return False
        is_idle = self._use.ago() >= min(IDLE_FOR, self._latest)
        return left_for >= self._latest or (is_idle and nothing_to_delete())

    def look(self) -> None:
        """Ask the server to end when that is due. When it does not end in time, do not wait."""
        if self._asked_at is None:
            if self.is_due():
                self._ask()
        elif time.monotonic() - self._asked_at > _END_WITHIN:
            self.carry_out()

    def carry_out(self) -> None:
        """Execute the program anew in this process. Does not return."""
        arguments = command(sys.orig_argv, self._listening)
        path = search_path(os.environ.get("PYTHONPATH", ""))
        environment = {**begun_anew.environment(), "PYTHONPATH": path}
        os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606 - ours

    def _ask(self) -> None:
        server = _server()
        if server is None:
            raise RuntimeError("no server runs in this process")
        self._listening = _kept(next(one for each in server.servers for one in each.sockets))
        self._asked_at = time.monotonic()
        _log.info("this process is replaced", because="what it held was deleted")
        server.should_exit = True


def command(started_as: Sequence[str], listening: int) -> list[str]:
    """Return the arguments that start the same program on a socket that listens already.

    `started_as` is the whole command line of this process, `listening` the number of the socket.
    """
    arguments = list(started_as[started_as.index("run") :])
    return [*AGAIN, str(listening), *arguments]


def search_path(present: str) -> str:
    """Return `PYTHONPATH` with our own folder first, from wherever this program was started."""
    others = [one for one in present.split(os.pathsep) if one not in {"", str(_ROOT)}]
    return os.pathsep.join([str(_ROOT), *others])


def _server() -> Any:
    """The server of this process, uvicorn: it is what a signal to end is told to."""
    return getattr(signal.getsignal(signal.SIGTERM), "__self__", None)


def _kept(listening: socket.socket) -> int:
    """Return a copy of the socket that stays open when the server ends and in the new program."""
    copy = os.dup(listening.fileno())
    os.set_inheritable(copy, True)
    os.set_inheritable(listening.fileno(), False)
    return copy
