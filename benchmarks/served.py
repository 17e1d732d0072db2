"""The application with a large account, in a separate process, and Chromium."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.million import large_account
from benchmarks.resident import descendants
from benchmarks.running_app import CHROMIUM, PAGES_ONLY, App, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.analysis.account.analysed import Account
from corvana.sandbox.play.build import build_world
from corvana.store import connections
from corvana.versions.files import open_version

SETTINGS: Final[Mapping[str, Any]] = {**PAGES_ONLY, "CORVANA_BACKFILL_DAYS": "364"}
MILLION: Final = "million"


@dataclass(frozen=True, slots=True)
class Served:
    """A running application and the process that serves its pages."""

    app: App
    process: int

    def megabytes(self, line: str) -> float:
        """Memory of the server. `VmRSS`: resident now. `VmHWM`: the maximum so far."""
        status = Path(f"/proc/{self.process}/status").read_text()
        rows = dict(row.split(":", 1) for row in status.splitlines())
        return int(rows[line].split()[0]) / 1024


def stored(incidents: int) -> tuple[Path, str]:
    """Return a folder for `serve` and its engagement. The folder is kept for the next call.

    `incidents` is the number of simulated incidents; 0 means the large account.
    """
    home = Path(tempfile.gettempdir()) / f"corvana-pages-{incidents or MILLION}"
    if not (home / "done").exists():
        shutil.rmtree(home, ignore_errors=True)
        made = large_account() if not incidents else simulated(7, incidents)
        home.mkdir(parents=True)
        engagement = store_engagement(home / "data", "Large", made)
        _prepare(home / "data", engagement)
        (home / "done").write_text(engagement)
    return home, (home / "done").read_text()


def _prepare(data_dir: Path, engagement: str) -> None:
    """Prepare results as the worker does at the end of a run."""
    connection = connections.of_engagement(database_of(data_dir), engagement)
    assert connection is not None
    subprocess.run(
        [sys.executable, "-m", "corvana", "prepare", "--connection", connection.id],
        env={**os.environ, **SETTINGS, "CORVANA_DATA_DIR": str(data_dir)},
        stdin=subprocess.DEVNULL,
        check=True,
    )


def busiest_service(home: Path, engagement: str) -> str:
    """The name of the service with the most incidents."""
    connection = connections.of_engagement(database_of(home / "data"), engagement)
    assert connection is not None
    data = open_version(home / "data" / "snapshots", connection.id, connection.data_version)
    busiest = data.frame("incidents")["service_id"].value_counts().index[0]
    labels = data.frame("labels").set_index("id")["label"]
    return str(labels[busiest])


def simulated(seed: int, incidents: int) -> Account:
    now = datetime.now(UTC).replace(microsecond=0)
    return account(build_world(seed=seed, end=now, days=364, incidents=incidents))


@contextmanager
def serve(home: Path) -> Iterator[Served]:
    """Serve only the pages, without a worker and without the simulated account."""
    already = set(descendants(os.getpid()))
    with running(home, **SETTINGS) as app:
        new = [each for each in descendants(os.getpid()) if each not in already]
        yield Served(app, next(each for each in new if _is_python(each)))


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def busy() -> str:
    """How busy the machine was. Times from a busy machine cannot be compared."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def _is_python(process: int) -> bool:
    return b"streamlit" in Path(f"/proc/{process}/cmdline").read_bytes()
