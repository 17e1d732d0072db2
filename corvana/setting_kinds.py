"""Kinds of settings: texts that are checked and brought into one form before anything uses them."""

import base64
import ipaddress
import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from corvana.snapshot_folder import checked

LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_KEY_BYTES: Final = 32


def _safe_url(value: str) -> str:
    """Accept https anywhere and plain http on loopback only; strip the trailing slash."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an absolute http(s) URL")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise ValueError("plain http is accepted on loopback only; use https")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be a bare URL, without credentials, query or fragment")
    return value.rstrip("/")


def _network(value: str) -> str:
    """Accept an address or a network such as `10.0.0.0/8`."""
    return str(ipaddress.ip_network(value.strip(), strict=False))


def _fernet_key(value: SecretStr) -> SecretStr:
    """Accept 32 bytes in url-safe base64, as the vault needs them."""
    try:
        key = base64.urlsafe_b64decode(value.get_secret_value().encode("ascii"))
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError("must be 32 bytes in url-safe base64, which are 44 characters")
    return value


def _separate(value: object) -> object:
    """Accept several keys in one text, with commas between them."""
    return tuple(filter(None, re.split(r"[,\s]+", value))) if isinstance(value, str) else value


FernetKey = Annotated[SecretStr, AfterValidator(_fernet_key)]
FernetKeys = Annotated[tuple[FernetKey, ...], NoDecode, BeforeValidator(_separate)]
SafeUrl = Annotated[str, AfterValidator(_safe_url)]
Network = Annotated[str, AfterValidator(_network)]
SnapshotUrl = Annotated[str, AfterValidator(checked)]
