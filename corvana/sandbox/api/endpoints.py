"""The base of every endpoint: its call, the account and paging."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corvana.sandbox.api.lookup import Lookup
from corvana.sandbox.api.query import ApiError, Query
from corvana.sandbox.api.render_configuration import Json, Renderer
from corvana.sandbox.api.render_cover import CoverRenderer
from corvana.sandbox.api.render_incidents import IncidentRenderer
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.tokens import Family


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its parameters, the id in its path and its user.

    `fault` names the fault of the returned page, if there is one.
    """

    query: Query
    name: str
    family: Family
    role: str
    fault: str | None = None


View = Callable[[Call], bytes]


def dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def not_found() -> ApiError:
    return ApiError(404, "Not Found", 2100)


class Endpoints:
    """Base of the endpoints over one account."""

    def __init__(self, account: Lookup, faults: Faults, *, region: str) -> None:
        self.account = account
        self.world = account.world
        self.faults = faults
        self.write = Renderer(account, region=region)
        self.incidents_as = IncidentRenderer(account, self.write)
        self.cover = CoverRenderer(account, self.write)
        self.entry_cache: dict[tuple[int, str], bytes] = {}
        self.incident_cache: dict[tuple[str, int, int, str], bytes] = {}

    def page(
        self,
        call: Call,
        key: str,
        count: int,
        rows: Callable[[int, int], Sequence[bytes]],
        *,
        sizes: tuple[int, int] = (25, 100),
    ) -> bytes:
        """Write one page. `rows(start, stop)` renders its rows."""
        offset, limit = call.query.page(default=sizes[0], most=sizes[1])
        limit = min(limit, self.faults.largest_page or limit)
        if self._is_due(call, "short_pages"):
            limit = max(limit // 4, 1)
        stop = min(offset + limit, count)
        found = list(rows(offset, stop)) if offset < stop else []
        more = stop < count
        if found and self._is_due(call, "duplicate_rows"):
            found.append(found[0])
        if self._is_due(call, "empty_pages"):
            found, more = [], True
        is_told = call.query.is_true("total") and not self.faults.hide_total
        tail = {
            "limit": limit,
            "offset": offset,
            "total": count if is_told else None,
            "more": more,
        }
        return b'{"%b":[%b],%b' % (key.encode(), b",".join(found), dump(tail)[1:])

    def _is_due(self, call: Call, fault: str) -> bool:
        return call.fault == fault or self.faults.take(fault)

    def listing(self, call: Call, key: str, rows: Sequence[Json]) -> bytes:
        return self.page(
            call, key, len(rows), lambda start, stop: [dump(row) for row in rows[start:stop]]
        )
