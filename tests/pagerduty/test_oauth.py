"""OAuth against the simulated identity server, over real HTTP."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from corvana.config import EU_AUDIENCE, US_AUDIENCE, Settings
from corvana.errors import ConnectRefused, CorvanaError, Unauthorized, Unreachable
from corvana.pagerduty import id_token, oauth
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.tokens import Tokens
from tests.builders.consent import answer_consent

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    world = build_world(seed=3, end=NOW, days=7, incidents=20)
    with RunningSandbox(world) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox) -> Iterator[RunningSandbox]:
    running.faults.reset()
    yield running
    running.faults.reset()


@pytest.fixture
def settings(sandbox: RunningSandbox) -> Settings:
    return Settings(identity_url_setting=sandbox.url)


def approve(settings: Settings, verifier: str, decision: str = "allow") -> dict[str, str]:
    """Walk through the consent page as a browser does; return the answer's query."""
    url = oauth.authorization_url(settings, state="s" * 43, verifier=verifier)
    query = parse_qs(urlsplit(answer_consent(url, decision=decision)).query)
    return {name: values[0] for name, values in query.items()}


def connect(settings: Settings) -> oauth.Grant:
    verifier = oauth.create_verifier()
    code = approve(settings, verifier)["code"]
    return oauth.exchange(settings, code=code, verifier=verifier, now=NOW)


def test_authorization_url_asks_for_read_with_pkce_and_state() -> None:
    settings = Settings(identity_url_setting="https://identity.example.com")
    url = oauth.authorization_url(settings, state="abc", verifier="v" * 64)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith("https://identity.example.com/oauth/authorize?")
    assert query["scope"] == "read"
    assert query["state"] == "abc"
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert query["redirect_uri"] == settings.redirect_uri


def test_a_grant_has_tokens_and_verified_claims(
    settings: Settings, sandbox: RunningSandbox
) -> None:
    grant = connect(settings)
    claims = id_token.verify(settings, grant.id_token, datetime.now(UTC))
    assert claims.account_id == sandbox.world.account_id
    assert claims.subdomain == sandbox.world.subdomain
    assert (claims.audience, claims.region) == (US_AUDIENCE, "US")
    assert grant.tokens.expires_at > NOW


def test_no_process_wide_switch_is_thrown(settings: Settings) -> None:
    connect(settings)
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ
    assert "OAUTHLIB_RELAX_TOKEN_SCOPE" not in os.environ


def test_tokens_appear_in_no_repr_and_no_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    grant = connect(settings)
    renewed = oauth.refresh(settings, grant.tokens.refresh_token, NOW)
    seen = caplog.text + repr(grant) + repr(renewed) + str(grant)
    for secret in (
        grant.tokens.access_token,
        grant.tokens.refresh_token,
        renewed.access_token,
        renewed.refresh_token,
        grant.id_token,
        settings.client_secret.get_secret_value(),
    ):
        assert secret not in seen


def test_european_audience(settings: Settings, sandbox: RunningSandbox) -> None:
    sandbox.faults.audience = EU_AUDIENCE
    claims = id_token.verify(settings, connect(settings).id_token, datetime.now(UTC))
    assert (claims.audience, claims.region) == (EU_AUDIENCE, "EU")


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        ({"granted_scope": "openid"}, "scope_missing"),
        ({"granted_scope": "openid read write"}, "write_granted"),
        ({"granted_scope": "openid incidents.write read"}, "write_granted"),
        ({"code_lifetime_seconds": 0.0}, "code_expired"),
    ],
)
def test_refused_grants(
    settings: Settings, sandbox: RunningSandbox, faults: dict[str, object], reason: str
) -> None:
    sandbox.faults.update(faults)
    with pytest.raises(ConnectRefused) as refused:
        connect(settings)
    assert refused.value.reason == reason


