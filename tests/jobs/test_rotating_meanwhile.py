"""What happens at the same moment as a key is replaced, and takes its time."""

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlmodel import Session

from corvana import jobs
from corvana.config import load_settings
from corvana.jobs import rotating
from corvana.store.engine import open_database
from corvana.store.models import OAuthState
from corvana.store.vault import Vault
from tests.builders.stored.encrypted_values import FOUND, SEALED, fill


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Path:
    """The folder of an installation whose key is in a file."""
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CORVANA_DATABASE_URL", sqlite_url)
    monkeypatch.setattr(rotating, "_UNDER_WAY_SECONDS", 0.4)
    return tmp_path / "data"


@pytest.fixture
def engine(folder: Path, sqlite_url: str) -> Iterator[Engine]:
    del folder
    opened = open_database(sqlite_url)
    fill(opened, Vault.of(load_settings()))
    yield opened
    opened.dispose()


def test_a_value_that_waits_for_the_same_database_is_encrypted_anew(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has the database for longer than others are waited for. Two wait for it, and the one
    with the key before comes second."""
    late = Fernet((folder / "secret.key").read_bytes()).encrypt(b"late")
    waiting: list[Thread] = []

    def store_a_moment_later() -> None:
        time.sleep(0.2)
        with Session(engine) as session:
            session.get_one(OAuthState, "s").verifier = late
            session.commit()

    encrypt_anew = rotating._encrypt_anew

    def delayed(*given: object) -> object:
        found = encrypt_anew(*given)  # type: ignore[arg-type]
        if not waiting:
            time.sleep(0.5)  # the database was somebody's until now
            waiting.append(Thread(target=store_a_moment_later))
            waiting[0].start()
        return found

    monkeypatch.setattr(rotating, "_encrypt_anew", delayed)
    jobs.rotate_key()
    waiting[0].join()
    with Session(engine) as session:
        stored = session.get_one(OAuthState, "s").verifier
    assert Vault.of(load_settings()).decrypt(stored) == b"late"


@pytest.mark.parametrize("moment", ["before it begins", "while it encrypts", "while it proves"])
def test_a_key_that_a_disconnect_destroys_at_that_moment_is_no_obstacle(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A key is overwritten first, and then its file is removed."""
    del engine
    key = folder / "keys" / f"{SEALED}.key"
    removing: list[Thread] = []

    def remove() -> None:
        time.sleep(0.1)
        key.unlink()

    def half_destroyed(work: Callable[..., object]) -> Callable[..., object]:
        def then(*given: object) -> object:
            if not removing:
                key.write_bytes(secrets.token_bytes(key.stat().st_size))
                removing.append(Thread(target=remove))
                removing[0].start()
            return work(*given)

        return then

    step = {
        "before it begins": "_refuse_what_does_not_open",
        "while it encrypts": "_encrypt_anew",
        "while it proves": "_proven",
    }[moment]
    monkeypatch.setattr(rotating, step, half_destroyed(getattr(rotating, step)))
    rotated = jobs.rotate_key()
    removing[0].join()
    assert rotated.opened_by_the_new_key == len(FOUND) - 2, "neither the key nor prepared results"
    assert not (folder / "secret.key.before").exists()
