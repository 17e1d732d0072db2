"""The simulated identity server."""

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from corvana.config import SANDBOX_CLIENT_ID, US_AUDIENCE
from tests.builders.oauth_requests import answer, ask, exchange, renew


def me(sandbox, access):
    return httpx.get(f"{sandbox.api_url}/users/me", headers={"Authorization": f"Bearer {access}"})


def decoded(sandbox, id_token):
    keys = KeySet.import_key_set(httpx.get(f"{sandbox.url}/global/oauth/anonymous/jwks").json())
    return jwt.decode(id_token, keys, algorithms=["RS256"]).claims


def test_the_consent_page_says_it_is_simulated_and_changes_nothing(sandbox):
    page = ask(sandbox.url).text
    assert "SIMULATED" in page
    assert "cannot change" in page
    assert sandbox.world.subdomain in page


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/callback"},
        {"response_type": "token"},
        {"scope": ""},
        {"code_challenge_method": "plain"},
    ],
)
def test_an_invalid_request_is_refused_without_a_redirect(sandbox, changes):
    assert ask(sandbox.url, **changes).status_code == 400


def test_allowing_returns_code_and_state_and_the_code_buys_tokens(sandbox):
    back = answer(sandbox.url)
    assert back["state"] == "s-1"
    body = exchange(sandbox.url, back["code"]).json()
    assert body["token_type"] == "bearer"
    assert body["scope"] == "openid read"
    assert "+" in body["access_token"]
    claims = decoded(sandbox, body["id_token"])
    assert claims["aud"] == [US_AUDIENCE, SANDBOX_CLIENT_ID]
    assert claims["exp"] == claims["iat"] + 3600
    user = me(sandbox, body["access_token"]).json()["user"]
    assert user["role"] == "owner"
    assert user["id"] == claims["user_id"]


def test_denying_says_so(sandbox):
    back = answer(sandbox.url, decision="deny")
    assert back["error"] == "access_denied"
    assert back["state"] == "s-1"


def test_the_responder_is_not_an_admin(sandbox):
    body = exchange(sandbox.url, answer(sandbox.url, who="limited_user")["code"]).json()
    assert me(sandbox, body["access_token"]).json()["user"]["role"] == "limited_user"


def test_unknown_scopes_are_dropped_silently(sandbox):
    body = exchange(sandbox.url, answer(sandbox.url, scope="incidents.read")["code"]).json()
    assert body["scope"] == "openid"
    assert me(sandbox, body["access_token"]).status_code == 403


def test_a_code_works_once(sandbox):
    code = answer(sandbox.url)["code"]
    assert exchange(sandbox.url, code).status_code == 200
    assert exchange(sandbox.url, code).json()["error"] == "invalid_grant"


def test_a_code_dies_after_thirty_seconds(sandbox):
    code = answer(sandbox.url)["code"]
    sandbox.clock.advance(seconds=30)
    assert exchange(sandbox.url, code).status_code == 400


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "w" * 64}, {"redirect_uri": "http://localhost:1/other"}]
)
def test_verifier_and_redirect_uri_must_match(sandbox, changes):
    assert exchange(sandbox.url, answer(sandbox.url)["code"], **changes).status_code == 400


def test_a_wrong_secret_is_refused(sandbox):
    response = exchange(sandbox.url, answer(sandbox.url)["code"], client_secret="no")
    assert response.status_code == 401


def test_refreshing_rotates_and_reuse_revokes_the_family(sandbox):
    _, old, _ = sandbox.issue_tokens()
    fresh = renew(sandbox.url, old).json()
    assert "id_token" not in fresh
    assert me(sandbox, fresh["access_token"]).status_code == 200
    assert renew(sandbox.url, old).json()["error"] == "invalid_grant"
    assert me(sandbox, fresh["access_token"]).status_code == 401
    assert renew(sandbox.url, fresh["refresh_token"]).status_code == 400


def test_revoking_kills_the_family(sandbox):
    access, refresh, _ = sandbox.issue_tokens()
    form = {"token": refresh, "client_id": SANDBOX_CLIENT_ID}
    assert httpx.post(f"{sandbox.url}/oauth/revoke", data=form).status_code == 200
    assert me(sandbox, access).status_code == 401


def test_an_access_token_expires(sandbox):
    access, _, expires_in = sandbox.issue_tokens()
    sandbox.clock.advance(seconds=expires_in)
    assert me(sandbox, access).status_code == 401


def test_the_grant_can_be_spoilt_for_tests_of_refusal(sandbox):
    sandbox.faults.audience = "https://evil.example"
    sandbox.faults.issuer = "https://evil.example/iss"
    sandbox.faults.granted_scope = "openid read write"
    body = exchange(sandbox.url, answer(sandbox.url)["code"]).json()
    claims = decoded(sandbox, body["id_token"])
    assert claims["aud"][0] == "https://evil.example"
    assert claims["iss"] == "https://evil.example/iss"
    assert body["scope"] == "openid read write"


def test_a_wrong_signature_does_not_verify(sandbox):
    sandbox.faults.wrong_signature = True
    body = exchange(sandbox.url, answer(sandbox.url)["code"]).json()
    with pytest.raises(BadSignatureError):
        decoded(sandbox, body["id_token"])


def test_the_token_endpoint_can_be_down(sandbox):
    sandbox.faults.token_endpoint_down = True
    assert exchange(sandbox.url, "any").status_code == 503
