"""The PagerDuty card: what it promises, what a click opens, and what it says in trouble."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from corvana import jobs
from corvana.jobs import deleting, full_disk, wishes
from corvana.store import connections, engagements, purge, runs
from corvana.store.models import CollectionRun, Connection
from corvana.ui.integrations import collecting
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
    disconnect._confirm(connection, access, disconnect._words(connection))


def away(*_: object) -> None:
    raise OperationalError("connect", None, ConnectionRefusedError())


def opened() -> AppTest:
    """The card after a click on it."""
    return press(card(), "Details and Disconnect")


def labels(shown: AppTest) -> list[str]:
    return [one.label for one in shown.button]


def facts(shown: AppTest) -> dict[str, str]:
    captions = [one.value for one in shown.caption]
    known = {"Account", "Last collected", "Next collection", "Service region", "Connected by"}
    names = [one for one in captions if one in known | {"Connected since"}]
    return dict(zip(names, [one.value for one in shown.text], strict=False))


def change(connected: Connected, **values: object) -> None:
    with Session(connected.engine) as session:
        connection = session.get(Connection, connected.id)
        assert connection is not None
        for name, value in values.items():
            setattr(connection, name, value)
        session.add(connection)
        session.commit()


NEVER = (
    "incident descriptions",
    "runbook content",
    "integration webhooks",
    "user contact details",
    "API tokens",
)


def assert_promised(shown: AppTest) -> None:
    said = words(shown)
    assert "**Scope:** `read`." in said
    _, _, never = said.partition("**Never:**")
    for one in NEVER:
        assert f"- {one}\n" in never


def test_before_connecting_the_card_lists_the_scope_and_what_is_never_kept(
    router: AppTest,
) -> None:
    shown = router.run().switch_page("../../pages/integrations.py").run()
    assert_promised(shown)


def test_a_click_on_the_connected_card_opens_its_details_with_disconnect(
    connected: Connected,
) -> None:
    shown = card()
    assert "Disconnect" not in labels(shown)
    assert "**Never:**" not in words(shown)
    shown = press(shown, "Details and Disconnect")
    assert "Disconnect" in labels(shown)
    assert_promised(shown)
    assert facts(shown)["Connected by"] == "account owner"
    shown = press(shown, "Hide details")
    assert "Disconnect" not in labels(shown)


def test_the_details_are_closed_on_the_next_visit(connected: Connected) -> None:
    shown = opened().switch_page("../../pages/privacy.py").run()
    shown = shown.switch_page("../../pages/integrations.py").run()
    assert "Disconnect" not in labels(shown)


def test_a_disconnected_card_has_data_to_delete_and_nothing_to_disconnect(
    connected: Connected,
) -> None:
    change(connected, status="disconnected", status_reason="access_revoked")
    shown = card()
    assert "Disconnect" not in labels(shown)
    shown = press(shown, "Delete data")
    assert "Delete for good" in labels(shown)
    assert "Corvana's access ends" not in words(shown)


@pytest.mark.parametrize("status", ["connected", "disconnected"])
def test_a_closed_engagement_promises_no_collection(connected: Connected, status: str) -> None:
    change(connected, status=status, status_reason="access_revoked")
    now = connected.connection.connected_at
    run_id = runs.begin(connected.engine, connected.id, trigger="test", now=now)
    runs.end(connected.engine, run_id, status="failed", now=now, error="Unauthorized")
    engagements.close(connected.engine, "first", now)
    shown = card()
    assert facts(shown)["Next collection"] == "none: the engagement is closed"
    for promise in ("tried again", "go on where", "goes on where"):
        assert promise not in words(shown)
    assert "Collect now" not in labels(shown)


def test_the_confirmation_comes_before_the_long_table(connected: Connected) -> None:
    shown = AppTest.from_function(dialog, default_timeout=60).run()
    kinds = [type(one).__name__ for one in walked(shown)]
    assert kinds.index("Button") < kinds.index("Expander")


def test_the_time_left_is_told_once_it_is_known_and_no_longer_when_all_is_read() -> None:
    now = datetime.now(UTC)
    began = now - timedelta(seconds=10)
    run = CollectionRun(
        id="r", connection_id="c", trigger="t", started_at=began, until=now, windows_total=4
    )
    told = []
    for done in (1, 2, 4):
        run.windows_done = done
        told.append(collecting.time_left(run, now))
    assert told == ["time left: not known yet", "about 10 s left", "everything is read"]


def walked(shown: AppTest) -> Iterator[object]:
    """Every element of the page in the order in which it is drawn."""
    waiting = list(shown.main.children.values())
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting[:0] = list(getattr(one, "children", {}).values())


def told(router: AppTest, reason: str) -> AppTest:
    router.run()
    router.switch_page("../../pages/integrations.py")
    router.query_params["refused"] = reason
    return router.run()


def test_a_refusal_is_told_until_another_page_is_opened(router: AppTest) -> None:
    shown = told(router, "denied")
    assert "Access was denied at PagerDuty" in words(shown)
    assert "refused" not in shown.query_params
    shown = shown.run()
    assert "Access was denied at PagerDuty" in words(shown), "a click on the page keeps it"
    shown = shown.switch_page("../../pages/privacy.py").run()
    shown = shown.switch_page("../../pages/integrations.py").run()
    assert "denied" not in words(shown)


def test_a_refusal_does_not_claim_that_nothing_is_connected(connected: Connected) -> None:
    shown = told(card(), "denied")
    assert "attempt connected nothing. PagerDuty is connected." in words(shown)
    assert "Connect again" not in words(shown)


def test_an_old_address_does_not_claim_a_connection(router: AppTest) -> None:
    router.run()
    router.switch_page("../../pages/integrations.py")
    router.query_params["connected"] = "1"
    shown = router.run()
    assert list(shown.toast) == []
    assert "connected" not in shown.query_params


def test_a_tab_left_open_collects_nothing_of_what_was_disconnected_elsewhere(
    connected: Connected,
) -> None:
    later = datetime.now(UTC) + timedelta(minutes=10)
    change(connected, requested_at=None, next_run_at=later)
    shown = card()
    jobs.disconnect(connected.id)
    shown = press(shown, "Collect now")
    assert [one.value for one in shown.toast] == ["PagerDuty was disconnected meanwhile."]


def test_a_tab_left_open_disconnects_nothing_twice(connected: Connected) -> None:
    shown = press(opened(), "Disconnect")
    jobs.disconnect(connected.id)
    shown = press(shown, "Disconnect and delete")
    assert not shown.exception


def test_the_dialog_tells_what_is_deleted(connected: Connected) -> None:
    assert "This deletes everything collected from" in words(press(opened(), "Disconnect"))


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
