"""The page of targets, over a small account of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.sandbox.play.build import build_world
from corvana.store.models import ResponseTarget
from corvana.store.written import targets as store
from tests.builders.data_folder import connection_of, forget, read_from
from tests.builders.drawn_charts import texts

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
ACK = "Acme priority 1: acknowledge within"
RESOLVE = "Acme priority 1: resolve within"
Stored = tuple[Path, str]
END = datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    """A small account without targets: its folder and engagement."""
    folder = tmp_path / "data"
    folder.mkdir()
    made = account(build_world(seed=5, end=END, days=40, incidents=400))
    engagement = store_engagement(folder, "Acme", made)
    read_from(folder, tmp_path, monkeypatch)
    yield folder, engagement
    forget()


def opened(engagement: str) -> AppTest:
    """The page in a browser of its own."""
    page = AppTest.from_file(str(ROUTER), default_timeout=60)
    page.query_params["engagement"] = engagement
    page.run().switch_page("../../pages/targets.py")
    shown = page.run()
    assert not shown.exception
    return shown


def saved(stored: Stored) -> list[tuple[str, str, int | None, int | None]]:
    rows = store.of_engagement(database_of(stored[0]), stored[1])
    return [
        (row.level, row.service_id, row.acknowledge_seconds, row.resolve_seconds) for row in rows
    ]


def fields(shown: AppTest) -> dict[str, str]:
    """The fields of the form, by their names."""
    return {
        one.label.replace("\\", ""): str(one.key)
        for one in shown.text_input
        if str(one.key).startswith("target-")
    }


def type_in(shown: AppTest, name: str, text: str) -> AppTest:
    """Type into a field; a form tells the page nothing before it is saved."""
    shown.text_input(key=fields(shown)[name]).set_value(text)
    return shown


def press(shown: AppTest, label: str) -> AppTest:
    button = next(one for one in shown.button if one.label == label)
    shown = button.click().run()
    assert not shown.exception
    return shown


def save(shown: AppTest) -> AppTest:
    return press(shown, "Save the targets")


def write(stored: Stored, seconds: int | None, revision: int) -> None:
    """Another assessor saves a target of the first priority."""
    engagement, engine = stored[1], database_of(stored[0])
    connection = connection_of(*stored)
    level = fields(opened(engagement))[ACK].split("-")[3]
    row = ResponseTarget(
        engagement_id=engagement,
        by="priority",
        level=level,
        acknowledge_seconds=seconds,
        revision=revision,
    )
    store.write(engine, row, by="this computer", now=NOW, connection_id=connection.id)


def said(shown: AppTest) -> str:
    return "\n".join(texts(shown, "info", "markdown", "caption", "warning", "error", "toast"))


def cards(shown: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in shown.metric}
