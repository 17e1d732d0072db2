"""The requests of an application to the identity server."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx

from corvana.config import SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET
from corvana.sandbox.identity.tokens import challenge_for

REDIRECT = "http://localhost:8501/oauth/pagerduty/callback"
VERIFIER = "v" * 64


def ask(url: str, **changes: str) -> httpx.Response:
    """Request access, as the application's redirect does."""
    query = {
        "client_id": SANDBOX_CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid read",
        "state": "s-1",
        "code_challenge": challenge_for(VERIFIER),
        "code_challenge_method": "S256",
    } | changes
    return httpx.get(f"{url}/oauth/authorize", params=query)


def answer(url: str, *, decision: str = "allow", who: str = "owner", **changes: str) -> dict:
    """Submit the decision on the consent page; return the parameters of the redirect."""
    found = re.search(r'name="transaction" value="([^"]+)"', ask(url, **changes).text)
    assert found
    form = {"transaction": found[1], "decision": decision, "who": who}
    response = httpx.post(f"{url}/oauth/authorize", data=form)
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {key: values[0] for key, values in query.items()}


def exchange(url: str, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": SANDBOX_CLIENT_ID,
        "client_secret": SANDBOX_CLIENT_SECRET,
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    } | changes
    return httpx.post(f"{url}/oauth/token", data=form)


def renew(url: str, refresh_token: str) -> httpx.Response:
    return exchange(url, "", grant_type="refresh_token", refresh_token=refresh_token)
