"""Closing an engagement offers to keep what was collected until a day, or to delete it now."""

from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from corvana.store import connections, engagements
from corvana.store.engine import open_database
from corvana.store.models import Connection, Engagement
from corvana.store.people import audit
from corvana.ui.administration import closing
from tests.builders.stored.waiting import connection


@pytest.fixture
def connected(router: AppTest) -> str:
    """A connection of the first engagement."""
    engine = open_database(load_settings().database_url)
    made = connection(engine, connected_at=datetime.now(UTC))
    with Session(engine) as session:
        session.get_one(Connection, made).engagement_id = "first"
        session.delete(session.exec(select(Engagement).where(Engagement.id != "first")).one())
        session.commit()
    return made


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def press(app: AppTest, label: str) -> None:
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception


def captions(app: AppTest) -> str:
    return " ".join(one.value for one in app.caption)


def test_without_a_retention_the_data_stays(router: AppTest, connected: str) -> None:
    router.run()
    press(router, "Close “First engagement” and keep the data until somebody disconnects")
    assert "What was collected stays until somebody disconnects." in captions(router)
    engine = open_database(load_settings().database_url)
    assert connections.get(engine, connected).status == "connected"


def test_with_a_retention_the_day_is_named_before_and_after_closing(
    router: AppTest, connected: str
) -> None:
    router.run()
    next(one for one in router.number_input if "after closing" in one.label).set_value(30).run()
    day = datetime.now(UTC) + timedelta(days=30)
    told = f"{day.day} {day:%B %Y} (UTC)"
    press(router, f"Close “First engagement” and keep the data until {told}")
    assert f"What was collected will be deleted on {told}." in captions(router)
    engine = open_database(load_settings().database_url)
    assert [(one.action, one.detail) for one in audit.newest(engine, 2)] == [
        ("engagement closed", ""),
        ("settings changed", "deleted 30 days after closing"),
    ]
    assert connections.get(engine, connected).status == "connected"


def test_closing_and_deleting_asks_first(router: AppTest, connected: str) -> None:
    engine = open_database(load_settings().database_url)
    router.run()
    press(router, "Close “First engagement” and delete now")
    assert {"Keep it", "Delete for good"} <= set(labels(router))
    assert engagements.get(engine, "first").status == "active"
    assert connections.get(engine, connected).status == "connected"


def test_what_is_closed_and_deleted_is_gone(
    router: AppTest, connected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(load_settings().database_url)
    assert connections.get(engine, connected).status == "connected"
    noted: list[tuple[str, str, str]] = []
    monkeypatch.setattr(st, "rerun", lambda: None)
    closing.close_and_delete("first", lambda *entry: noted.append(entry), "somebody")
    router.run()
    assert engagements.get(engine, "first").status == "closed"
    assert connections.listed(engine) == []
    assert noted == [("engagement closed", "first", "and deleted")]
    assert [(one.action, one.by) for one in audit.newest(engine)] == [("disconnected", "somebody")]


def test_without_data_there_is_nothing_to_keep_or_delete(router: AppTest) -> None:
    router.run()
    assert [one for one in labels(router) if one.startswith("Close")] == [
        "Close “First engagement”"
    ]
