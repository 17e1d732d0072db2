"""The identity server: consent, codes, tokens, their keys and their revocation."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from corvana.config import (
    EU_AUDIENCE,
    SANDBOX_CLIENT_ID,
    SANDBOX_CLIENT_SECRET,
    US_AUDIENCE,
)
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.consent import consent_page, refusal_page
from corvana.sandbox.identity.tokens import Code, Family, GrantRefusedError, Pair, TokenStore
from corvana.sandbox.world.model import User, World
from corvana.setting_kinds import LOOPBACK_HOSTS

ISSUER = "https://identity.pagerduty.com/global/oauth/anonymous"
PEOPLE = (
    ("owner", "Account owner"),
    ("admin", "Global admin"),
    ("limited_user", "Responder (not an admin)"),
)
_DENIED = "The resource owner or authorization server denied the request."
_ID_TOKEN_SECONDS = 3600
_KEY_ID: Final = "sandbox-1"
_MOST_WAITING: Final = 200
"""Anybody can ask for access: of more requests that wait, the oldest are forgotten."""
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Transaction:
    """A request for access that waits for the person's decision."""

    redirect_uri: str
    state: str | None
    scope: str
    challenge: str | None


def granted_scope(requested: str) -> str:
    """Drop unknown scopes; `openid` is always granted."""
    asked = requested.split()
    return " ".join(["openid", *(name for name in ("read", "write") if name in asked)])


