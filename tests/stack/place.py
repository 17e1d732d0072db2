"""The folder of a stack: its ports, its secrets, and nobody else in it."""

import fcntl
import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet

from benchmarks.running_app import free_port
from tests.stack.programs import MARK, Missing

_ENDS_WITHIN: Final = 10.0
_PROC: Final = Path("/proc")


class Place:
    """A folder that a stack goes on from: the same ports and the same secrets every time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        # Others may pass through it, because PostgreSQL's user has to; they can list nothing.
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._kept = self.folder / "kept.json"
        self._values: dict[str, str] = {}
        if self._kept.exists():
            self._values = json.loads(self._kept.read_text())
        self.logs = self.below("logs")

    def below(self, *names: str) -> Path:
        """A folder in it that only its owner may enter."""
        made = self.folder.joinpath(*names)
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
        return made

    def log(self, name: str) -> Path:
        """The file of what a program says."""
        return self.logs / f"{name}.log"

    def port(self, name: str) -> int:
        """The port of a program: the one of the last time, or a free one."""
        return int(self._keep(f"port of {name}", lambda: str(free_port())))

    def password(self, name: str) -> str:
        """A password that nobody knows: the one of the last time, or a new one."""
        return self._keep(f"password of {name}", lambda: secrets.token_urlsafe(24))

    def fernet_key(self) -> str:
        """The key of the application: the one of the last time, or a new one."""
        return self._keep("CORVANA_SECRET_KEY", lambda: Fernet.generate_key().decode())

    def _keep(self, name: str, make: Callable[[], str]) -> str:
        if name not in self._values:
            self._values[name] = make()
            self._kept.touch(mode=0o600)
            self._kept.write_text(json.dumps(self._values, indent=1))
        return self._values[name]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else uses the folder while the `with` block runs, and nothing is left of the last
        time. Raises `Missing` when another stack runs in it."""
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Missing(f"Another stack runs in {self.folder}: end it first") from None
        try:
            self._end_what_is_left()
            yield
        finally:
            os.close(lock)

    def _end_what_is_left(self) -> None:
        """End what a stack that was killed has left running in this folder."""
        for process in self._of_this_folder():
            # PostgreSQL ends at once on this signal, and everything else as on SIGTERM or harder.
            os.kill(process, signal.SIGQUIT)
        deadline = time.monotonic() + _ENDS_WITHIN
        while left := list(self._of_this_folder()):
            if time.monotonic() > deadline:
                for process in left:
                    os.kill(process, signal.SIGKILL)
                return
            time.sleep(0.1)

    def _of_this_folder(self) -> Iterator[int]:
        mark = f"{MARK}={self.folder}".encode()
        for home in _PROC.glob("[0-9]*"):
            try:
                environment = (home / "environ").read_bytes().split(b"\0")
            except OSError:  # it has ended, or is somebody else's
                continue
            if mark in environment and int(home.name) != os.getpid():
                yield int(home.name)
