"""What the simulated account remembers when its program starts again.

It is the same account until it ends, and whoever was allowed to read it still is. Tokens are never
written, only their SHA-256, which recognises a token and cannot be used as one. A consent that is
revoked is not written any more.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final, Self

from pydantic import BaseModel, ValidationError, computed_field

from corvana.sandbox.identity.server import Identity
from corvana.sandbox.identity.tokens import Digest, Family, Name, Token, TokenStore, digest
from corvana.sandbox.world.steps import Step, hours_of

FILE: Final = "simulated-account.json"


class Consent(BaseModel):
    """One consent. Its tokens are SHA-256 → when they expire; refresh tokens are used once."""

    client_id: str
    role: str
    scope: str
    access: dict[str, datetime] = {}
    refresh: dict[str, datetime] = {}
    spent: tuple[str, ...] = ()


class Kept(BaseModel):
    """An account: what it was built from, how it went on, and the consents that hold.

    `end` is when it would have ended without `steps`.
    """

    seed: int
    incidents: int
    days: int
    end: datetime
    steps: tuple[Step, ...] = ()
    consents: tuple[Consent, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def hours_gone_by(self) -> int:
        """How far the account's clock is ahead, for whoever wants to know what time it is there."""
        return hours_of(self.steps)

    def is_still(self, other: Self, now: datetime) -> bool:
        """Whether this is the account that `other` asks for, and has not ended.

        The weeks that went by are added to its end and to its clock, so they end it no sooner.
        """
        asked = (other.seed, other.incidents, other.days)
        return (self.seed, self.incidents, self.days) == asked and now < self.end


def remembered(folder: Path, asked: Kept, now: datetime) -> Kept:
    """Return the account of the last start, or `asked`: the first one, or when that one ended."""
    try:
        found = Kept.model_validate_json((folder / FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return asked
    return found if found.is_still(asked, now) else asked


def keep(folder: Path, account: Kept, identity: Identity) -> Callable[[tuple[Step, ...]], None]:
    """Give the identity server the account's consents, and write every change from now on.

    Return the function that keeps how the account went on.
    """
    kept, lock = account, Lock()
    for consent in account.consents:
        _restore(identity, consent)

    def write() -> None:
        with lock:
            consents = tuple(_consents(identity.tokens))
            _write(folder / FILE, kept.model_copy(update={"consents": consents}))

    def go_on(steps: tuple[Step, ...]) -> None:
        nonlocal kept
        kept = kept.model_copy(update={"steps": steps})
        write()

    identity.tokens.changed = write
    write()
    return go_on


def _restore(identity: Identity, consent: Consent) -> None:
    family = identity.grant(role=consent.role, scope=consent.scope, client_id=consent.client_id)
    tokens = identity.tokens
    tokens.access |= {Digest(name): Token(family, at) for name, at in consent.access.items()}
    tokens.refresh |= {Digest(name): Token(family, at) for name, at in consent.refresh.items()}
    tokens.spent |= {Digest(name): family for name in consent.spent}


def _consents(tokens: TokenStore) -> Iterator[Consent]:
    families = {id(token.family): token.family for token in tokens.refresh.values()}
    for family in families.values():
        if not family.revoked:
            yield Consent(
                client_id=family.client_id,
                role=family.role,
                scope=family.scope,
                access=_of(family, tokens.access),
                refresh=_of(family, tokens.refresh),
                spent=tuple(_sha256(name) for name, of in tokens.spent.items() if of is family),
            )


def _of(family: Family, tokens: Mapping[Name, Token]) -> dict[str, datetime]:
    return {
        _sha256(name): token.expires_at for name, token in tokens.items() if token.family is family
    }


def _sha256(name: Name) -> str:
    return name.of if isinstance(name, Digest) else digest(name).of


def _write(path: Path, account: Kept) -> None:
    """Replace the file at once: whoever reads it sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    with new.open("w", encoding="utf-8") as file:
        file.write(account.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
