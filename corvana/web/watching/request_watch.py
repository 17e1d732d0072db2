"""Each HTTP request is counted and timed, and has an id that its log lines carry.

It is counted by the route that answered it, as the code spells it (`/files/{engagement}/{name}`),
never by the address that was asked for.
"""

import time
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corvana import trace
from corvana.metrics import requests, status_class

HEADER: Final = "X-Request-Id"
_NO_ROUTE: Final = "none"
"""The gate refused it, or there is no such route."""


class RequestWatch:
    """ASGI middleware around all others: what they refuse is counted, too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        with trace.request() as request_id:
            if scope["type"] == "websocket":
                await self.app(scope, receive, send)
            else:
                await self._answer(scope, receive, send, request_id)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status = time.monotonic(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = time.monotonic() - began
            requests.labels(_route(scope), status_class(status)).observe(seconds)


def _route(scope: Scope) -> str:
    if "route" not in scope:
        return _NO_ROUTE
    # Pages and Streamlit's own files are one route, whose path is empty.
    return getattr(scope["route"], "path", "") or "/"
