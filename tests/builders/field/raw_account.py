"""An account that responds with exactly the bodies that a test gives, over real HTTP."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from corvana.sandbox.api.account import Clock
from corvana.sandbox.api.query import Query, Window
from corvana.sandbox.api.server import Dated

Row = dict[str, Any]
Bodies = Mapping[str, Sequence[Row]]
"""Name of a list of PagerDuty → its rows, as they are sent. Log entries are oldest first."""

_TWO_WEEKS = timedelta(days=14)
_RENDERED_AT_MOST = timedelta(days=92)


def raw_account(bodies: Bodies, clock: Clock, otherwise: ASGIApp) -> Starlette:
    """Serve `bodies`. Requests for anything else, OAuth included, go to `otherwise`."""
    lists = _Lists(bodies)

    def endpoint(
        answer: Callable[[Query, Mapping[str, str]], Response],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            query = Query(request.query_params.multi_items(), now=clock())
            return answer(query, request.path_params)

        return respond

    return Starlette(
        routes=[
            Route("/us/incidents", endpoint(lists.incidents)),
            Route("/us/incidents/{id}", endpoint(lists.incident)),
            Route("/us/log_entries", endpoint(lists.log_entries)),
            Route("/us/schedules", endpoint(lists.schedules)),
            Route("/us/service_dependencies/{kind}/{id}", endpoint(lists.dependencies)),
            *(
                Route(f"/us/{name}", endpoint(lists.whole(name)))
                for name in bodies
                if name not in {"incidents", "log_entries", "schedules", "relationships"}
            ),
            Mount("/", otherwise),
        ],
        middleware=[Middleware(Dated, clock=clock)],
    )


class _Lists:
    """The lists of one account, filtered and paged as PagerDuty does it."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._by_id = {row["id"]: row for row in self._rows("incidents")}

    def _rows(self, name: str) -> Sequence[Row]:
        return self._bodies.get(name, ())

    def whole(self, name: str) -> Callable[[Query, Mapping[str, str]], Response]:
        return lambda query, _: _page(name, self._rows(name), query)

    def incidents(self, query: Query, _: Mapping[str, str]) -> Response:
        statuses = query.many("statuses")
        rows = [row for row in self._rows("incidents") if not statuses or row["status"] in statuses]
        if query.one("date_range") != "all":
            rows = _within(rows, query.past_window())
        return _page("incidents", rows, query)

    def incident(self, _: Query, path: Mapping[str, str]) -> Response:
        found = self._by_id.get(path["id"])
        if found is None:
            return JSONResponse({"error": {"code": 2100, "message": "Not Found"}}, 404)
        return JSONResponse({"incident": found})

    def log_entries(self, query: Query, _: Mapping[str, str]) -> Response:
        """Newest first; of one second, what happened last comes first."""
        rows = sorted(_within(self._rows("log_entries"), query.past_window()), key=_created)[::-1]
        if query.includes("incidents"):
            rows = [row | {"incident": self._by_id[row["incident"]["id"]]} for row in rows]
        return _page("log_entries", rows, query)

    def schedules(self, query: Query, _: Mapping[str, str]) -> Response:
        window = query.coming_window(_TWO_WEEKS, _RENDERED_AT_MOST)
        rows = [_rendered(row, window) for row in self._rows("schedules")]
        return _page("schedules", rows, query)

    def dependencies(self, _: Query, path: Mapping[str, str]) -> Response:
        edges = [
            row
            for row in self._rows("relationships")
            if path["id"] in {row["supporting_service"]["id"], row["dependent_service"]["id"]}
        ]
        return JSONResponse({"relationships": edges})


def _page(name: str, rows: Sequence[Row], query: Query) -> Response:
    offset, limit = query.page()
    return JSONResponse(
        {
            name: list(rows[offset : offset + limit]),
            "limit": limit,
            "offset": offset,
            "more": offset + limit < len(rows),
            "total": len(rows) if query.is_true("total") else None,
        }
    )


def _created(row: Row) -> datetime:
    return datetime.fromisoformat(row["created_at"])


def _within(rows: Sequence[Row], window: Window) -> list[Row]:
    """The rows created in the window, both of its ends included, as at PagerDuty."""
    return [row for row in rows if window.since <= _created(row) <= window.until]


def _rendered(schedule: Row, window: Window) -> Row:
    """The schedule with the shifts that overlap the window, cut at its ends."""
    parts = ("final_schedule", "overrides_subschedule")
    return schedule | {part: _cut(schedule[part], window) for part in parts}


def _cut(part: Row, window: Window) -> Row:
    name = "rendered_schedule_entries"
    return part | {
        name: [
            entry
            | {
                "start": max(entry["start"], window.since.isoformat(), key=_instant),
                "end": min(entry["end"], window.until.isoformat(), key=_instant)
                if entry["end"]
                else None,
            }
            for entry in part[name]
            if _instant(entry["start"]) < window.until
            and (entry["end"] is None or _instant(entry["end"]) > window.since)
        ]
    }


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
