"""The PagerDuty card when the database is away or the disk is full."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.jobs import deleting, full_disk, wishes
from corvana.store import connections, purge, runs
from tests.builders.drawn_charts import texts
from tests.conftest import Connected

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"


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


def press(shown: AppTest, label: str) -> AppTest:
    (button,) = [one for one in shown.button if one.label == label]
    return button.click().run()


def words(shown: AppTest) -> str:
    return "\n".join(texts(shown, "markdown", "warning", "info"))


def dialog() -> None:
    """The dialog alone: a test reruns the whole page at a click, a browser only the dialog."""
    from corvana.store import connections  # noqa: PLC0415 - a script of its own
    from corvana.ui import process  # noqa: PLC0415
    from corvana.ui.access import Access  # noqa: PLC0415
    from corvana.ui.integrations import disconnect  # noqa: PLC0415

    (connection,) = connections.listed(process.engine())
    access = Access(connection.engagement_id, "assessor", by="somebody")
    disconnect._confirm_disconnect(connection, access)


def away(*_: object) -> None:
    raise OperationalError("connect", None, ConnectionRefusedError())


def test_the_dialog_tells_what_is_deleted(connected: Connected) -> None:
    assert "This deletes everything collected from" in words(press(card(), "Disconnect"))


def test_a_click_on_disconnect_counts_with_the_database_away(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = AppTest.from_function(dialog, default_timeout=60).run()
    with monkeypatch.context() as patch:
        patch.setattr(deleting, "open_database", away)
        patch.setattr(purge, "counts", away)
        shown = press(shown, "Disconnect and delete")
    assert not shown.exception
    assert "Your wish is kept" in words(shown)
    assert wishes.is_kept(connected.settings.data_dir, connected.id)
    jobs.finish_deletions()
    assert connections.listed(connected.engine) == []


def test_while_the_wish_is_kept_the_card_says_that_it_is_being_deleted(
    connected: Connected,
) -> None:
    wishes.keep(connected.settings.data_dir, connected.id, "somebody")
    shown = card()
    assert any("Deleting what was collected" in one.proto.body for one in shown.get("html"))
    assert [one.label for one in shown.button if one.label == "Collect now"] == []


def test_a_full_disk_is_named_even_when_the_database_has_no_room_to_note_it(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "disk is full" not in words(card())
    monkeypatch.setattr(full_disk, "has_room", lambda _folder: False)
    assert "**The disk is full,** so nothing is collected." in words(card())


def test_a_run_that_met_a_full_disk_is_named(connected: Connected) -> None:
    now = connected.connection.connected_at
    run_id = runs.begin(connected.engine, connected.id, trigger="test", now=now)
    runs.end(connected.engine, run_id, status="failed", now=now, error="DiskFull")
    assert connections.acquire(connected.engine, connected.id, "w", now)
    connections.release(connected.engine, connected.id, "w", started_at=now, next_run_at=now)
    told = "**The last collection failed.** The disk is full. It is tried again after a minute."
    assert told in words(card())
