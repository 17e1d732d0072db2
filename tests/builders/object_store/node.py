"""What a node of several shows, tells and keeps; this process is the node."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from corvana.config import Settings
from corvana.web import health
from tests.builders.data_folder import forget
from tests.builders.drawn_charts import texts

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
AWAY = "The store of data versions cannot be reached"


def page(name: str) -> list[str]:
    """What a page of the node says, drawn by a process that holds nothing yet."""
    forget()
    return again(AppTest.from_file(str(ROUTER), default_timeout=60).run(), name)


def again(shown: AppTest, name: str) -> list[str]:
    shown = shown.switch_page(f"../../pages/{name}.py").run()
    assert not shown.exception
    kinds = ("title", "markdown", "info", "warning", "error", "caption")
    return [text for kind in kinds for text in texts(shown, kind)]


def ready() -> tuple[int, Mapping[str, Any]]:
    answer = TestClient(Starlette(routes=health.routes), base_url="http://localhost").get("/readyz")
    return answer.status_code, answer.json()


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def copies(settings: Settings) -> list[Path]:
    found = settings.copies_dir.rglob("*")
    return [path for path in found if path.is_file() and path.name != ".lock"]