def _is_loopback(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme in {"http", "https"} and parts.hostname in LOOPBACK_HOSTS


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _half_hash(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


@dataclass(slots=True)
class Identity:
    """State and routes of the identity server.

    `redirect_uri` is the only one that is registered; None: any address of this computer.
    """

    world: World
    region: str
    clock: Callable[[], datetime]
    faults: Faults
    role: str | None = None
    redirect_uri: str | None = None
    tokens: TokenStore = field(default_factory=TokenStore)
    _waiting: dict[str, Transaction] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/oauth/authorize", self.authorize, methods=["GET"]),
            Route("/oauth/authorize", self.decide, methods=["POST"]),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
            Route("/global/oauth/anonymous/jwks", self.jwks, methods=["GET"]),
        ]

    def user_with(self, role: str) -> User:
        """Return a person with this role, or any person; the grant then gives the role."""
        return next((user for user in self.world.users if user.role == role), self.world.users[0])

    def _is_registered(self, uri: str) -> bool:
        return _is_loopback(uri) if self.redirect_uri is None else uri == self.redirect_uri

    def _refuse(self, error: str, description: str, status: int = 400) -> JSONResponse:
        return JSONResponse(
            {"error": error, "error_description": self._marked(description)}, status
        )

    def _marked(self, text: str) -> str:
        marker = self.faults.content_marker
        return f"{text} {marker}" if marker else text

    def grant(self, *, role: str, scope: str, client_id: str = SANDBOX_CLIENT_ID) -> Family:
        role = self.role or role
        user = self.user_with(role)
        seed = f"{self.world.account_id}/{user.id}/{client_id}"
        delegation_id = hashlib.sha256(seed.encode()).hexdigest()[:26].upper()
        return Family(client_id, user.id, role, scope, delegation_id)

    def issue(self, family: Family) -> Pair:
        return self.tokens.issue_pair(
            family, now=self.clock(), seconds=self.faults.access_token_seconds
        )

    async def authorize(self, request: Request) -> Response:
        query = request.query_params
        problem = None
        redirect_uri = query.get("redirect_uri", "")
        if query.get("client_id") != SANDBOX_CLIENT_ID:
            problem = "The client is not registered."
        elif not self._is_registered(redirect_uri):
            problem = "The redirect URI is not registered for this client."
        elif query.get("response_type") != "code":
            problem = "The response type must be “code”."
        elif not query.get("scope"):
            problem = "A scope is required."
        elif "code_challenge" in query and query.get("code_challenge_method") != "S256":
            problem = "The code challenge method must be S256."
        if problem is not None:
            return HTMLResponse(refusal_page(problem), 400, _PAGE_HEADERS)
        transaction = Transaction(
            redirect_uri,
            query.get("state"),
            granted_scope(query["scope"]),
            query.get("code_challenge"),
        )
        name = secrets.token_urlsafe(24)
        while len(self._waiting) >= _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[name] = transaction
        page = consent_page(
            transaction=name,
            subdomain=self.world.subdomain,
            scopes=transaction.scope.split(),
            people=PEOPLE,
        )
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    async def decide(self, request: Request) -> Response:
        form = await _form(request)
        waiting = self._waiting.pop(form.get("transaction", ""), None)
        if waiting is None:
            reason = "It was answered already, or it did not start here."
            return HTMLResponse(refusal_page(reason), 400, _PAGE_HEADERS)
        if form.get("decision") == "allow":
            who = form.get("who", "owner")
            role = who if who in dict(PEOPLE) else "owner"
            family = self.grant(role=role, scope=self.faults.granted_scope or waiting.scope)
            lifetime = self.faults.code_lifetime_seconds
            expires_at = datetime.fromtimestamp(
                self.clock().timestamp() + lifetime, tz=self.clock().tzinfo
            )
            answer = {
                "code": self.tokens.issue_code(
                    Code(family, waiting.redirect_uri, waiting.challenge, expires_at)
                )
            }
        else:
            answer = {"error": "access_denied", "error_description": self._marked(_DENIED)}
        if waiting.state is not None:
            answer["state"] = waiting.state
        joint = "&" if urlsplit(waiting.redirect_uri).query else "?"
        return RedirectResponse(f"{waiting.redirect_uri}{joint}{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        if self.faults.token_endpoint_down:
            return Response("Service Unavailable", 503)
        form = await _form(request)
        client_id = form.get("client_id", "")
        secret = form.get("client_secret", "")
        if not (_same(client_id, SANDBOX_CLIENT_ID) and _same(secret, SANDBOX_CLIENT_SECRET)):
            return self._refuse("invalid_client", "Client authentication failed.", 401)
        now = self.clock()
        grant_type = form.get("grant_type")
        try:
            if grant_type == "authorization_code":
                family = self.tokens.redeem_code(
                    form.get("code", ""),
                    client_id=client_id,
                    redirect_uri=form.get("redirect_uri", ""),
                    verifier=form.get("code_verifier", ""),
                    now=now,
                )
            elif grant_type == "refresh_token":
                family = self.tokens.redeem_refresh(
                    form.get("refresh_token", ""), client_id=client_id, now=now
                )
            else:
                return self._refuse("unsupported_grant_type", "The grant type is not supported.")
        except GrantRefusedError:
            return self._refuse("invalid_grant", "The grant is invalid, expired or revoked.")
        pair = self.issue(family)
        body: dict[str, Any] = {
            "access_token": pair.access,
            "refresh_token": pair.refresh,
            "token_type": "bearer",
            "expires_in": self.faults.access_token_seconds,
            "scope": family.scope,
        }
        if grant_type == "authorization_code":
            body["id_token"] = self.id_token(pair)
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    def id_token(self, pair: Pair) -> str:
        family = pair.family
        user = next(user for user in self.world.users if user.id == family.user_id)
        issued_at = int(self.clock().timestamp())
        european = self.region == "eu"
        marker = self.faults.content_marker
        claims = {
            "iss": self.faults.issuer or ISSUER,
            "aud": [
                self.faults.audience or (EU_AUDIENCE if european else US_AUDIENCE),
                family.client_id,
            ],
            "sub": f"{marker}.{user.email}" if marker else user.email,
            "account_id": self.world.account_id,
            "user_id": user.id,
            "subdomain": self.world.subdomain,
            "region": "Europe" if european else "UnitedStates",
            "delegation_id": family.delegation_id,
            "azp": family.client_id,
            "iat": issued_at,
            "nbf": issued_at,
            "exp": issued_at + _ID_TOKEN_SECONDS,
            "at_hash": _half_hash(pair.access),
        }
        key = _new_key() if self.faults.wrong_signature else _own_key()
        return jwt.encode({"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}, claims, key)

    async def revoke(self, request: Request) -> Response:
        form = await _form(request)
        if form.get("client_id") != SANDBOX_CLIENT_ID:
            return self._refuse("invalid_client", "Client authentication failed.", 401)
        self.tokens.revoke(form.get("token", ""))
        return JSONResponse({})

    async def jwks(self, request: Request) -> Response:  # noqa: ARG002 - Starlette passes it
        return JSONResponse(KeySet([_own_key()]).as_dict(private=False))


@cache
def _own_key() -> RSAKey:
    """The key that signs tokens. It is made once per process, because making a key is slow."""
    return _new_key()


def _new_key() -> RSAKey:
    parameters: Any = {"kid": _KEY_ID, "use": "sig", "alg": "RS256"}
    return RSAKey.generate_key(2048, parameters, private=True)
