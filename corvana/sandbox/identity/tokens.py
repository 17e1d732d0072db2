"""Codes and tokens: the granted role and scope, and the time of expiry."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

REFRESH_LIFETIME = timedelta(days=210)
_MOST_CODES = 200
"""Of more codes that nobody has used, the oldest are forgotten."""


class GrantRefusedError(Exception):
    """A code or refresh token is not accepted."""


@dataclass(slots=True)
class Family:
    """One consent. All tokens that come from it are revoked together."""

    client_id: str
    user_id: str
    role: str
    scope: str
    delegation_id: str
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    family: Family
    redirect_uri: str
    challenge: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    family: Family
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 of a token of which nothing else is known: it was issued before a restart.

    A type of its own, so that a text that is sent as a token never counts as the digest of one.
    """

    of: str


Name = str | Digest
_Known = TypeVar("_Known")


@dataclass(frozen=True, slots=True)
class Pair:
    access: str
    refresh: str
    family: Family


def challenge_for(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def digest(token: str) -> Digest:
    return Digest(hashlib.sha256(token.encode()).hexdigest())


def _find(known: Mapping[Name, _Known], token: str) -> _Known | None:
    return known.get(token) or known.get(digest(token))


def _take(known: dict[Name, _Known], token: str) -> _Known | None:
    return known.pop(token, None) or known.pop(digest(token), None)


def _nothing() -> None:
    """Nobody has to know that something changed."""


def _new_token() -> str:
    return f"pdus+_0XYZ{secrets.token_urlsafe(24)}+{secrets.token_urlsafe(4)}"


@dataclass(slots=True)
class TokenStore:
    """All codes and tokens, in memory. `changed` is called after every change of the tokens."""

    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[Name, Token] = field(default_factory=dict)
    refresh: dict[Name, Token] = field(default_factory=dict)
    spent: dict[Name, Family] = field(default_factory=dict)
    changed: Callable[[], None] = _nothing
    _lock: Lock = field(default_factory=Lock)

    def issue_code(self, code: Code) -> str:
        value = secrets.token_urlsafe(24)
        with self._lock:
            while len(self.codes) >= _MOST_CODES:
                self.codes.pop(next(iter(self.codes)))
            self.codes[value] = code
        return value

    def redeem_code(
        self, value: str, *, client_id: str, redirect_uri: str, verifier: str, now: datetime
    ) -> Family:
        """Use a code, once.

        Raises
        ------
        GrantRefusedError
            Unknown, used, expired, for another client or redirect URI, or PKCE does not match.
        """
        with self._lock:
            code = self.codes.pop(value, None)
        if code is None or now >= code.expires_at or code.family.client_id != client_id:
            raise GrantRefusedError
        if code.redirect_uri != redirect_uri:
            raise GrantRefusedError
        if code.challenge is not None and challenge_for(verifier) != code.challenge:
            raise GrantRefusedError
        return code.family

    def issue_pair(self, family: Family, *, now: datetime, seconds: int) -> Pair:
        pair = Pair(_new_token(), _new_token(), family)
        with self._lock:
            self.access[pair.access] = Token(family, now + timedelta(seconds=seconds))
            self.refresh[pair.refresh] = Token(family, now + REFRESH_LIFETIME)
        self.changed()
        return pair

    def redeem_refresh(self, value: str, *, client_id: str, now: datetime) -> Family:
        """Use a refresh token, once; a second use revokes everything from the same consent.

        Raises
        ------
        GrantRefusedError
            Unknown, used before, expired, revoked or of another client.
        """
        with self._lock:
            reused = _find(self.spent, value)
            if reused is not None:
                reused.revoked = True
            token = _take(self.refresh, value)
            if token is not None and token.family.client_id == client_id:
                self.spent[value] = token.family
        self.changed()
        if token is None or token.family.client_id != client_id:
            raise GrantRefusedError
        if token.family.revoked or now >= token.expires_at:
            raise GrantRefusedError
        return token.family

    def family_of(self, access_token: str, *, now: datetime) -> Family | None:
        token = _find(self.access, access_token)
        if token is None or token.family.revoked or now >= token.expires_at:
            return None
        return token.family

    def revoke(self, value: str) -> None:
        with self._lock:
            token = _find(self.access, value) or _find(self.refresh, value)
            if token is not None:
                token.family.revoked = True
        self.changed()