def test_a_refused_write_grant_is_given_back(settings: Settings, sandbox: RunningSandbox) -> None:
    sandbox.faults.granted_scope = "openid read write"
    with pytest.raises(ConnectRefused):
        connect(settings)
    assert list(sandbox.identity.tokens.access.values())[-1].family.revoked


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        ({"audience": "https://api.evil.example"}, "host_unknown"),
        ({"issuer": "https://identity.evil.example"}, "identity_invalid"),
        ({"wrong_signature": True}, "identity_invalid"),
    ],
)
def test_refused_identities(
    settings: Settings, sandbox: RunningSandbox, faults: dict[str, object], reason: str
) -> None:
    sandbox.faults.update(faults)
    grant = connect(settings)
    with pytest.raises(ConnectRefused) as refused:
        id_token.verify(settings, grant.id_token, datetime.now(UTC))
    assert refused.value.reason == reason


@pytest.mark.parametrize("later", [timedelta(hours=1, minutes=2), -timedelta(minutes=2)])
def test_an_id_token_holds_only_in_its_time(settings: Settings, later: timedelta) -> None:
    grant = connect(settings)
    with pytest.raises(ConnectRefused, match="identity_invalid"):
        id_token.verify(settings, grant.id_token, datetime.now(UTC) + later)


def test_only_rs256_is_accepted(settings: Settings) -> None:
    forged = jwt.encode(
        {"alg": "HS256"}, {"iss": "x"}, OctKey.import_key("k" * 32), algorithms=["HS256"]
    )
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    for token in (forged, unsigned, "rubbish", ""):
        with pytest.raises(ConnectRefused, match="identity_invalid"):
            id_token.verify(settings, token, datetime.now(UTC))


def test_a_refresh_renews_both_tokens(settings: Settings) -> None:
    old = connect(settings).tokens
    new = oauth.refresh(settings, old.refresh_token, NOW)
    assert new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token


def test_a_refused_refresh_is_unauthorized_and_quotes_nothing(settings: Settings) -> None:
    with pytest.raises(Unauthorized) as refused:
        oauth.refresh(settings, "pdus+_not-a-token", NOW)
    assert "pdus" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_outage_is_retryable(settings: Settings, sandbox: RunningSandbox) -> None:
    verifier = oauth.create_verifier()
    code = approve(settings, verifier)["code"]
    sandbox.faults.token_endpoint_down = True
    with pytest.raises(Unreachable) as down:
        oauth.exchange(settings, code=code, verifier=verifier, now=NOW)
    assert down.value.retryable
    with pytest.raises(Unreachable):
        oauth.refresh(settings, "pdus+_x", NOW)


def test_nobody_answers() -> None:
    settings = Settings(identity_url_setting="http://127.0.0.1:9")
    tokens = Tokens("pdus+_a", "pdus+_r", NOW)
    with pytest.raises(CorvanaError) as gone:
        oauth.exchange(settings, code="secret-code", verifier="v" * 64, now=NOW)
    assert isinstance(gone.value, Unreachable)
    assert "secret-code" not in str(gone.value)
    with pytest.raises(Unreachable):
        id_token.verify(settings, "x.y.z", datetime.now(UTC))
    assert oauth.revoke(settings, tokens) is False


def test_revoke_ends_the_grant(settings: Settings) -> None:
    tokens = connect(settings).tokens
    assert oauth.revoke(settings, tokens) is True
    with pytest.raises(Unauthorized):
        oauth.refresh(settings, tokens.refresh_token, NOW)


def test_wrong_secret_is_told_apart(sandbox: RunningSandbox) -> None:
    settings = Settings(
        identity_url_setting=sandbox.url,
        client_id_setting="corvana-sandbox",
        client_secret_setting="wrong",
    )
    verifier = oauth.create_verifier()
    code = approve(settings, verifier)["code"]
    with pytest.raises(ConnectRefused, match="app_unknown"):
        oauth.exchange(settings, code=code, verifier=verifier, now=NOW)
