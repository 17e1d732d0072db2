"""Who may see and change what, and how engagements are chosen, by running the real router."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.web import sign_in

ROUTER = Path(__file__).parents[2] / "corvana" / "ui" / "router.py"
INTEGRATIONS = "../../pages/integrations.py"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    st.cache_resource.clear()
    database = open_database(load_settings().database_url)
    engagements.ensure_first(database, datetime.now(UTC))
    return AppTest.from_file(str(ROUTER), default_timeout=60)


def html(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def test_on_this_machine_anybody_is_an_assessor_and_may_connect(app):
    app.run()
    app.switch_page(INTEGRATIONS).run()
    assert not app.exception
    assert "/oauth/pagerduty/start?engagement=first" in html(app)


@pytest.mark.parametrize(
    ("user", "title"),
    [
        ({"is_logged_in": False}, "Sign in"),
        ({"is_logged_in": True}, "No access"),
        ({"is_logged_in": True, "roles": []}, "No access"),
        ({"is_logged_in": True, "roles": ["x-assessor"]}, "No access"),
    ],
)
def test_without_a_role_there_is_only_a_closed_door(app, monkeypatch, user, title):
    monkeypatch.setattr(sign_in, "auth_configured", lambda: True)
    app.user = user
    app.run()
    assert not app.exception
    assert title in app.title[0].value
    assert not app.selectbox


@pytest.mark.parametrize(
    ("roles", "may_connect"), [(["viewer"], False), ("assessor", True), (["assessor"], True)]
)
def test_only_an_assessor_is_offered_to_connect(app, monkeypatch, roles, may_connect):
    monkeypatch.setattr(sign_in, "auth_configured", lambda: True)
    app.user = {"is_logged_in": True, "roles": roles}
    app.run()
    app.switch_page(INTEGRATIONS).run()
    assert not app.exception
    assert ("ticket=" in html(app)) == may_connect


def test_a_new_engagement_is_chosen_and_the_choice_stands_in_the_address(app):
    app.run()
    app.text_input[0].set_value("Second")
    app.button[0].click().run()
    assert not app.exception
    picker = app.selectbox(key="engagement_picker")
    assert picker.options == ["Second", "First engagement"]
    picker.set_value("first").run()
    assert app.query_params["engagement"] == "first"


def test_a_closed_engagement_offers_no_connection(app):
    app.run()
    next(button for button in app.button if button.label.startswith("Close")).click().run()
    app.switch_page(INTEGRATIONS).run()
    assert not app.exception
    assert "/oauth/pagerduty/start" not in html(app)
