"""Nothing listens on the network without sign-in."""

from pathlib import Path

import pytest

from corvana.errors import ConfigError
from corvana.web.sign_in import auth_configured, check_exposure

LOCAL = "http://localhost:8501"
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
    check_exposure(address, LOCAL, auth_configured=False)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.0.0.5", "corvana.example.com"])
def test_any_other_address_does(address: str | None) -> None:
    with pytest.raises(ConfigError, match="sign-in"):
        check_exposure(address, LOCAL, auth_configured=False)
    check_exposure(address, LOCAL, auth_configured=True)


def test_so_does_a_public_base_url_behind_which_a_proxy_must_stand() -> None:
    with pytest.raises(ConfigError, match="CORVANA_BASE_URL is a public address"):
        check_exposure("127.0.0.1", "https://corvana.example.com", auth_configured=False)
    check_exposure("127.0.0.1", "https://corvana.example.com", auth_configured=True)


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
