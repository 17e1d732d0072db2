"""OAuth with PagerDuty's identity server: the only user of requests-oauthlib.

Classic user OAuth with PKCE, https://developer.pagerduty.com/docs/oauth-functionality. Neither a
token nor anything the server wrote is ever part of a message raised here.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final, TypeGuard

import requests
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests.adapters import BaseAdapter
from requests_oauthlib import OAuth2Session

from corvana.config import Settings
from corvana.errors import (
    ConnectRefused,
    PagerDutyError,
    Unauthorized,
    Unreachable,
    UnreadableBody,
    without_origin,
)
from corvana.pagerduty import answers
from corvana.pagerduty.answers import Limits
from corvana.tokens import Tokens

SCOPE: Final = "read"

_MOST: Final = Limits(size=256_000, parts=300, seconds=15.0)
_MOST_OF_REVOKED: Final = Limits(size=256_000, parts=300, seconds=5.0)
_TOKEN: Final = re.compile(r"[!-~]{1,8192}")
"""A header can hold it: printable ASCII without a space."""

_ODD: Final = (
    OAuth2Error,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What oauthlib raises for an answer that is not as it should be."""

_SENT_HEADERS: Final = frozenset({"Accept", "Authorization", "Content-Type"})
_SHORTEST_LIFE: Final = 60
_LONGEST_LIFE: Final = 90 * 86400

