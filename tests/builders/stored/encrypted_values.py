"""One value of each kind that is encrypted with the application's key."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.config import load_settings
from corvana.questions import prepared
from corvana.store.keys.revocations import Revocation
from corvana.store.models import Connection, OAuthState, Secret
from corvana.store.vault import Vault
from corvana.tokens import Tokens

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PLAIN, SEALED, GONE = "c" * 32, "a" * 32, "d" * 32
PAIR = Tokens("pdus+access", "pdus+refresh", NOW)
OF_SEALED = Tokens("pdus+sealed", "pdus+sealed-refresh", NOW)
RESULTS = {"question": b"answer"}
FOUND = {
    "attempts to connect": 1,
    "keys of connections": 1,
    "keys of pseudonyms": 1,
    "keys of tokens": 1,
    "keys of what assessors wrote": 1,
    "prepared results": 1,
    "tokens": 1,
    "tokens to be revoked": 1,
}


def connection(identity: str, *, is_sealed: bool) -> Connection:
    return Connection(
        id=identity,
        engagement_id="first",
        account_id="PA1",
        account_label="acme",
        region="us",
        audience="https://api.pagerduty.com",
        connected_role="owner",
        connected_at=NOW,
        is_sealed=is_sealed,
    )


def fill(engine: Engine, vault: Vault) -> None:
    """Store one of each kind that is encrypted with the application's key."""
    settings = load_settings()
    vault.keys.make(SEALED)
    vault.keys.make_written("first")
    vault.revocations.keep(Revocation(GONE, "receipt", PAIR, NOW))
    with Session(engine) as session:
        for identity, tokens in ((PLAIN, PAIR), (SEALED, OF_SEALED)):
            one = connection(identity, is_sealed=identity == SEALED)
            session.add(one)
            vault.save(session, one, tokens)
        session.add(
            OAuthState(
                state_hash="s",
                browser_hash="b",
                engagement_id="first",
                verifier=vault.encrypt(b"verifier"),
                expires_at=NOW,
                begun_by="nobody",
            )
        )
        session.commit()
    (settings.versions_dir / PLAIN).mkdir(parents=True)
    prepared.write(settings.versions_dir, PLAIN, 1, vault, RESULTS)


def told(engine: Engine, vault: Vault) -> dict[str, object]:
    """Everything that is encrypted, opened. Raises `VaultError` if something does not open."""
    with Session(engine) as session:
        attempt = session.get_one(OAuthState, "s")
        return {
            "tokens": vault.tokens(session, PLAIN),
            "sealed tokens": vault.tokens(session, SEALED),
            "people": vault.key(session, PLAIN).pseudonyms,
            "sealed people": vault.keys._opened(vault.keys._key(SEALED), lambda key: key),
            "attempt": vault.decrypt(attempt.verifier),
            "revocation": vault.revocations.of(GONE),
            "results": prepared.read(load_settings().versions_dir, PLAIN, 1, vault),
        }


def bytes_of(engine: Engine, folder: Path) -> dict[str, bytes]:
    """Every encrypted value as it is stored."""
    kept = {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in {".key", ".tokens", ".written", ".revoke", ".prepared"}
    }
    with Session(engine) as session:
        secret = session.get_one(Secret, PLAIN)
        kept["tokens"], kept["people"] = secret.tokens, secret.pseudonym_key or b""
        kept["attempt"] = session.get_one(OAuthState, "s").verifier
    return kept


def opens_nothing(key: bytes, stored: dict[str, bytes]) -> bool:
    """Whether none of the values was encrypted with the key."""
    found = []
    for one in stored.values():
        try:
            Fernet(key).decrypt(one)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it did not open
            continue
        found.append(one)
    return not found
