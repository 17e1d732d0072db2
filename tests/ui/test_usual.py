"""Whatever pages ask of a usual period was asked before."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.config import Settings
from corvana.questions import usual
from corvana.questions.cache import Cache
from corvana.questions.prepare import prepare
from corvana.questions.prepared import Prepared, PreparedFiles
from corvana.questions.question import QUESTIONS
from corvana.sandbox.play.build import build_world
from corvana.store.vault import Vault
from corvana.ui import data
from corvana.ui.data import shown_view
from tests.builders.data_folder import connection_of, forget, read_from
from tests.builders.drawn_charts import charts
from tests.builders.stored.with_baseline import freeze_at

ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
PAGES = ("overview", "response", "escalations", "on_call", "dependencies", "findings", "teams")
WITHOUT_FILTERS = ("timeline", "what_changed")
URGENCIES = ("high", "low", "any")
PERIODS = ("7 days", "28 days", "90 days", "Everything collected")
END = datetime(2026, 11, 20, tzinfo=UTC)


class Asked:
    """The prepared results, and what was asked of them."""

    def __init__(self, files: Prepared) -> None:
        self.files = files
        self.missing: list[str] = []
        self.found: list[str] = []

    def of(self, connection_id: str, version: int, settings: str = "") -> Mapping[str, bytes]:
        return Noting(self.files.of(connection_id, version, settings), self)

    def clear(self) -> None:
        self.files.clear()


class Noting(dict[str, bytes]):
    """Results that note what is looked for in them."""

    def __init__(self, results: Mapping[str, bytes], asked: Asked) -> None:
        super().__init__(results)
        self.asked = asked

    def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        (self.asked.found if key in self else self.asked.missing).append(key)
        return super().get(key, default)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A prepared account with bottlenecks planted, 100 days of it: its folder and engagement."""
    folder = tmp_path_factory.mktemp("usual")
    made = account(build_world(seed=3, end=END, days=100, incidents=1_000))
    engagement = store_engagement(folder, "Acme", made)
    freeze_at(folder, engagement, made, END - timedelta(days=42), "Handed over")
    settings = Settings(data_dir=folder)
    n = prepare(
        settings,
        database_of(folder),
        Vault.open(None, folder),
        connection_of(folder, engagement).id,
        END,
    )
    assert n > len(PAGES) * len(PERIODS) * len(URGENCIES)
    return folder, engagement


@pytest.fixture
def asked(
    stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Asked]:
    folder, _ = stored
    read_from(folder, tmp_path, monkeypatch)
    prepared = Asked(PreparedFiles(folder / "snapshots", Vault.open(None, folder)))
    cache = Cache(prepared)
    monkeypatch.setattr(data, "cache", lambda: cache)
    yield prepared
    forget()


def test_every_question_says_how_it_is_usually_asked() -> None:
    """A question that does not would be worked out only when a reader waits for it."""
    known = {*usual.VALUES, "filters"}
    for one in QUESTIONS.values():
        if one.is_usual:
            assert {*one.parameters} - {*one.usual} <= known, one.name
    declared = {one.__module__ for one in QUESTIONS.values()}
    imported = {module.__name__ for module in usual.MODULES}
    assert declared - imported <= {"corvana.questions.labels"}, "asked by those imported"


def test_no_page_works_anything_out_for_a_usual_period(
    stored: tuple[Path, str], asked: Asked
) -> None:
    router = AppTest.from_file(str(ROUTER), default_timeout=60)
    router.query_params["engagement"] = stored[1]
    router.run()
    for page in (*PAGES, *WITHOUT_FILTERS):
        shown = router.switch_page(f"../../pages/{page}.py").run()
        assert not shown.exception
        assert charts(shown) or page == "timeline", page
        for period in PERIODS if page not in {"findings", *WITHOUT_FILTERS} else ():
            shown = shown.selectbox(key="period").select(period).run()
            for urgency in URGENCIES:
                shown = shown.button_group(key="urgency").set_value(urgency).run()
                assert not shown.exception
                assert charts(shown), (page, period, urgency)
    assert asked.missing == []
    for urgency in ("high", "low"):
        assert any(f"urgency='{urgency}'" in key for key in asked.found)


def test_a_selection_is_the_same_without_its_comparison(
    stored: tuple[Path, str], asked: Asked
) -> None:
    router = AppTest.from_file(str(ROUTER), default_timeout=60)
    router.query_params["engagement"] = stored[1]
    router.run()
    for page in ("overview", "response", "on_call"):
        shown = router.switch_page(f"../../pages/{page}.py").run()
        assert any(metric.delta for metric in shown.metric), "there is a period before"
        shown = shown.toggle(key="compare").set_value(False).run()
        assert not any(metric.delta for metric in shown.metric)
        shown.toggle(key="compare").set_value(True).run()
    assert asked.missing == []


def test_another_selection_is_worked_out(stored: tuple[Path, str], asked: Asked) -> None:
    router = AppTest.from_file(str(ROUTER), default_timeout=60)
    router.query_params["engagement"] = stored[1]
    service = shown_view(connection_of(*stored)).frame("services")["service_id"].iloc[0]
    shown = router.run().switch_page("../../pages/response.py").run()
    shown = shown.multiselect(key="service").set_value([service]).run()
    assert not shown.exception
    assert any(f"services=('{service}',)" in key for key in asked.missing)
