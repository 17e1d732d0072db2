"""A small OpenID provider: it signs in whoever `person` names, without asking."""

import base64
import hashlib
import threading
import time
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from benchmarks.running_app import free_port

CLIENT_ID = "corvana-tests"
CLIENT_SECRET = "corvana-tests-secret"


def new_key() -> RSAKey:
    """A key with the name of the provider's key."""
    return RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


class OpenIdProvider:
    """The provider, in a thread.

    `refuse` is the error that it answers instead of signing in; `forger` a key that is not its own,
    with which proofs are signed.
    """

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.person: Mapping[str, Any] = {"sub": "ann", "email": "ann@example.com"}
        self.refuse: str | None = None
        self.signed_out = 0
        self.forger: RSAKey | None = None
        self._key = new_key()
        self._granted: dict[str, dict[str, Any]] = {}
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
            Route("/logout", self._logout),
        ]
        port = int(self.url.rsplit(":", 1)[1])
        self._server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=routes), port=port, log_level="error")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    def section(self, app_url: str) -> str:
        """The `[auth]` section of an application at this address."""
        return (
            f'[auth]\nredirect_uri = "{app_url}/oauth2callback"\n'
            'cookie_secret = "a secret for tests, thirty-two characters long"\n'
            f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )

    async def _metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "end_session_endpoint": f"{self.url}/logout",
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        back = asked["redirect_uri"]
        # A strict provider signs nobody in without being asked, and refuses what it does not know.
        if self.refuse or "prompt" in asked or asked["client_id"] != CLIENT_ID:
            error = self.refuse or "interaction_required"
            return RedirectResponse(
                f"{back}?{urlencode({'error': error, 'state': asked['state']})}"
            )
        code = f"code{len(self._granted)}"
        self._granted[code] = {
            "nonce": asked["nonce"],
            "challenge": asked["code_challenge"],
            "person": dict(self.person),
        }
        return RedirectResponse(f"{back}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        granted = self._granted.pop(form["code"][0], None)
        proof = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        )
        if granted is None or proof.decode().rstrip("=") != granted["challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": granted["nonce"],
            **granted["person"],
        }
        id_token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.forger or self._key)
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))

    async def _logout(self, request: Request) -> Response:
        self.signed_out += 1
        return RedirectResponse(request.query_params["post_logout_redirect_uri"])
