"""The first gate: which requests are served at all, whoever sends them.

Host and origin have to be this application's own address. Otherwise a foreign site whose name
resolves to this machine could read pages, and Streamlit would ask a third party for the address of
this server. What a proxy says about the browser counts only from a proxy that the settings name.
"""

import ipaddress
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from corvana.config import Settings, load_settings
from corvana.web.processes.use import last_use
from corvana.web.sign_in import auth_configured, is_loopback

_FORWARDED: Final = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host",
                               "x-forwarded-proto", "x-forwarded-port", "x-real-ip"})  # fmt: skip
METRICS: Final = "/metrics"
_FOR_SUPERVISORS: Final = ("/healthz", "/readyz", "/_stcore/health", METRICS)
_POLICY: Final = 1008
_LOCAL_PROXY: Final = ipaddress.ip_address("127.0.0.1")
_NO_PORT: Final = 0
"""The server, uvicorn, believes `X-Forwarded-For` of proxies on this computer.

It puts the browser's address in place of the proxy's, and 0 in place of the port. No other
connection has this port.
"""

_NOTED_EVERY: Final = 1.0

Checks = Sequence[tuple[str, str, Callable[[Scope], bool]]]
"""The kind of a refusal, why a request is refused, and what must hold so that it is not."""


class Gate:
    """ASGI middleware that refuses what is not addressed to this application.

    `note` is told the kind of each refusal, at most one a second in this process.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        required: bool | None = None,
        settings: Settings | None = None,
        note: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.app = app
        self._note = note
        self._noted_at = -_NOTED_EVERY
        self._signs_in = auth_configured() if required is None else required
        self._settings = settings or load_settings()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is None:
            if scope["type"] == "http" and scope["path"] not in _FOR_SUPERVISORS:
                last_use.note()
            await self.app(scope, receive, send)
            return
        kind, why = refused
        await self._tell(kind)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY})
        else:
            await PlainTextResponse(f"{why}\n", 403)(scope, receive, send)

    async def _tell(self, kind: str) -> None:
        now = time.monotonic()
        if now - self._noted_at >= _NOTED_EVERY:
            self._noted_at = now
            await run_in_threadpool(self._note, kind)

    def _refused(self, scope: Scope) -> tuple[str, str] | None:
        """Return kind and reason of a refusal, or None."""
        checks = self._for_everybody() if self._signs_in else _FOR_THIS_COMPUTER
        return next(((kind, why) for kind, why, holds in checks if not holds(scope)), None)

    def _for_everybody(self) -> Checks:
        own = urlsplit(self._settings.base_url)
        address, origin = own.netloc.lower(), f"{own.scheme}://{own.netloc}".lower()
        return (
            (
                "proxy",
                "This proxy is not one of CORVANA_TRUSTED_PROXIES.",
                lambda scope: (
                    not is_forwarded(scope) or is_from(scope, self._settings.trusted_proxies)
                ),
            ),
            (
                "host",
                "This is not the address of this application (CORVANA_BASE_URL).",
                lambda scope: scope["path"] in _FOR_SUPERVISORS or _host(scope).lower() == address,
            ),
            (
                "origin",
                "This request comes from another site.",
                lambda scope: (_origin(scope) or origin).lower() == origin,
            ),
        )


def _host(scope: Scope) -> str:
    return Headers(scope=scope).get("host", "")


def _origin(scope: Scope) -> str | None:
    return Headers(scope=scope).get("origin")


def is_forwarded(scope: Scope) -> bool:
    """Whether a proxy says that it passed the request on."""
    return bool(_FORWARDED & set(Headers(scope=scope).keys()))


def _arrived_on_loopback(scope: Scope) -> bool:
    server = scope.get("server")
    return server is not None and is_loopback(server[0])


def is_own_address(scope: Scope, settings: Settings) -> bool:
    """Whether the request names the host that browsers use, on whatever port."""
    return _name(_host(scope)).lower().rstrip(".") == urlsplit(settings.base_url).hostname


def is_from(scope: Scope, networks: Iterable[str]) -> bool:
    """Whether whoever sent the request to this server is on one of the networks."""
    client = scope.get("client")
    if client is None:
        return False
    try:
        address = _LOCAL_PROXY if client[1] == _NO_PORT else ipaddress.ip_address(client[0])
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one, strict=False) for one in networks)


def _origin_name(origin: str) -> str | None:
    """The host of an origin; None for `null` and what is no address."""
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None


def _name(host: str) -> str:
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


_FOR_THIS_COMPUTER: Final[Checks] = (
    (
        "host",
        "Sign-in is not configured: localhost only.",
        lambda scope: _arrived_on_loopback(scope) and is_loopback(_name(_host(scope))),
    ),
    (
        "proxy",
        "Sign-in is not configured: nothing that a proxy passes on.",
        lambda scope: not is_forwarded(scope),
    ),
    (
        "origin",
        "This request comes from another site.",
        lambda scope: (origin := _origin(scope)) is None or is_loopback(_origin_name(origin)),
    ),
)
