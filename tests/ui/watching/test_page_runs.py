"""Runs of a page's script: each is counted under the name of its file, and has an id."""

from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

from corvana.ui.watching import page_runs
from tests.builders.processes.scraped import value

PAGES = Path(__file__).parents[3] / "pages"


@pytest.fixture(autouse=True)
def _watching(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScriptRunner, "_run_script", vars(ScriptRunner)["_run_script"])
    page_runs.watch()


def counted(page: str) -> float:
    return value("corvana_page_run_seconds_count", {"page": page, "part": "whole"})


def offering(page: str) -> None:
    import streamlit as st  # noqa: PLC0415 - runs as a page

    from corvana import trace  # noqa: PLC0415

    st.navigation([st.Page(page, default=True)])
    st.write(trace.request_id())
    st.write(trace.request_id())


def test_a_run_is_counted_under_the_name_of_its_page() -> None:
    before = counted("method")
    shown = AppTest.from_function(offering, args=(str(PAGES / "method.py"),)).run()
    assert not shown.exception
    assert counted("method") == before + 1
    shown.run()
    assert counted("method") == before + 2


def test_a_run_has_one_id_and_the_next_run_another_one() -> None:
    script = AppTest.from_function(offering, args=(str(PAGES / "method.py"),))
    first = [element.value for element in script.run().markdown]
    second = [element.value for element in script.run().markdown]
    assert len(set(first)) == 1
    assert len(first[0]) == 12
    assert set(first).isdisjoint(second)


@pytest.fixture
def router(tmp_path: Path) -> AppTest:
    """A router that fails before it offers a page."""
    script = tmp_path / "router.py"
    script.write_text("raise ValueError('secret')")
    return AppTest.from_file(str(script))


def test_a_run_that_fails_before_any_page_is_offered_is_counted(router: AppTest) -> None:
    before = counted("router")
    router.run()
    assert counted("router") == before + 1


def test_watching_twice_counts_once(router: AppTest) -> None:
    page_runs.watch()
    before = counted("router")
    router.run()
    assert counted("router") == before + 1
