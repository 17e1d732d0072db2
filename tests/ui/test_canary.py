"""What the pages say after a collection in which a marker stood in every free-text field."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.config import Settings
from corvana.sandbox.running import RunningSandbox
from tests.conftest import join

MARKER = "CANARY-52c1b07a"
ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
PAGES = ("overview", "response", "integrations", "privacy")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def sent_to_the_browser(page: str) -> str:
    """Every element of the page as it goes over the wire: texts, tables, charts, tooltips."""
    shown = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    shown = shown.switch_page(f"../../pages/{page}.py").run()
    assert not shown.exception
    drawn = [element.proto for block in (shown.main, shown.sidebar) for element in leaves(block)]
    return "\n".join(proto.SerializeToString().decode("utf-8", "replace") for proto in drawn)


def leaves(block: object) -> Iterator[object]:
    for child in getattr(block, "children", {}).values():
        if getattr(child, "children", None):
            yield from leaves(child)
        elif hasattr(child, "proto"):
            yield child


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_content(
    configure: Callable[..., Settings], sandbox: RunningSandbox, page: str
) -> None:
    sandbox.faults.content_marker = MARKER
    connected = join(configure(sandbox, CORVANA_BACKFILL_DAYS="14"), sandbox)
    jobs.collect_connection(connected.id)
    text = sent_to_the_browser(page)
    assert MARKER not in text
    people = [part for user in sandbox.world.users for part in (user.name, user.email, user.phone)]
    assert [part for part in people if part in text] == []


def test_the_search_finds_what_a_page_does_show(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    sandbox.faults.update({"content_marker": MARKER, "mark_labels": True})
    connected = join(configure(sandbox, CORVANA_BACKFILL_DAYS="14"), sandbox)
    jobs.collect_connection(connected.id)
    assert MARKER in sent_to_the_browser("response")
