"""Tickets: a page gives its reader one, and it proves to a route that the page was asked first.

A link on another site cannot have one. A ticket is encrypted with the vault's key, is valid for an
hour and only for one purpose, such as connecting one engagement, and only with the session that it
was issued for. It is therefore useless in another browser and after signing out.
"""

import hmac
import json
from datetime import datetime, timedelta
from typing import Final

from corvana.errors import VaultError
from corvana.store.people.sign_ins import digest
from corvana.store.vault import Vault

LIFE: Final = timedelta(hours=1)
SIGN_OUT: Final = "sign out"


def to_connect(engagement_id: str) -> str:
    """Return the purpose of connecting an account to the engagement."""
    return f"connect {engagement_id}"


def issue(vault: Vault, purpose: str, session_token: str, now: datetime) -> str:
    """Return a ticket for the person whose session this is."""
    content = [purpose, digest(session_token), (now + LIFE).timestamp()]
    return vault.encrypt(json.dumps(content).encode()).decode()


def valid(vault: Vault, shown: str, purpose: str, session_token: str, now: datetime) -> bool:
    """Whether the ticket is for this purpose and session and has not expired."""
    try:
        meant_for, of_session, expires = json.loads(vault.decrypt(shown.encode()))
    except (VaultError, ValueError, TypeError):
        return False
    return (
        bool(session_token)
        and meant_for == purpose
        and hmac.compare_digest(str(of_session), digest(session_token))
        and now.timestamp() < float(expires)
    )
