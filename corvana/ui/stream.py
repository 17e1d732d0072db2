"""The gate before Streamlit's websocket: what a browser may send, and until when.

Streamlit reads who is there once, when the websocket opens. A page that is open could therefore go
on after a sign-out. This gate asks at every message, and every two seconds for pages that send
nothing. When the session is over, or its roles have changed, it lets the page run from the
beginning, in the browser's name: the page asks for access first and draws the sign-in screen.
The same happens to pages of an engagement whose account was disconnected, here or at another node.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs
from weakref import WeakSet

import structlog
from google.protobuf.message import DecodeError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from corvana.config import Settings, load_settings
from corvana.metrics import open_sessions
from corvana.store.engine import open_database
from corvana.store.people import sign_ins
from corvana.web import sign_in, visitors
from corvana.web.processes.use import last_use

STREAM: Final = "/_stcore/stream"
LOOK_EVERY: Final = 2.0
LARGEST_MESSAGE: Final = 1_000_000
_BURST: Final = 200
_PER_SECOND: Final = 40.0
NOT_SIGNED_IN_AT_ONCE: Final = 50
_SEEN_EVERY: Final = 30.0
_TOO_MUCH: Final[Message] = {"type": "websocket.disconnect", "code": 1008}
"""What Streamlit is told of a page that sent too much."""
_TRY_LATER: Final = 1013
_log = structlog.get_logger(__name__)

Roles = Mapping[str, str] | None
"""The roles of a session; None when it is over or there is none."""


@dataclass(eq=False)
class _Page:
    """An open page: what it may do, and messages that are sent in its name."""

    token: str
    roles: Roles
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    query_string: str = ""
    page_script_hash: str = ""
    page_name: str = ""
    allowance: float = _BURST
    refilled: float = field(default_factory=time.monotonic)
    seen: float = 0.0

    def takes_one_more(self) -> bool:
        """Whether one more message is within the limit; a page may send many at once, for once."""
        now = time.monotonic()
        self.allowance = min(_BURST, self.allowance + (now - self.refilled) * _PER_SECOND) - 1
        self.refilled = now
        return self.allowance >= 0

    def note(self, asked: ClientState) -> None:
        """Remember which page the browser shows."""
        self.query_string = asked.query_string
        self.page_script_hash = asked.page_script_hash
        self.page_name = asked.page_name

    def may_show(self, engagement_ids: Collection[str]) -> bool:
        """Whether the page may show one of these engagements; an empty id stands for any."""
        asked = parse_qs(self.query_string).get("engagement", [""])[0]
        is_theirs = bool(self.roles) and asked not in (self.roles or {})
        return not asked or is_theirs or not {asked, ""}.isdisjoint(engagement_ids)

    def from_the_beginning(self) -> bytes:
        """The message of a browser that reloads this page."""
        message = BackMsg()
        message.rerun_script.query_string = self.query_string
        message.rerun_script.page_script_hash = self.page_script_hash
        message.rerun_script.page_name = self.page_name
        return bytes(message.SerializeToString())


class StreamGate:
    """ASGI middleware on Streamlit's websocket. All other requests pass."""

    def __init__(self, app: ASGIApp, settings: Settings | None = None) -> None:
        self.app = app
        self._settings = settings or load_settings()
        self._pages: set[_Page] = set()
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        _gates.add(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or scope["path"] != STREAM:
            await self.app(scope, receive, send)
            return
        token = visitors.token_in(self._settings, _cookies(scope))
        page = _Page(token, await self._roles(token))
        if page.roles is None and sign_in.auth_configured() and self._is_full():
            await send({"type": "websocket.close", "code": _TRY_LATER})
            return
        self._pages.add(page)
        self._loop = asyncio.get_running_loop()
        try:
            with open_sessions.track_inprogress():
                if sign_in.auth_configured():
                    self._look()
                    scope = _without_former_session(scope)
                await self._serve(page, scope, receive, send)
        finally:
            self._pages.discard(page)

    def run_again(self, engagement_ids: Collection[str]) -> None:
        """See the function `run_again`."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._run_again, frozenset(engagement_ids))

    def _run_again(self, engagement_ids: Collection[str]) -> None:
        for page in self._pages:
            if page.may_show(engagement_ids):
                page.changed.set()

    def _is_full(self) -> bool:
        return sum(page.roles is None for page in self._pages) >= NOT_SIGNED_IN_AT_ONCE

    async def _serve(self, page: _Page, scope: Scope, receive: Receive, send: Send) -> None:
        coming: asyncio.Task[Message] | None = None

        async def next_message() -> Message:
            nonlocal coming
            while True:
                coming = coming or asyncio.ensure_future(receive())
                changed = asyncio.ensure_future(page.changed.wait())
                await asyncio.wait({coming, changed}, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                if page.changed.is_set():
                    page.changed.clear()
                    return {"type": "websocket.receive", "bytes": page.from_the_beginning()}
                message = coming.result()
                coming = None
                passed = await self._passed(page, message)
                if passed is _TOO_MUCH:
                    await send({"type": "websocket.close", "code": _TOO_MUCH["code"]})
                if passed is not None:
                    return passed

        try:
            await self.app(scope, next_message, send)
        finally:
            if coming is not None:
                coming.cancel()
                with suppress(asyncio.CancelledError):
                    await coming

    async def _passed(self, page: _Page, message: Message) -> Message | None:
        """Return what Streamlit gets instead of the browser's message; None: nothing."""
        data = message.get("bytes")
        if message["type"] != "websocket.receive" or data is None:
            return message
        if len(data) > LARGEST_MESSAGE or not page.takes_one_more():
            _log.warning("page closed", reason="too much sent", size=len(data))
            return _TOO_MUCH
        try:
            sent = BackMsg.FromString(data)
        except DecodeError:
            return message  # Streamlit closes the connection
        if sent.WhichOneof("type") == "clear_cache":
            return None  # it would empty the frames of everybody
        return await self._as_allowed(page, sent, message)

    async def _as_allowed(self, page: _Page, sent: BackMsg, message: Message) -> Message:
        """Return the message, or one that reloads the page when its rights have changed."""
        asks_to_run = sent.WhichOneof("type") == "rerun_script"
        if asks_to_run:
            page.note(sent.rerun_script)
            if not sent.rerun_script.is_auto_rerun:
                last_use.note()
        roles = await self._roles(page.token)
        if roles != page.roles:
            page.roles = roles
            return {"type": "websocket.receive", "bytes": page.from_the_beginning()}
        if asks_to_run and not sent.rerun_script.is_auto_rerun:
            await self._note_use(page)
        return message

    async def _note_use(self, page: _Page) -> None:
        """A page that refreshes itself does not keep its session alive; a person does."""
        now = time.monotonic()
        if not page.token or page.roles is None or now - page.seen < _SEEN_EVERY:
            return
        page.seen = now
        engine = open_database(self._settings.database_url)
        with suppress(SQLAlchemyError):  # the next message notes it
            await run_in_threadpool(sign_ins.seen, engine, page.token, datetime.now(UTC))

    async def _roles(self, token: str) -> Roles:
        """The session's roles now. A database that does not answer opens nothing."""
        if not sign_in.auth_configured():
            return {}
        if not token:
            return None
        try:
            return await run_in_threadpool(self._read_roles, token)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("session not read", error=type(error).__name__)
            return None

    def _read_roles(self, token: str) -> Roles:
        engine = open_database(self._settings.database_url)
        visitor = visitors.visitor_with(engine, self._settings, token, datetime.now(UTC))
        if visitor is None:
            return None
        administrator = {"administrator": "yes"} if visitor.is_administrator else {}
        return {**visitor.roles, **administrator}

    def _look(self) -> None:
        if self._looking is None or self._looking.done():
            # Not in the context of the page that happens to be first: its id is not of the others.
            self._looking = asyncio.get_running_loop().create_task(
                self._look_again_and_again(), context=Context()
            )

    async def _look_again_and_again(self) -> None:
        while self._pages:
            await asyncio.sleep(LOOK_EVERY)
            now = {
                token: await self._roles(token)
                for token in {page.token for page in self._pages if page.roles is not None}
            }
            for page in list(self._pages):
                if page.roles is not None and now.get(page.token, page.roles) != page.roles:
                    page.roles = now[page.token]
                    page.changed.set()


_gates: Final["WeakSet[StreamGate]"] = WeakSet()


def run_again(engagement_ids: Collection[str]) -> None:
    """Let open pages that may show one of these engagements run from the beginning.

    Any thread may call it. An empty id stands for any engagement.
    """
    for gate in list(_gates):
        gate.run_again(engagement_ids)


def _cookies(scope: Scope) -> Mapping[str, str]:
    return cookie_parser(Headers(scope=scope).get("cookie", ""))


def _without_former_session(scope: Scope) -> Scope:
    """Let nobody go on with a session of before: it may have been somebody else's."""
    copied = {**scope, "headers": list(scope["headers"])}
    headers = MutableHeaders(scope=copied)
    parts = [part.strip() for part in headers.get("sec-websocket-protocol", "").split(",")]
    if len(parts) > 2:  # the protocol, the token against forgery, a former session
        headers["sec-websocket-protocol"] = ", ".join(parts[:2])
        copied["subprotocols"] = parts[:2]
    return copied
