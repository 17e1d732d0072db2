"""A proxy between the application and an account, which answers as it likes."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Lie = Callable[[Mapping[str, str], bytes], bytes | Response]
"""What is answered to a query, instead of this body."""


class LyingProxy:
    """Answers under paths that match, with what the lie makes of the true body."""

    def __init__(self, app: ASGIApp, lies: Mapping[str, Lie]) -> None:
        self._app, self._lies = app, lies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lie = next(
            (lie for path, lie in self._lies.items() if re.search(path, scope["path"])), None
        )
        if lie is None:
            await self._app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode()))
        answer = lie(query, await self._heard(scope, receive))
        if not isinstance(answer, Response):
            answer = Response(answer, media_type="application/json")
        await answer(scope, receive, send)

    async def _heard(self, scope: Scope, receive: Receive) -> bytes:
        body = bytearray()

        async def hear(message: Message) -> None:
            body.extend(message.get("body", b""))

        await self._app(scope, receive, hear)
        return bytes(body)


def with_rows(key: str, *rows: bytes) -> Lie:
    """Every page of the list begins with these rows, as they are."""
    begins = b'"%s":[' % key.encode()

    def lie(_: Mapping[str, str], body: bytes) -> bytes:
        assert begins in body
        more = b",".join(rows) + (b"" if begins + b"]" in body else b",")
        return body.replace(begins, begins + more, 1)

    return lie
