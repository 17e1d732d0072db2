"""Whatever pages ask of a usual period was asked before."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corvana.sandbox.world import build_world
from corvana.ui import cached, usual
from corvana.ui.data import snapshot_of
from tests.analysis.simulated_account import account
from tests.stored_account import store_engagement
from tests.ui.drawn import charts
from tests.ui.reading import connection_of, forget, read_from

ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
PAGES = ("overview", "response", "escalations", "on_call", "dependencies", "findings")
URGENCIES = ("high", "low", "any")
PERIODS = ("7 days", "28 days", "90 days", "Everything collected")
END = datetime(2026, 11, 20, tzinfo=UTC)


class Asked(dict[str, bytes]):
    """Prepared answers that tell what was asked beside them."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        super().__init__(answers)
        self.missing: list[str] = []
        self.found: list[str] = []

    def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        (self.found if key in self else self.missing).append(key)
        return super().get(key, default)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data directory and its engagement: 100 days of an account with bottlenecks planted."""
    folder = tmp_path_factory.mktemp("usual")
    made = account(build_world(seed=3, end=END, days=100, incidents=1_000))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def asked(
    stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Asked]:
    folder, engagement = stored
    read_from(folder, tmp_path, monkeypatch)
    connection = connection_of(folder, engagement)
    # Once for all tests: an account that is prepared is read.
    assert usual.prepare(connection.id) > len(PAGES) * len(PERIODS) * len(URGENCIES)
    forget()
    answers = Asked(cached._read(connection.id, connection.data_version))
    monkeypatch.setattr(cached, "_read", lambda *_: answers)
    yield answers
    forget()


def test_no_page_works_anything_out_for_a_usual_period(
    stored: tuple[Path, str], asked: Asked
) -> None:
    router = AppTest.from_file(str(ROUTER), default_timeout=60)
    router.query_params["engagement"] = stored[1]
    router.run()
    for page in PAGES:
        shown = router.switch_page(f"../../pages/{page}.py").run()
        for period in PERIODS if page != "findings" else ():
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
    service = snapshot_of(connection_of(*stored)).frame("services")["service_id"].iloc[0]
    shown = router.run().switch_page("../../pages/response.py").run()
    shown = shown.multiselect(key="service").set_value([service]).run()
    assert not shown.exception
    assert any(f"services=('{service}',)" in key for key in asked.missing)
