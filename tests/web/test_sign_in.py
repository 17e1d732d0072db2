"""Nothing listens on the network without sign-in."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from corvana.errors import ConfigError
from corvana.web import sign_in
from corvana.web.sign_in import SignInGate, auth_configured, check_exposure

COMPLETE = """
[auth]
redirect_uri = "https://corvana.example.com/oauth2callback"
cookie_secret = "x"
client_id = "x"
client_secret = "x"
server_metadata_url = "https://idp.example.com/.well-known/openid-configuration"
"""


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.0.0.2", "::1", "[::1]"])
def test_localhost_needs_no_sign_in(address: str) -> None:
    check_exposure(address, auth_configured=False)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.0.0.5", "corvana.example.com"])
def test_any_other_address_does(address: str | None) -> None:
    with pytest.raises(ConfigError, match="sign-in"):
        check_exposure(address, auth_configured=False)
    check_exposure(address, auth_configured=True)


def write(folder: Path, text: str) -> Path:
    path = folder / "secrets.toml"
    path.write_text(text)
    return path


def test_auth_is_read_from_the_secrets(tmp_path: Path) -> None:
    assert not auth_configured(tmp_path / "missing.toml")
    assert auth_configured(write(tmp_path, COMPLETE))


def test_no_auth_section(tmp_path: Path) -> None:
    assert not auth_configured(write(tmp_path, "[other]\nx = 1\n"))


def test_half_an_auth_section_is_an_error_not_a_guess(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="client_secret"):
        auth_configured(write(tmp_path, COMPLETE.replace('client_secret = "x"', "")))


def test_broken_secrets_quote_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as broken:
        auth_configured(write(tmp_path, "token = hunter2"))
    assert "hunter2" not in str(broken.value)


def gated(*, server: str = "127.0.0.1", required: bool = False, host: str = "localhost") -> int:
    """Ask through the gate; `server` is the address the request came in on."""

    def came_in_on(app: ASGIApp) -> ASGIApp:
        async def moved(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "server": (server, 8501)}, receive, send)

        return moved

    inner = Starlette(routes=[Route("/", lambda _: PlainTextResponse("page"))])
    app = came_in_on(SignInGate(inner, required=required))
    return TestClient(app).get("/", headers={"host": host}).status_code


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "[::1]"])
def test_the_gate_lets_this_machine_in(host: str) -> None:
    assert gated(host=host) == 200


def test_the_gate_stops_the_network_however_the_server_was_started() -> None:
    assert gated(server="10.0.0.5") == 403


@pytest.mark.parametrize("host", ["evil.example:8501", "10.0.0.5", "localhost.evil.example", ""])
def test_the_gate_stops_a_foreign_name_that_points_here(host: str) -> None:
    assert gated(host=host) == 403


def test_with_sign_in_the_gate_is_open() -> None:
    assert gated(server="10.0.0.5", host="corvana.example.com", required=True) == 200


def test_the_gate_asks_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "auth_configured", lambda: True)
    inner = Starlette(routes=[Route("/", lambda _: PlainTextResponse("page"))])
    assert TestClient(SignInGate(inner), base_url="http://any.example").get("/").status_code == 200
