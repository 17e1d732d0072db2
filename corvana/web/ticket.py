"""Tickets: the page knows who is signed in, and a ticket proves it to the connect route.

A ticket is encrypted with the vault's key, names one engagement, is valid for an hour and is bound
to the browser's sign-in cookie. It is therefore useless in another browser and after signing out.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from corvana.errors import VaultError
from corvana.store.vault import Vault

LIFE: Final = timedelta(hours=1)
_SIGN_IN_COOKIE: Final = "_streamlit_user"
_PURPOSE: Final = "connect"


def _signed_in_as(cookies: Mapping[str, str]) -> str:
    """A digest of the sign-in cookie. A long cookie comes in several parts."""
    parts = sorted(
        (name, value)
        for name, value in cookies.items()
        if name == _SIGN_IN_COOKIE or name.startswith(f"{_SIGN_IN_COOKIE}__")
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest() if parts else ""


def issue(vault: Vault, engagement_id: str, cookies: Mapping[str, str], now: datetime) -> str:
    """Return a ticket for the signed-in assessor whose browser sent `cookies`."""
    expires = (now + LIFE).timestamp()
    content = [_PURPOSE, engagement_id, _signed_in_as(cookies), expires]
    return vault.encrypt(json.dumps(content).encode()).decode()


def valid(
    vault: Vault, ticket: str, engagement_id: str, cookies: Mapping[str, str], now: datetime
) -> bool:
    """Whether the ticket belongs to this engagement and signed-in browser and has not expired."""
    try:
        purpose, engagement, signed_in_as, expires = json.loads(vault.decrypt(ticket.encode()))
    except (VaultError, ValueError, TypeError):
        return False
    mine = _signed_in_as(cookies)
    return (
        bool(mine)
        and purpose == _PURPOSE
        and engagement == engagement_id
        and hmac.compare_digest(str(signed_in_as), mine)
        and now.timestamp() < float(expires)
    )
