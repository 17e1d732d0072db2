"""Whatever a page tells, the controls below stay where they are on it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.questions import findings
from corvana.sandbox.play.build import build_world
from tests.builders.data_folder import forget, read_from

NOW = datetime.now(UTC).replace(microsecond=0)
OLD = NOW - timedelta(days=1)
ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"


def places(shown: AppTest) -> list[tuple[int, str]]:
    """Return the parts of the page, in order: where each is and what it is."""
    assert not shown.exception
    return [(place, part.type) for place, part in shown.main.children.items()]


def headed(status, collected_at, incomplete, since):
    """Draw the head of a page and something below; runs as a script of its own."""
    from pathlib import Path  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415

    from corvana.questions.view import View  # noqa: PLC0415
    from corvana.ui.access import Access  # noqa: PLC0415
    from corvana.ui.sections import page_header  # noqa: PLC0415
    from corvana.versions.files import DataVersion, open_version  # noqa: PLC0415

    frames = open_version(Path(), "c", 0).frames
    data = DataVersion("c", 1, collected_at, since, incomplete, frames)
    requested = collected_at.replace(year=collected_at.year - 1)
    view = View(data, "c", 1, status, 0.5, requested, collected_at)
    page_header.header("How?", view, Access("e", "assessor"))
    st.slider("Below", 1, 60)


@pytest.mark.parametrize(
    ("told", "notices"),
    [
        ({"status": "collecting"}, 0),
        ({"status": "collecting", "since": NOW - timedelta(days=30)}, 1),
        ({"collected_at": OLD}, 1),
        ({"incomplete": ("schedules",)}, 1),
        ({"collected_at": OLD, "incomplete": ("schedules",)}, 2),
    ],
)
def test_of_the_state_of_the_data(
    told: dict[str, Any], notices: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_from(tmp_path / "data", tmp_path, monkeypatch)
    (tmp_path / "data").mkdir()
    usual = {"status": "connected", "collected_at": NOW, "incomplete": (), "since": None}
    shown, plain = (
        AppTest.from_function(headed, kwargs=told_or_not, default_timeout=60).run()
        for told_or_not in ({**usual, **told}, usual)
    )
    assert places(shown) == places(plain)
    assert len(shown.info) + len(shown.warning) == notices
    forget()


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of one account."""
    folder = tmp_path_factory.mktemp("stored")
    store_engagement(folder, "North", account(build_world(seed=3, end=NOW, days=40, incidents=300)))
    return folder


@pytest.fixture
def pages(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The pages of the stored account."""
    read_from(stored, tmp_path, monkeypatch)
    yield AppTest.from_file(ROUTER, default_timeout=60)
    forget()


def test_of_what_was_found(pages: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    analysed = pages.run()
    before = places(analysed)
    assert [one.value for one in analysed.header] == [
        "Biggest problems",
        "The numbers of a period",
    ]
    monkeypatch.setattr(findings, "is_analysed", lambda _: False)
    assert places(pages.run()) == before


def test_of_a_link_to_a_finding_that_is_no_more(pages: AppTest) -> None:
    usual = places(pages.run().switch_page("../../pages/findings.py").run())
    pages.query_params["finding"] = "gone"
    shown = pages.run()
    assert "not in the ledger any more" in shown.info[0].value
    assert places(shown) == usual
