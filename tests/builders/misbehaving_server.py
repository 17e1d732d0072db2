"""A server that misbehaves in ways the simulated account cannot."""

import socket
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Thread
from time import monotonic, sleep
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Answer = Callable[[dict[str, str]], Any]


class HandMade:
    """Responds to every GET with the function's result for its query. `asked` has the queries."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[dict[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = Starlette(routes=[Route("/{path:path}", self._handle)])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        self._thread = Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    async def _handle(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        answer = self._answer(query)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = monotonic() + 10
        while not self._server.started:
            assert monotonic() < deadline
            sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


class Log:
    """`/log_entries` with rows at given instants. `R0` is the newest row. `until` is exclusive."""

    def __init__(self, instants: Iterable[datetime]) -> None:
        ordered = sorted(instants, reverse=True)
        self.rows = [(f"R{number}", at) for number, at in enumerate(ordered)]
        self._ages = [-at.timestamp() for at in ordered]

    def __call__(self, query: dict[str, str]) -> Any:
        newest, oldest = (
            bisect_right(self._ages, -datetime.fromisoformat(query[name]).timestamp())
            for name in ("until", "since")
        )
        return self.page(query, self.rows[newest:oldest])

    @staticmethod
    def page(query: dict[str, str], found: list[tuple[str, datetime]]) -> Any:
        offset, limit = int(query["offset"]), int(query["limit"])
        if offset + limit > 10_000:
            return JSONResponse({"error": {"code": 2002, "message": "too far"}}, 400)
        return {
            "log_entries": [
                {"id": id_, "type": "notify_log_entry", "created_at": at.isoformat()}
                for id_, at in found[offset : offset + limit]
            ],
            "limit": limit,
            "offset": offset,
            "more": offset + limit < len(found),
            "total": len(found) if query.get("total") == "true" else None,
        }
