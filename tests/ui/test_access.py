"""Who may see and change what, and how engagements are chosen, by running the real router."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.people import audit, members, sign_ins
from tests.builders.browsers.signed_in import (
    begin_session,
    configure_sign_in,
    cookies_of,
    send_cookies,
)

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


@pytest.fixture
def come(app, monkeypatch):
    """Return a function that signs somebody in with these roles, in two engagements."""
    settings = load_settings()
    database = open_database(settings.database_url)
    configure_sign_in(monkeypatch)
    other = engagements.create(database, "Second", datetime.now(UTC))

    def come(roles, **more):
        named = {other if name == "second" else name: role for name, role in roles.items()}
        token = begin_session(database, settings, named, **more)
        send_cookies(monkeypatch, cookies_of(settings, token))
        return token

    return come


def test_without_a_session_there_is_only_the_sign_in_screen(app, monkeypatch):
    configure_sign_in(monkeypatch)
    for cookies in ({}, {"corvana_session": "made up"}, {"_streamlit_user": "signed"}):
        send_cookies(monkeypatch, cookies)
        app.run()
        assert not app.exception
        assert app.title[0].value == "Sign in to Corvana"
        assert not app.selectbox
        assert 'href="/auth/login?next=%2F' in html(app)


def test_a_refused_sign_in_says_why_and_what_to_do(app, monkeypatch):
    configure_sign_in(monkeypatch)
    send_cookies(monkeypatch, {})
    app.query_params["sign_in"] = "not_invited"
    app.query_params["reference"] = "0123456789ab"
    app.run()
    assert "nobody has invited you" in app.warning[0].value
    assert "Reference: 0123456789ab" in app.caption[0].value


def test_a_member_of_no_engagement_sees_none(app, come):
    come({})
    app.run()
    assert not app.exception
    assert app.title[0].value == "No engagement"
    assert not app.selectbox


def test_only_ones_own_engagements_are_offered_and_an_address_opens_no_other(app, come):
    come({"second": "viewer"})
    app.query_params["engagement"] = "first"
    app.run()
    assert not app.exception
    picker = app.selectbox(key="engagement_picker")
    assert picker.options == ["Second"]
    assert "First engagement" not in str(picker.options)
    [entry] = audit.newest(open_database(load_settings().database_url))
    assert (entry.action, entry.engagement_id, entry.detail) == ("refused", "first", "engagement")


def test_a_session_that_is_over_shows_the_sign_in_screen_at_the_next_run(app, come):
    token = come({"first": "assessor"})
    app.run()
    assert app.selectbox
    sign_ins.end(open_database(load_settings().database_url), token)
    app.run()
    assert app.title[0].value == "Sign in to Corvana"


def test_a_membership_that_was_removed_is_gone_at_the_next_run(app, come):
    come({"first": "assessor"})
    app.run()
    database = open_database(load_settings().database_url)
    [member] = members.members(database, "first")
    members.remove(database, "first", member.person_id)
    app.run()
    assert app.title[0].value == "No engagement"


def test_an_administrator_sees_no_clients_pages_by_being_one(app, come):
    come({}, is_administrator=True)
    app.run()
    assert not app.exception
    assert app.title[0].value == "Who may see what?"


@pytest.mark.parametrize(("role", "may_connect"), [("viewer", False), ("assessor", True)])
def test_only_an_assessor_is_offered_to_connect(app, come, role, may_connect):
    come({"first": role})
    app.run()
    app.switch_page(INTEGRATIONS).run()
    assert not app.exception
    assert ("/oauth/pagerduty/start" in html(app)) == may_connect


def test_somebody_with_a_role_by_a_group_comes_in(app, come):
    members.set_group(open_database(load_settings().database_url), "first", "acme-team", "viewer")
    come({}, groups=("acme-team", "others"))
    app.run()
    assert app.selectbox(key="engagement_picker").options == ["First engagement"]


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
