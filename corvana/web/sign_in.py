"""Sign-in: without it, the server listens on loopback only."""

import ipaddress
import tomllib
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from corvana.config import LOOPBACK_HOSTS, SECRETS_FILE
from corvana.errors import ConfigError

_REQUIRED = frozenset(
    {"redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"}
)


@lru_cache(maxsize=4)
def auth_configured(secrets_file: Path = SECRETS_FILE) -> bool:
    """Whether the secrets hold a complete `[auth]` section (OIDC, `st.login`).

    Raises `ConfigError` when the section is incomplete.
    """
    try:
        auth = tomllib.loads(secrets_file.read_text(encoding="utf-8")).get("auth")
    except FileNotFoundError:
        return False
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ConfigError(f"{secrets_file} is not valid TOML") from None
    if auth is None:
        return False
    missing = sorted(_REQUIRED - {key for key, value in auth.items() if value})
    if missing:
        raise ConfigError(f"[auth] in {secrets_file} lacks {', '.join(missing)}")
    return True


def is_loopback(host: str | None) -> bool:
    """Whether `host` names this machine only."""
    if host is None:
        return False
    host = host.strip("[]").lower()
    if host in LOOPBACK_HOSTS:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(address: str | None, auth_configured: bool) -> None:
    """Refuse to start on any address but loopback unless sign-in is configured.

    Without an address, the server listens on every address. Raises `ConfigError`.
    """
    if auth_configured or is_loopback(address):
        return
    raise ConfigError(
        f"server.address is {address or 'every address'}: sign-in must be configured ([auth] in "
        f"{SECRETS_FILE}) before anything but localhost is listened on"
    )


class SignInGate:
    """Without sign-in, serve only requests that arrive on loopback and name a loopback host.

    It stops two cases that `check_exposure` cannot see: another ASGI server that listens on the
    network, and a foreign site whose host name resolves to this machine.
    """

    def __init__(self, app: ASGIApp, *, required: bool | None = None) -> None:
        self.app = app
        self._open = auth_configured() if required is None else required

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or self._open or _is_local(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            refusal = PlainTextResponse("Sign-in is not configured: localhost only.\n", 403)
            await refusal(scope, receive, send)


def _is_local(scope: Scope) -> bool:
    host = Headers(scope=scope).get("host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    server = scope.get("server")
    return is_loopback(name) and server is not None and is_loopback(server[0])
