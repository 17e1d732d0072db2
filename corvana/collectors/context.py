"""The context that every collector receives: the account's client, the store, the pseudonyms."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from corvana.pagerduty.client import Client
from corvana.pagerduty.payloads import Actor, Agent, PersonReference, Reference
from corvana.seal import NOT_SEALED, Seal
from corvana.store import connections, turns

_LENGTH = 20


class Pseudonyms:
    """PagerDuty user id → HMAC-SHA256 under the connection's own key, 100 bits in base 32.

    Disconnecting deletes the key. Without the key, a pseudonym cannot be traced to its user. With a
    seal, ids come sealed and pseudonyms are sealed.
    """

    def __init__(self, key: bytes, seal: Seal = NOT_SEALED) -> None:
        self._key = key
        self._seal = seal
        self.of = lru_cache(maxsize=50_000)(self._of)

    def _of(self, user_id: str) -> str:
        digest = hmac.digest(self._key, self._seal.opened(user_id).encode(), hashlib.sha256)
        return self._seal.text(base64.b32encode(digest)[:_LENGTH].decode())

    def joined(self, people: list[PersonReference]) -> str:
        """Pseudonyms, sorted, separated by one space."""
        return " ".join(sorted(self.of(person.id) for person in people))


class Held(Protocol):
    """A connection whose lease is held, so that its data may be changed."""

    @property
    def connection_id(self) -> str: ...

    @property
    def engine(self) -> Engine: ...

    def transaction(self) -> AbstractContextManager[Session]:
        """Commit everything or nothing. Raises `LeaseLost` once the lease is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """One analysis of a connection's data. PagerDuty is not asked."""

    connection_id: str
    holder: str
    engine: Engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit everything or nothing. Raises `LeaseLost` once the lease is lost."""
        with Session(self.engine) as session:
            turns.fence_analysis(session, self.connection_id, self.holder)
            yield session
            session.commit()


@dataclass(frozen=True, slots=True)
class Context:
    """One run over one connection."""

    connection_id: str
    holder: str
    client: Client
    engine: Engine
    pseudonyms: Pseudonyms

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit everything or nothing. Raises `LeaseLost` once the lease is lost."""
        with Session(self.engine) as session:
            connections.fence(session, self.connection_id, self.holder)
            yield session
            session.commit()


def kind_of(actor: Actor | Agent | None) -> str | None:
    """`user`, `service`, `inbound_integration`, …"""
    return actor.type.removesuffix("_reference") if actor else None


def id_of(reference: Reference | None) -> str | None:
    return None if reference is None else reference.id


def ids_of(references: list[Reference]) -> str:
    """Ids, sorted, separated by one space."""
    return " ".join(sorted(reference.id for reference in references))
