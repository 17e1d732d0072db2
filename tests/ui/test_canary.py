"""What the pages say after a collection in which a marker stood in every free-text field."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.config import Settings
from corvana.pagerduty import client as client_module
from corvana.sandbox.api.running import RunningSandbox
from corvana.store.models import NounStatus
from tests.conftest import Connected, join

MARKER = "CANARY-52c1b07a"
ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
PAGES = ("overview", "response", "teams", "targets", "integrations", "privacy")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def router() -> AppTest:
    return AppTest.from_file(str(ROUTER), default_timeout=60).run()


def sent_to_the_browser(page: str) -> str:
    return on_the_wire(router().switch_page(f"../../pages/{page}.py").run())


def on_the_wire(shown: AppTest) -> str:
    """Every element of the page as it is sent: texts, tables, charts, tooltips."""
    assert not shown.exception
    drawn = [element.proto for block in (shown.main, shown.sidebar) for element in leaves(block)]
    return "\n".join(proto.SerializeToString().decode("utf-8", "replace") for proto in drawn)


def leaves(block: Any) -> Iterator[Any]:
    for child in getattr(block, "children", {}).values():
        if getattr(child, "children", None):
            yield from leaves(child)
        elif hasattr(child, "proto"):
            yield child


@pytest.fixture
def marked(
    configure: Callable[..., Settings], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> Connected:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    sandbox.faults.content_marker = MARKER
    return join(configure(sandbox, CORVANA_BACKFILL_DAYS="7"), sandbox)


def test_no_page_shows_content(marked: Connected) -> None:
    jobs.collect_connection(marked.id)
    text = "\n".join(sent_to_the_browser(page) for page in PAGES)
    assert MARKER not in text
    users = marked.sandbox.world.users
    people = [part for user in users for part in (user.name, user.email, user.phone)]
    assert [part for part in people if part in text] == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("^/us", {"status": 401, "body": {"error": "Who are you?"}}),
        ("^/us", {"status": 402, "body": {"error": {"message": "No plan", "code": 2014}}}),
        ("^/us", {"status": 403, "body": {"error": {"message": "Ask Jane", "code": 2010}}}),
        ("^/us", {"status": 403, "body": {"error": {"message": "Expired", "code": 2012}}}),
        ("^/us", {"status": 200, "body": "<h1>We are sorry</h1>"}),
        ("log_entries", {"status": 503, "body": "<h1>We are sorry</h1>"}),
    ],
)
def test_neither_the_card_nor_the_doctors_panel_repeats_an_answer(
    marked: Connected, path: str, answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a run that failed, and after asking PagerDuty again from the panel."""
    monkeypatch.setattr(client_module, "_ATTEMPTS", 1)
    marked.sandbox.faults.answer(path, **answer)
    refused = {"error": "invalid_grant", "error_description": "The grant is gone"}
    marked.sandbox.faults.answer("/oauth/token", status=400, body=refused)
    jobs.collect_connection(marked.id)
    shown = router().switch_page("../../pages/integrations.py").run()
    before = on_the_wire(shown)
    (button,) = [one for one in shown.button if one.label == "Check the connection"]
    asked = on_the_wire(button.click().run())
    assert "PagerDuty was asked just now." in asked
    assert "Problem" in asked
    assert MARKER not in before + asked


def test_the_search_finds_what_a_page_does_show(marked: Connected) -> None:
    """Labels, and a noun nobody has named, are shown as they are stored."""
    marked.sandbox.faults.mark_labels = True
    jobs.collect_connection(marked.id)
    assert MARKER in sent_to_the_browser("response")
    assert MARKER not in sent_to_the_browser("integrations")
    with Session(marked.engine) as session:
        now = marked.sandbox.clock()
        noun = MARKER.lower()
        session.add(
            NounStatus(connection_id=marked.id, noun=noun, attempted_at=now, error="Forbidden")
        )
        session.commit()
    assert noun in sent_to_the_browser("integrations").replace("\\", "").lower()
