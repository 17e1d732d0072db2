"""The gate before Streamlit's upload route, which otherwise keeps what anybody sends in memory."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corvana.config import Settings, load_settings
from corvana.store.engine import open_database
from corvana.store.people import audit
from corvana.web import visitors

UPLOAD: Final = "/_stcore/upload_file"
LARGEST: Final = 10_000_000
"""Bytes of a file. The form around it may take a little more."""
_FORM: Final = 10_000


class UploadGate:
    """ASGI middleware: only assessors upload, and nothing over 10 MB."""

    def __init__(self, app: ASGIApp, settings: Settings | None = None) -> None:
        self.app = app
        self._settings = settings or load_settings()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(UPLOAD):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if not await run_in_threadpool(self._is_assessor, request):
            await PlainTextResponse("Only an assessor can upload a file.\n", 403)(
                scope, receive, send
            )
            return
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > LARGEST + _FORM:
            await PlainTextResponse("A file may have 10 MB.\n", 413)(scope, receive, send)
            return
        received = 0

        async def at_most() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST + _FORM:
                return {"type": "http.disconnect"}  # without a length nobody knew beforehand
            return message

        await self.app(scope, at_most, send)

    def _is_assessor(self, request: Request) -> bool:
        engine, now = open_database(self._settings.database_url), datetime.now(UTC)
        try:
            visitor = visitors.visitor_of(engine, self._settings, request.cookies, now)
            if visitor is not None and "assessor" in visitor.roles.values():
                return True
            by = visitor.by if visitor else audit.NOBODY
            audit.record(engine, "refused", by, now, detail="upload")
        except SQLAlchemyError:
            return False  # a database that does not answer opens nothing
        return False