# At debug level these write request bodies and tokens.
for _name in ("requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Grant:
    """The result of exchanging the code. `repr` shows no token."""

    tokens: Tokens
    id_token: str = field(repr=False)


class _Refused(Exception):
    """The token endpoint returned 4xx; `error` is its OAuth error code."""

    def __init__(self, error: str, status: int) -> None:
        super().__init__(f"{status} from the token endpoint")
        self.error = error
        self.status = status


class _Limited(BaseAdapter):
    """Sends what requests has prepared as `answers.ask` does, which keeps to the limits.

    https URLs of a loopback address are sent as plain http when `loopback`. oauthlib builds a
    request for plain http only if an environment variable of the whole process is set. `SafeUrl`
    has already limited http to loopback, so only this session goes without TLS.
    """

    def __init__(self, *, loopback: bool) -> None:
        super().__init__()
        self._loopback = loopback

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        del stream, timeout, verify, cert, proxies
        url = request.url or ""
        answer = answers.ask(
            request.method or "GET",
            "http" + url.removeprefix("https") if self._loopback else url,
            _MOST,
            proxied=not self._loopback,
            headers={
                name: value for name, value in request.headers.items() if name in _SENT_HEADERS
            },
            content=request.body,
        )
        response = requests.Response()
        response.status_code, response.encoding = answer.status, "utf-8"
        response.headers.update(answer.headers)
        response.url, response.request, response.raw = url, request, BytesIO(answer.body)
        return response

    def close(self) -> None:
        """Nothing stays open."""


def _secure(url: str) -> str:
    return url.replace("http://", "https://", 1)


def _session(settings: Settings) -> OAuth2Session:
    # Without a scope the library accepts the granted one (PagerDuty always adds `openid`);
    # `exchange` checks it instead.
    session = OAuth2Session(
        client=WebApplicationClient(settings.client_id), redirect_uri=settings.redirect_uri
    )
    session.max_redirects = 0
    session.register_compliance_hook("access_token_response", _check)
    session.register_compliance_hook("refresh_token_response", _check)
    session.trust_env = False
    session.mount("https://", _Limited(loopback=_is_loopback(settings)))
    return session


def _is_loopback(settings: Settings) -> bool:
    return settings.identity_url.startswith("http://")


def _check(response: requests.Response) -> requests.Response:
    status = response.status_code
    if status == 200:
        return response
    if 400 <= status < 500 and status not in {408, 425, 429}:
        try:
            error = response.json()["error"]
        except _ODD:
            error = ""
        raise _Refused(error if isinstance(error, str) else "", status)
    raise Unreachable(f"the identity server answered {status}", status=status)


def authorization_url(settings: Settings, *, state: str, verifier: str) -> str:
    """Return the URL of the consent page for the browser: scope `read`, PKCE S256."""
    client = WebApplicationClient(settings.client_id)
    challenge = client.create_code_challenge(verifier, "S256")
    url: str
    url, _ = OAuth2Session(
        client=client, redirect_uri=settings.redirect_uri, scope=[SCOPE]
    ).authorization_url(
        _secure(f"{settings.consent_url}/oauth/authorize"),
        state=state,
        code_challenge=challenge,
        code_challenge_method="S256",
    )
    if settings.consent_url.startswith("http://"):
        return url.replace("https://", "http://", 1)
    return url


def create_verifier() -> str:
    """Return a fresh PKCE verifier."""
    return str(WebApplicationClient("").create_code_verifier(96))


@without_origin()
def exchange(settings: Settings, *, code: str, verifier: str, now: datetime) -> Grant:
    """Exchange the code, which lives 30 seconds, and check the granted scope.

    Raises `ConnectRefused` (`code_expired`, `app_unknown`, `scope_missing`, `write_granted`,
    `identity_invalid`) and `Unreachable`. A grant refused here is revoked, as far as possible.
    """
    try:
        with _session(settings) as session:
            token = session.fetch_token(
                _secure(f"{settings.identity_url}/oauth/token"),
                code=code,
                code_verifier=verifier,
                include_client_id=True,
                client_secret=settings.client_secret.get_secret_value(),
            )
    except _Refused as refused:
        reason = "code_expired" if refused.error in {"invalid_grant", ""} else "app_unknown"
        raise ConnectRefused(reason) from None
    except requests.RequestException:
        raise Unreachable("the identity server did not answer") from None
    except (UnreadableBody, *_ODD):
        raise ConnectRefused("identity_invalid") from None
    tokens = _tokens(token, now)
    if tokens is None:
        raise ConnectRefused("identity_invalid")
    scopes = _scopes(token.get("scope"))
    if any(scope == "write" or scope.endswith(".write") for scope in scopes):
        revoke(settings, tokens)
        raise ConnectRefused("write_granted")
    if SCOPE not in scopes:
        revoke(settings, tokens)
        raise ConnectRefused("scope_missing")
    id_token = token.get("id_token")
    if not isinstance(id_token, str):
        revoke(settings, tokens)
        raise ConnectRefused("identity_invalid")
    return Grant(tokens, id_token)


@without_origin()
def refresh(settings: Settings, refresh_token: str, now: datetime) -> Tokens:
    """Renew the pair. The caller holds the lease and stores the new pair before using it.

    Raises `Unauthorized` when the refresh token is refused, `Unreachable` otherwise.
    """
    try:
        with _session(settings) as session:
            token = session.refresh_token(
                _secure(f"{settings.identity_url}/oauth/token"),
                refresh_token=refresh_token,
                client_id=settings.client_id,
                client_secret=settings.client_secret.get_secret_value(),
            )
    except _Refused as refused:
        raise Unauthorized("the refresh token was refused", status=refused.status) from None
    except requests.RequestException:
        raise Unreachable("the identity server did not answer") from None
    except (UnreadableBody, *_ODD):
        raise Unreachable("the identity server's answer could not be read") from None
    tokens = _tokens(token, now)
    if tokens is None:
        raise Unreachable("the identity server's answer could not be read")
    return tokens


def _tokens(token: Mapping[str, Any], now: datetime) -> Tokens | None:
    access, renewal = token.get("access_token"), token.get("refresh_token")
    try:
        life = int(token.get("expires_in") or 0)
    except (ValueError, TypeError, OverflowError):
        life = 0
    if not (_is_token(access) and _is_token(renewal)):
        return None
    life = max(_SHORTEST_LIFE, min(life, _LONGEST_LIFE))
    return Tokens(access, renewal, now + timedelta(seconds=life))


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def _scopes(granted: object) -> set[str]:
    words = granted.split() if isinstance(granted, str) else granted
    return {word for word in words if isinstance(word, str)} if isinstance(words, list) else set()


def revoke(settings: Settings, tokens: Tokens) -> bool:
    """Ask PagerDuty to revoke both tokens; return whether it confirmed both.

    The endpoint is undocumented, so the revocation may fail; this function never raises.
    """
    accepted = True
    for token in (tokens.refresh_token, tokens.access_token):
        try:
            answer = answers.ask(
                "POST",
                f"{settings.identity_url}/oauth/revoke",
                _MOST_OF_REVOKED,
                proxied=not _is_loopback(settings),
                data={
                    "token": token,
                    "client_id": settings.client_id,
                    "client_secret": settings.client_secret.get_secret_value(),
                },
            )
        except UnreadableBody:
            continue
        except PagerDutyError:
            return False
        accepted = accepted and answer.status < 300
    return accepted
