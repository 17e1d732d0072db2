"""“I don't see any data” on the PagerDuty card."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.errors import NotOnPlan
from corvana.store import connections, heartbeats, noun_statuses
from corvana.store.models import Connection
from tests.builders.drawn_charts import texts
from tests.conftest import Connected

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"
TITLE = "I don't see any data"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def card() -> AppTest:
    shown = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    shown = shown.switch_page("../../pages/integrations.py").run()
    assert not shown.exception
    return shown


def is_open(shown: AppTest) -> bool:
    (panel,) = [one for one in shown.expander if one.label == TITLE]
    return bool(panel.proto.expanded)


def words(shown: AppTest) -> str:
    kinds = ("markdown", "caption", "warning", "info", "success")
    return plain("\n".join(texts(shown, *kinds)))


def plain(text: str) -> str:
    """Undo the escaping of Markdown."""
    return text.replace("\\", "")


def press(shown: AppTest) -> AppTest:
    (button,) = [one for one in shown.button if one.label == "Check the connection"]
    return button.click().run()


def offers_to_reconnect(shown: AppTest) -> bool:
    return any("Reconnect</a>" in one.proto.body for one in shown.get("html"))


def connected_for(connected: Connected, span: timedelta) -> None:
    with Session(connected.engine) as session:
        row = session.get_one(Connection, connected.id)
        row.connected_at = datetime.now(UTC) - span
        session.add(row)
        session.commit()


def beat(connected: Connected) -> None:
    now = datetime.now(UTC)
    heartbeats.beat(connected.engine, "worker", now, now)


def test_what_is_stored_is_there_at_once_and_the_network_only_when_asked(
    connected: Connected,
) -> None:
    beat(connected)
    connected.sandbox.faults.token_revoked = True
    shown = card()
    assert not is_open(shown)
    before = words(shown)
    assert "From what is stored; the button also asks PagerDuty." in before
    assert "PagerDuty has not been asked" in before
    assert "Skipped · **API:** Not tried" in before

    after = words(press(shown))
    assert "PagerDuty was asked just now." in after
    assert "Problem · **Access token:** PagerDuty no longer accepts the access it gave" in after
    assert "Next step: Reconnect the same account on the Integrations page." in after


def test_a_token_that_is_refused_can_be_replaced_right_there(connected: Connected) -> None:
    beat(connected)
    connected.sandbox.faults.token_revoked = True
    shown = card()
    assert not offers_to_reconnect(shown)
    assert offers_to_reconnect(press(shown))


def test_a_collected_account_is_well(connected: Connected) -> None:
    jobs.collect_connection(connected.id)
    beat(connected)
    shown = press(card())
    assert not is_open(shown)
    assert "Nothing to do." in shown.success[0].value
    assert "OK · **Worker:** Running" in words(shown)


def test_the_states_have_headings_a_list_and_words(connected: Connected) -> None:
    texts = [one.value for one in card().markdown]
    for heading in ("### Connection to PagerDuty", "### What is read", "### Collection"):
        assert heading in texts
    lines = [line for text in texts if text.startswith("- ") for line in text.splitlines()]
    assert len(lines) > 9
    assert [line for line in lines if not line.startswith("- :")] == []
    assert all(
        any(f" {word} · **" in line for word in ("OK", "Waiting", "Problem", "Skipped"))
        for line in lines
    )


@pytest.mark.parametrize(("minutes", "opened"), [(29, False), (31, True)])
def test_the_panel_opens_by_itself_when_nothing_came_for_half_an_hour(
    connected: Connected, minutes: int, opened: bool
) -> None:
    connected_for(connected, timedelta(minutes=minutes))
    shown = card()
    assert is_open(shown) == opened
    sentence = (
        "Nothing has arrived 31 min after connecting; still missing: incidents and log entries"
    )
    assert (sentence in words(shown)) == opened
    assert (f"**{sentence}.** First of all:" in words(shown)) == opened


def test_a_disconnected_card_still_says_why_and_offers_to_reconnect(connected: Connected) -> None:
    connections.mark_disconnected(connected.engine, connected.id, "token_refused")
    shown = card()
    assert "**PagerDuty no longer accepts the access it gave.** Nothing new" in words(shown)
    assert offers_to_reconnect(shown)
    assert "Problem · **Connection:** Disconnected" in words(shown)


def test_notes_are_folded_into_the_panel(connected: Connected) -> None:
    with Session(connected.engine) as session:
        refused = NotOnPlan("402")
        noun_statuses.failed(session, connected.id, "priorities", refused, datetime.now(UTC))
        session.commit()
    shown = card()
    (panel,) = [one for one in shown.expander if one.label == TITLE]
    assert "### Worth knowing" in [one.value for one in panel.markdown]
    assert any(
        "Not on this account's plan: priorities." in plain(one.value) for one in panel.markdown
    )
