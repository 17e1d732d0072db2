"""Codes and tokens: the granted role and scope, and the time of expiry."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

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
class Pair:
    access: str
    refresh: str
    family: Family


def challenge_for(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _new_token() -> str:
    return f"pdus+_0XYZ{secrets.token_urlsafe(24)}+{secrets.token_urlsafe(4)}"


@dataclass(slots=True)
class TokenStore:
    """All codes and tokens issued since the start, in memory."""

    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    spent: dict[str, Family] = field(default_factory=dict)
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
        return pair

    def redeem_refresh(self, value: str, *, client_id: str, now: datetime) -> Family:
        """Use a refresh token, once; a second use revokes everything from the same consent.

        Raises
        ------
        GrantRefusedError
            Unknown, used before, expired, revoked or of another client.
        """
        with self._lock:
            reused = self.spent.get(value)
            if reused is not None:
                reused.revoked = True
            token = self.refresh.pop(value, None)
            if token is None or token.family.client_id != client_id:
                raise GrantRefusedError
            self.spent[value] = token.family
            if token.family.revoked or now >= token.expires_at:
                raise GrantRefusedError
            return token.family

    def family_of(self, access_token: str, *, now: datetime) -> Family | None:
        token = self.access.get(access_token)
        if token is None or token.family.revoked or now >= token.expires_at:
            return None
        return token.family

    def revoke(self, value: str) -> None:
        with self._lock:
            token = self.access.get(value) or self.refresh.get(value)
            if token is not None:
                token.family.revoked = True
