"""The connection's access token: read from the vault, renewed when PagerDuty refuses it.

A renewed pair of tokens is saved before its first use.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from corvana.config import Settings
from corvana.pagerduty import oauth
from corvana.store import connections
from corvana.store.models import Connection
from corvana.store.vault import Vault


class Clock(Protocol):
    def __call__(self) -> datetime: ...


class StoredAuthorization:
    """`corvana.pagerduty.client.Authorization` from the vault. The caller holds the lease."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        vault: Vault,
        *,
        connection_id: str,
        holder: str,
        clock: Clock,
    ) -> None:
        self._settings, self._engine, self._vault = settings, engine, vault
        self._connection_id, self._holder, self._clock = connection_id, holder, clock
        self._tokens = vault.read_tokens(engine, connection_id)

    def access_token(self) -> str:
        return self._tokens.access_token

    def refresh(self, refused: str) -> str:
        """Renew the pair of tokens once, under the connection's row lock, so that no pair is lost.

        Raises `Unauthorized` when PagerDuty refuses the refresh token too, and `LeaseLost` when
        another worker holds the lease.
        """
        with Session(self._engine) as session:
            connections.fence(session, self._connection_id, self._holder)
            stored = self._vault.tokens(session, self._connection_id)
            if stored.access_token == refused:
                stored = oauth.refresh(self._settings, stored.refresh_token, self._clock())
                connection = session.get_one(Connection, self._connection_id)
                self._vault.save(session, connection, stored)
            session.commit()
        self._tokens = stored
        return stored.access_token
