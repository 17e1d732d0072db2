"""Steps around every request: faults, credentials, the rate limit and the marker."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from corvana.sandbox.api.endpoints import Call, View, dump
from corvana.sandbox.api.marking import Json, mark
from corvana.sandbox.api.query import ApiError, Query
from corvana.sandbox.fault_rules import USUAL, Rule
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.server import Identity
from corvana.sandbox.identity.tokens import Family

_WINDOW_SECONDS = 60.0
_UNAUTHORIZED = (
    "Caller did not supply credentials or did not provide the correct credentials. "
    "If you are using an API key, it may be invalid or your Authorization header may be malformed."
)
_HTML = b"<!doctype html><html><body><h1>We are sorry, something went wrong</h1></body></html>"
_DROPPED_LENGTH = b"4096"
_USUAL_ERRORS = {
    402: ("Required abilities are unavailable", 2014),
    403: ("Access Denied", 2010),
    404: ("Not Found", 2100),
    408: ("Request Timeout", 0),
    429: ("Rate Limit Exceeded", 2020),
}


@dataclass(slots=True)
class RateLimiter:
    """Fixed windows of one minute, with one budget per app and person."""

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
    """Announces a body, sends its first bytes and closes the connection, at once or later."""

    def __init__(self, after_seconds: float = 0.0) -> None:
        super().__init__()
        self._after_seconds = after_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [(b"content-type", b"application/json"), (b"content-length", _DROPPED_LENGTH)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"', "more_body": True})
        await asyncio.sleep(self._after_seconds)


@dataclass(slots=True)
class Gate:
    """The steps of a REST request before and after its view.

    Tokens expire by `clock`; what the account shows is that of `account_now`.
    """

    identity: Identity
    faults: Faults
    clock: Callable[[], datetime]
    account_now: Callable[[], datetime]
    region: str
    limiter: RateLimiter
    latency_seconds: float = 0.0

    def endpoint(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            path = request.url.path
            rules = self.faults.due(path, request.url.query)
            latency = self.latency_seconds + self.faults.latency_seconds
            latency += sum(rule.delay_seconds for rule in rules)
            if latency > 0:
                await asyncio.sleep(latency)
            if rules and rules[-1].fails:
                return self._ruled(rules[-1])
            kind = self.faults.next_failure(path)
            return self._failure(kind) or self._answer(request, view, rules, kind)

        return answer

    def fail(self, path: str) -> Response | None:
        """Return the failure that is due on this request to the identity server, if any."""
        rules = self.faults.due(path, "")
        if rules and rules[-1].fails:
            return self._ruled(rules[-1])
        return self._failure(self.faults.next_failure(path))

    def _failure(self, kind: str | None) -> Response | None:
        if self.faults.outage:
            return self._error(ApiError(503, "Service Unavailable", 2000), {})
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

    def _ruled(self, rule: Rule) -> Response:
        """Respond as the rule says. Everything else is as PagerDuty usually sends it."""
        if rule.status is None:
            return Dropped(rule.hang_up_after or 0.0)
        headers = dict(rule.headers or {})
        if rule.status == 429 and rule.headers is None:
            headers = rate_headers(self.limiter.per_minute, 0, self.faults.rate_limit_reset)
        marker = self.faults.content_marker or ""
        if rule.body is USUAL:
            message, code = _USUAL_ERRORS.get(rule.status, ("Internal Server Error", 2000))
            return self._error(ApiError(rule.status, message, code), headers)
        if isinstance(rule.body, str):
            return Response(rule.body + marker, rule.status, headers, media_type="text/html")
        body = rule.body if isinstance(rule.body, bytes) else dump(self._marked(rule.body))
        return Response(body, rule.status, headers, media_type="application/json")

    def _answer(
        self, request: Request, view: View, rules: list[Rule], fault: str | None
    ) -> Response:
        headers: dict[str, str] = {}
        try:
            family = self._authenticate(request, self.clock())
            allowed, headers = self.limiter.spend((family.client_id, family.user_id))
            if not allowed:
                return self._error(ApiError(429, "Rate Limit Exceeded", 2020), headers)
            self._authorize(family, request.url.path)
            call = Call(
                Query(request.query_params.multi_items(), now=self.account_now()),
                request.path_params.get("name", ""),
                family,
                self.faults.role or family.role,
                fault,
            )
            body = view(call)
        except ApiError as error:
            return self._error(error, headers)
        changes = [rule.change for rule in rules if rule.change]
        if changes:
            body = dump(reduce(lambda shown, change: change(shown), changes, json.loads(body)))
        if self.faults.content_marker:
            body = dump(self._marked(json.loads(body)))
        for rule in rules:
            headers |= rule.headers or {}
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
        marker = self.faults.content_marker
        if not marker:
            return body
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
        return Response(
            dump(self._marked(body)), error.status, headers, media_type="application/json"
        )
