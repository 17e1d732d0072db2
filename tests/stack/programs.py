"""One program of the stack: started, stopped, killed, held still and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.resident import descendants

MARK: Final = "STACK_FOLDER"
"""A setting of every program of the stack: the folder it belongs to. Corvana does not read it."""

_NOT_INHERITED: Final = ("CORVANA_", "PAGERDUTY_", "STREAMLIT_", "AWS_", "PG", MARK)
_LOOKS_EVERY: Final = 0.05
_KILLED_AFTER: Final = 30.0


class NotStarted(Exception):
    """A part of the stack did not start; the message says which, and ends with what it said."""


class Missing(Exception):
    """Something that has to be installed is not there; the message says what to do."""


def inherited() -> dict[str, str]:
    """The environment of this process without anything that would change a program."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)
    }


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until it is so. Raises `TimeoutError`, which tells what was waited for."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"After {seconds:.0f} s still not: {what}")
        time.sleep(_LOOKS_EVERY)


@dataclass(kw_only=True)
class Program:
    """A program in a session of its own, so that Ctrl-C reaches it only through the stack.

    `answers` says whether it is ready. `stop_signal` lets it end by itself, `kill_signal` at once.
    """

    name: str
    command: Sequence[str | Path]
    home: Path
    log: Path
    environment: Mapping[str, str]
    answers: Callable[[], bool]
    starts_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    user: int | None = None
    group: int | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The number of its process. It stays when Corvana replaces a process."""
        if self.process is None:
            raise NotStarted(f"{self.name} was not started yet")
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether its process is there, also when it is held still."""
        return self.process is not None and self.process.poll() is None

    def begin(self) -> None:
        """Start it, and do not wait."""
        if self.is_running:
            raise NotStarted(f"{self.name} is running already")
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(each) for each in self.command],
                cwd=self.home,
                env={**inherited(), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
            )

    def wait_until_ready(self) -> None:
        """Wait until it answers. Raises `NotStarted`."""
        deadline = time.monotonic() + self.starts_within
        while not self.answers():
            if not self.is_running or time.monotonic() > deadline:
                raise NotStarted(f"{self.name} did not start. It said:\n{self.last_lines()}")
            time.sleep(_LOOKS_EVERY)

    def last_lines(self, most: int = 20) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-most:])

    def stop(self) -> None:
        """Let it end by itself; kill it when that takes too long. Nothing if it does not run."""
        if self.is_running:
            self.resume()
            self._signal(self.stop_signal)
        if self.process is not None:
            try:
                self.process.wait(_KILLED_AFTER)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would: it can neither write nor say anything."""
        if self.is_running:
            self._signal(self.kill_signal)
            if self.kill_signal != signal.SIGKILL:
                self.resume()  # only a kill reaches a process that is held still
        if self.process is not None:
            self.process.wait()

    def pause(self) -> None:
        """Hold it and the processes it started still: they keep everything and do nothing."""
        for each in (self.pid, *descendants(self.pid)):
            _send(each, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        for each in (self.pid, *descendants(self.pid)):
            _send(each, signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        _send(self.pid, number)


def _send(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return  # it has ended meanwhile
