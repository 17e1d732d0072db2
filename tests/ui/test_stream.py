"""The gate before Streamlit's websocket."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from corvana.config import Settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.people import members, sign_ins
from corvana.ui import stream
from corvana.ui.stream import STREAM, StreamGate
from tests.builders.browsers.signed_in import begin_session, configure_sign_in, cookies_of


async def echo(websocket: WebSocket) -> None:
    """Send back what Streamlit would have received."""
    await websocket.accept(subprotocol=websocket.headers.get("sec-websocket-protocol"))
    try:
        while True:
            await websocket.send_bytes(await websocket.receive_bytes())
    except WebSocketDisconnect:
        pass


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Engine:
    engine = open_database(settings.database_url)
    engagements.ensure_first(engine, datetime.now(UTC))
    return engine


@pytest.fixture
def browser(engine: Engine, settings: Settings) -> TestClient:
    inner = Starlette(routes=[WebSocketRoute(STREAM, echo)])
    return TestClient(StreamGate(inner, settings))


def run(*, page: str = "", query: str = "", is_auto: bool = False, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.query_string = query
    message.rerun_script.is_auto_rerun = is_auto
    message.rerun_script.fragment_id = fragment
    return message.SerializeToString()


def received(socket: WebSocketTestSession) -> BackMsg:
    return BackMsg.FromString(socket.receive_bytes())


def test_without_sign_in_messages_pass_as_they_are(browser: TestClient) -> None:
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(run(page="p", fragment="f"))
        assert socket.receive_bytes() == run(page="p", fragment="f")


def test_after_a_disconnect_only_pages_that_may_show_the_engagement_run_again(
    browser: TestClient,
) -> None:
    with (
        browser,
        browser.websocket_connect(STREAM) as mine,
        browser.websocket_connect(STREAM) as theirs,
    ):
        for socket, asked in ((mine, "engagement=gone&week=3"), (theirs, "engagement=stays")):
            socket.send_bytes(run(page="p", query=asked))
            received(socket)
        stream.run_again({"gone"})
        again = received(mine).rerun_script
        assert (again.page_script_hash, again.query_string) == ("p", "engagement=gone&week=3")
        theirs.send_bytes(run(page="next", query="engagement=stays"))
        assert received(theirs).rerun_script.page_script_hash == "next"
        stream.run_again({""})
        assert received(theirs).rerun_script.query_string == "engagement=stays"


def test_a_page_that_was_opened_by_its_address_runs_again_by_its_name(browser: TestClient) -> None:
    opened = BackMsg()
    opened.rerun_script.page_name = "findings"
    with browser, browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(opened.SerializeToString())
        received(socket)
        stream.run_again({"any"})
        assert received(socket).rerun_script.page_name == "findings"


def test_a_person_uses_the_process_and_a_page_that_refreshes_itself_does_not(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[bool] = []
    monkeypatch.setattr(stream, "last_use", SimpleNamespace(note=lambda: noted.append(True)))
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(run(page="p", is_auto=True))
        received(socket)
        assert noted == []
        socket.send_bytes(run(page="p"))
        received(socket)
        assert noted == [True]


def test_nobody_empties_everybodys_frames(browser: TestClient) -> None:
    empty = BackMsg()
    empty.clear_cache = True
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(empty.SerializeToString())
        socket.send_bytes(run(page="after"))
        assert received(socket).rerun_script.page_script_hash == "after"


def test_a_message_that_is_too_large_closes_the_page(browser: TestClient) -> None:
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(b"x" * (stream.LARGEST_MESSAGE + 1))
        with pytest.raises(WebSocketDisconnect):
            socket.receive_bytes()


def test_a_flood_of_messages_closes_the_page(browser: TestClient) -> None:
    answers: list[bytes] = []
    with browser.websocket_connect(STREAM) as socket, suppress(WebSocketDisconnect):
        while len(answers) < 2_000:
            socket.send_bytes(run())
            answers.append(socket.receive_bytes())
    assert 200 <= len(answers) < 2_000


def test_with_another_session_than_ones_own_nobody_goes_on(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    asked = ["streamlit", "token", "somebody-elses-session"]
    with browser.websocket_connect(STREAM, subprotocols=asked) as socket:
        assert socket.accepted_subprotocol == "streamlit, token"


def test_a_click_after_the_session_ended_only_reloads_the_page(
    browser: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    token = begin_session(engine, settings, {"first": "assessor"})
    browser.cookies.update(cookies_of(settings, token))
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(run(page="response", query="period=7", fragment="f"))
        assert received(socket).rerun_script.fragment_id == "f"
        sign_ins.end(engine, token)
        socket.send_bytes(run(page="response", query="period=7", fragment="f"))
        reload = received(socket).rerun_script
        assert (reload.fragment_id, reload.page_script_hash) == ("", "response")
        assert reload.query_string == "period=7"


def test_a_page_that_sends_nothing_is_reloaded_when_its_roles_change(
    browser: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    monkeypatch.setattr(stream, "LOOK_EVERY", 0.05)
    token = begin_session(engine, settings, {"first": "assessor"})
    browser.cookies.update(cookies_of(settings, token))
    [member] = members.members(engine, "first")
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(run(page="response"))
        received(socket)
        members.set_role(engine, "first", member.person_id, "viewer")
        assert received(socket).rerun_script.page_script_hash == "response"


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(
    browser: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    used: list[str] = []
    monkeypatch.setattr(sign_ins, "seen", lambda _engine, token, _now: used.append(token))
    token = begin_session(engine, settings, {"first": "assessor"})
    browser.cookies.update(cookies_of(settings, token))
    with browser.websocket_connect(STREAM) as socket:
        socket.send_bytes(run(is_auto=True))
        received(socket)
        assert used == []
        socket.send_bytes(run())
        received(socket)
        socket.send_bytes(run())
        received(socket)
        assert used == [token]


def test_pages_without_sign_in_are_bounded(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_sign_in(monkeypatch)
    monkeypatch.setattr(stream, "NOT_SIGNED_IN_AT_ONCE", 2)
    with browser.websocket_connect(STREAM), browser.websocket_connect(STREAM):
        with pytest.raises(WebSocketDisconnect) as full, browser.websocket_connect(STREAM):
            pass
        assert full.value.code == 1013
    deadline = time.monotonic() + 5
    while True:
        try:
            with browser.websocket_connect(STREAM):
                break
        except WebSocketDisconnect:
            assert time.monotonic() < deadline
