"""The real application in separate processes."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PAGES_ONLY: Final[Mapping[str, Any]] = {
    "PAGERDUTY_CLIENT_ID": "none",
    "PAGERDUTY_CLIENT_SECRET": "none",
    "CORVANA_START_WORKER": "false",
}
"""Settings of an application that collects nothing."""
_START_SECONDS = 40.0
_OURS = ("CORVANA_", "PAGERDUTY_", "STREAMLIT_")


@dataclass(frozen=True, slots=True)
class App:
    """A running application and its files. `engagement` is set if it has more than one."""

    url: str
    data_dir: Path
    log: Path
    engagement: str = ""

    def output(self) -> str:
        """The output of its processes so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """Return a port on which no process listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    folder: Path, *arguments: str, cwd: Path = ROOT, port: int | None = None, **settings: str
) -> Iterator[App]:
    """Start the application on free ports. At the end, stop it with all its processes."""
    port = port or free_port()
    sandbox_port = int(settings.get("CORVANA_SANDBOX_PORT", free_port()))
    url = f"http://localhost:{port}"
    app = App(url, folder / "data", folder / "server.log")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environment |= {
        "CORVANA_DATA_DIR": str(app.data_dir),
        "CORVANA_SANDBOX_PORT": str(sandbox_port),
        "CORVANA_BASE_URL": url,
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    with app.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
             "--server.port", str(port), *arguments],
            cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_until(lambda: _answers(f"{url}/healthz"), process, app)
            if "PAGERDUTY_CLIENT_ID" not in settings:
                _wait_until(lambda: _listens(sandbox_port), process, app)
            yield app
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", app: App) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The application did not start. It said:\n{app.output()}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
