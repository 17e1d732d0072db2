"""What every part of the stack needs, and what can be done with it."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.builders.browsers.certificates import Certificate
from tests.stack.links import Network
from tests.stack.place import Place
from tests.stack.programs import Program


@dataclass(frozen=True, slots=True)
class Ground:
    """What all parts stand on."""

    place: Place
    certificate: Certificate
    network: Network


class Part:
    """A part of the stack: one program."""

    program: Program

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.program.name

    @property
    def pid(self) -> int:
        """The number of its process. It stays when Corvana replaces a process."""
        return self.program.pid

    @property
    def log(self) -> Path:
        """What it says."""
        return self.program.log

    @property
    def is_running(self) -> bool:
        """Whether its process is there, also when it is held still."""
        return self.program.is_running

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises `NotStarted`."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Start it, and do not wait."""
        self.program.begin()

    def wait_until_ready(self) -> None:
        """Wait until it answers. Raises `NotStarted`."""
        self.program.wait_until_ready()

    def stop(self) -> None:
        """Let it end by itself; kill it when that takes too long. Nothing if it does not run."""
        self.program.stop()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.program.kill()

    def pause(self) -> None:
        """Hold it still: it keeps everything and does nothing."""
        self.program.pause()

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self.program.resume()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold it still while the `with` block runs."""
        self.pause()
        try:
            yield
        finally:
            self.resume()


def listens(port: int) -> bool:
    """Whether something listens on this port of this computer."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
