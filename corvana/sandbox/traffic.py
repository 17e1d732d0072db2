"""What stands between a request and its answer: faults, credentials, the rate limit, the marker."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from corvana.sandbox.endpoints import Call, View, dump
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity import Identity
from corvana.sandbox.marking import Json, mark
from corvana.sandbox.query import ApiError, Query
from corvana.sandbox.tokens import Family

_WINDOW_SECONDS = 60.0
_UNAUTHORIZED = (
    "Caller did not supply credentials or did not provide the correct credentials. "
    "If you are using an API key, it may be invalid or your Authorization header may be malformed."
)
_HTML = b"<!doctype html><html><body><h1>We are sorry, something went wrong</h1></body></html>"
_DROPPED_LENGTH = b"4096"


@dataclass(slots=True)
class RateLimiter:
    """Fixed one-minute windows, one budget per app and person."""

    per_minute: int
    _windows: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def spend(self, key: tuple[str, str]) -> tuple[bool, dict[str, str]]:
        """Count one request; return whether it is within the limit, and the headers."""
        now = monotonic()
        start, used = self._windows.get(key, (now, 0))
        if now - start >= _WINDOW_SECONDS:
            start, used = now, 0
        self._windows[key] = (start, used + 1)
        left = max(self.per_minute - used - 1, 0)
        reset = max(int(start + _WINDOW_SECONDS - now) + 1, 1)
        return used < self.per_minute, rate_headers(self.per_minute, left, reset)


def rate_headers(limit: int, left: int, reset: int) -> dict[str, str]:
    return {
        "ratelimit-limit": str(limit),
        "ratelimit-remaining": str(left),
        "ratelimit-reset": str(reset),
    }


class Dropped(Response):
    """Promises a body, sends its first bytes and hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [(b"content-type", b"application/json"), (b"content-length", _DROPPED_LENGTH)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"', "more_body": True})


@dataclass(slots=True)
class Gate:
    """Everything a REST request passes before and after its view."""

    identity: Identity
    faults: Faults
    clock: Callable[[], datetime]
    region: str
    limiter: RateLimiter
    latency_seconds: float = 0.0

    def endpoint(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            latency = self.latency_seconds + self.faults.latency_seconds
            if latency > 0:
                await asyncio.sleep(latency)
            failure = self.fail(request.url.path)
            return failure or self._answer(request, view)

        return answer

    def fail(self, path: str) -> Response | None:
        """Return the failure that is due on this request, if any."""
        kind = self.faults.next_failure(path)
        if kind == "dropped":
            return Dropped()
        if kind == "rate_limited":
            headers = {}
            if self.faults.rate_limit_headers:
                headers = rate_headers(self.limiter.per_minute, 0, self.faults.rate_limit_reset)
            return self._error(ApiError(429, "Rate Limit Exceeded", 2020), headers)
        if kind == "server_errors":
            return self._error(
                ApiError(self.faults.server_error_status, "Internal Server Error", 2000), {}
            )
        return None

    def _answer(self, request: Request, view: View) -> Response:
        now = self.clock()
        headers: dict[str, str] = {}
        try:
            family = self._authenticate(request, now)
            allowed, headers = self.limiter.spend((family.client_id, family.user_id))
            if not allowed:
                return self._error(ApiError(429, "Rate Limit Exceeded", 2020), headers)
            self._authorize(family, request.url.path)
            call = Call(
                Query(request.query_params.multi_items(), now=now),
                request.path_params.get("name", ""),
                family,
                self.faults.role or family.role,
            )
            body = view(call)
        except ApiError as error:
            return self._error(error, headers)
        if self.faults.content_marker:
            body = dump(self._marked(json.loads(body)))
        return Response(body, headers=headers, media_type="application/json")

    def _authenticate(self, request: Request, now: datetime) -> Family:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        family = self.identity.tokens.family_of(token, now=now)
        region = request.path_params["region"]
        if scheme.lower() != "bearer" or family is None or region != self.region:
            raise ApiError(401, _UNAUTHORIZED, 2006)
        if self.faults.token_revoked:
            raise ApiError(401, _UNAUTHORIZED, 2006)
        return family

    def _authorize(self, family: Family, path: str) -> None:
        applies = self.faults.applies_to(path)
        if not {"read", "write"} & set(family.scope.split()):
            raise ApiError(403, "Token missing required scopes", 0)
        if applies and self.faults.forbidden:
            raise ApiError(403, "Access Denied", 2010)
        if applies and self.faults.not_on_plan:
            message = "Required abilities are unavailable"
            raise ApiError(402, message, 2014, ["The account does not have this ability."])

    def _marked(self, body: Json) -> Json:
        marker = self.faults.content_marker or ""
        return mark(body, marker, labels=self.faults.mark_labels)

    def _error(self, error: ApiError, headers: dict[str, str]) -> Response:
        if self.faults.html_errors:
            marker = (self.faults.content_marker or "").encode()
            return Response(_HTML + marker, error.status, headers, media_type="text/html")
        detail: dict[str, Any] = {"message": error.message, "code": error.code}
        if error.errors:
            detail["errors"] = error.errors
        if error.code == 2014:
            detail["missing_abilities"] = ["the ability asked for"]
        body: Any = {"error": detail}
        if self.faults.content_marker:
            body = self._marked(body)
        return Response(dump(body), error.status, headers, media_type="application/json")
