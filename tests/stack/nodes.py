"""The processes of Corvana: web processes and workers, each like a computer of its own."""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from benchmarks.running_app import ROOT
from tests.builders.object_store.server import CREDENTIALS
from tests.stack import disks
from tests.stack.database import Database
from tests.stack.identity import Provider
from tests.stack.links import Links
from tests.stack.parts import Ground, Part, answers
from tests.stack.programs import MARK, Missing, Program
from tests.stack.store import Store

Kind = Literal["web", "worker"]
_NO_TIME: Final = timedelta(0)


class Node(Part):
    """A process with a data folder and links of its own.

    `link` is both of its links at once: cut, the node is alone. `data` is its data folder.
    """

    def __init__(
        self,
        ground: Ground,
        kind: Kind,
        number: int,
        *,
        settings: Mapping[str, str],
        database: Database,
        store: Store,
    ) -> None:
        name = f"{kind}-{number}"
        self.home = ground.place.below(name)
        self.data = ground.place.below(name, "data")
        self.to_database, self.to_store = database.linked(), store.linked()
        self.link = Links([self.to_database, self.to_store])
        self.port = ground.place.port(name) if kind == "web" else 0
        self._environment = {
            MARK: str(ground.place.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            **CREDENTIALS,
            "CORVANA_DATA_DIR": str(self.data),
            "CORVANA_DATABASE_URL": database.address(self.to_database),
            "CORVANA_SNAPSHOT_URL": store.address(self.to_store),
            "CORVANA_START_WORKER": "false",
            **settings,
        }
        self.program = Program(
            name=name,
            command=_command(kind, self.port),
            home=self.home,
            log=ground.place.log(name),
            environment=self._environment,
            answers=self._is_ready,
        )
        self._database = database
        self._begun_at = datetime.now(UTC)

    @property
    def url(self) -> str:
        """Where a web process answers without the proxy, such as for `/readyz`."""
        return f"http://localhost:{self.port}"

    @property
    def settings(self) -> Mapping[str, str]:
        """What it is started with."""
        return self._environment

    def configure(self, provider: Provider, app_url: str) -> None:
        """Write the files that Streamlit reads in the folder that a process is started in."""
        folder = self.home / ".streamlit"
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(ROOT / ".streamlit" / "config.toml", folder)
        secrets = folder / "secrets.toml"
        secrets.touch(mode=0o600)
        secrets.write_text(provider.section(app_url))

    def begin(self) -> None:
        """Start it, and do not wait."""
        self._begun_at = datetime.now(UTC)
        super().begin()

    def start(self, *, ahead: timedelta = _NO_TIME) -> None:
        """Start it, with a clock that is so far ahead of the computer's (or behind, if negative).

        Raises `NotStarted`; `Missing` without faketime.
        """
        self.program.environment = {**self._environment, **(_clock(ahead) if ahead else {})}
        super().start()

    def fill_disk(self) -> None:
        """Leave no room in its data folder. Raises `Missing` when that is no small disk."""
        if not os.path.ismount(self.data):
            raise Missing(f"{self.name} has no disk of its own: ask for one with `disk_mb`")
        disks.fill(self.data)

    def make_room(self) -> None:
        """Undo `fill_disk`."""
        disks.make_room(self.data)

    def _is_ready(self) -> bool:
        if self.port:
            return answers(f"{self.url}/healthz")
        return self._database.workers_since(self._begun_at) > 0


def faketime() -> Path | None:
    """The library that gives a program another clock; None where it is not installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def _clock(ahead: timedelta) -> dict[str, str]:
    library = faketime()
    if library is None:
        raise Missing("faketime is not installed: make faketime")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{ahead.total_seconds():+.0f}s",
        # Waits are of the same length; only the time of day is another one.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": f"{Path(__file__).parent / 'other_clock'}:{ROOT}",
    }


def _command(kind: Kind, port: int) -> list[str | Path]:
    if kind == "worker":
        return [sys.executable, "-m", "corvana", "worker"]
    port_of_its_own = ["--server.port", str(port)]
    return [sys.executable, "-m", "streamlit", "run", ROOT / "app.py", *port_of_its_own]
