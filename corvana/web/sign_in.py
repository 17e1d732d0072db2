"""Sign-in: without it, the server listens on loopback only."""

import ipaddress
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from corvana.config import SECRETS_FILE
from corvana.errors import ConfigError
from corvana.setting_kinds import LOOPBACK_HOSTS

_REQUIRED = frozenset(
    {"redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"}
)


@lru_cache(maxsize=4)
def auth_section(secrets_file: Path = SECRETS_FILE) -> Mapping[str, Any]:
    """Return the `[auth]` section of the secrets (OpenID Connect); empty when there is none.

    Raises `ConfigError` when the section is incomplete.
    """
    try:
        auth = tomllib.loads(secrets_file.read_text(encoding="utf-8")).get("auth")
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ConfigError(f"{secrets_file} is not valid TOML") from None
    if auth is None:
        return {}
    missing = sorted(_REQUIRED - {key for key, value in auth.items() if value})
    if missing:
        raise ConfigError(f"[auth] in {secrets_file} lacks {', '.join(missing)}")
    return MappingProxyType(auth)


def auth_configured(secrets_file: Path = SECRETS_FILE) -> bool:
    """Whether people have to sign in. Raises `ConfigError` when the section is incomplete."""
    return bool(auth_section(secrets_file))


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


def check_exposure(address: str | None, base_url: str, auth_configured: bool) -> None:
    """Refuse to start on any address but loopback, or for any other, unless sign-in is configured.

    Without an address, the server listens on every address. With a public base URL a proxy on this
    machine passes the network's requests on. Raises `ConfigError`.
    """
    if auth_configured:
        return
    needed = f"sign-in must be configured ([auth] in {SECRETS_FILE})"
    if not is_loopback(address):
        raise ConfigError(
            f"server.address is {address or 'every address'}: {needed} before anything but "
            "localhost is listened on"
        )
    if not is_loopback(urlsplit(base_url).hostname):
        raise ConfigError(
            f"CORVANA_BASE_URL is a public address: {needed} before anybody but this computer is "
            "served"
        )
