"""Replacing the key: a process that is killed loses nothing, and nothing is left of the old key."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlmodel import Session

from corvana import jobs
from corvana.config import load_settings
from corvana.errors import ConfigError, VaultError
from corvana.jobs import rotating
from corvana.store.engine import open_database
from corvana.store.keys import key_file
from corvana.store.models import Connection, Secret
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from tests.builders.stored.encrypted_values import (
    FOUND,
    NOW,
    PAIR,
    PLAIN,
    bytes_of,
    fill,
    opens_nothing,
    told,
)

LATER = Tokens("pdus+access-2", "pdus+refresh-2", NOW + timedelta(days=10))
ALL_STEPS = 12
"""Three for the file, one for each of eight values, one for the destruction of the key before."""


def a_key() -> str:
    return Fernet.generate_key().decode()


def use_keys(monkeypatch: pytest.MonkeyPatch, first: str, *others: str) -> Vault:
    monkeypatch.setenv("CORVANA_SECRET_KEY", first)
    monkeypatch.setenv("CORVANA_OTHER_SECRET_KEYS", ",".join(others))
    return Vault.of(load_settings())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    """The folder of an installation whose key is in a file."""
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CORVANA_DATABASE_URL", database_url)
    monkeypatch.setattr(rotating, "_UNDER_WAY_SECONDS", 0.0)
    return tmp_path / "data"


@pytest.fixture
def engine(folder: Path, database_url: str) -> Iterator[Engine]:
    del folder
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def killed_after(step: int, url: str) -> None:
    """Begin to replace the key in a process that is killed after so many steps."""
    child = os.fork()
    if child == 0:
        try:
            open_database.cache_clear()
            done: list[str] = []

            def note(what: str) -> None:
                done.append(what)
                if len(done) == step:
                    os.kill(os.getpid(), signal.SIGKILL)

            open_database(url)
            jobs.rotate_key(note)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the process ended before it was to be killed"
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_new_key_opens_everything_and_the_old_one_nothing(engine: Engine, folder: Path) -> None:
    vault = Vault.of(load_settings())
    fill(engine, vault)
    before, old = told(engine, vault), (folder / "secret.key").read_bytes()
    done: list[str] = []
    rotated = jobs.rotate_key(done.append)
    assert rotated.encrypted_anew == FOUND
    assert rotated.opened_by_the_new_key == len(FOUND) - 1, "prepared results are not counted"
    assert len(done) == ALL_STEPS
    assert told(engine, Vault.of(load_settings())) == before
    assert told(engine, vault) == before, "a process that ran all the time"
    new = (folder / "secret.key").read_bytes()
    assert new != old
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.glob("secret.key*")) == [
        "secret.key",
        "secret.key.lock",
    ]
    assert opens_nothing(old, bytes_of(engine, folder))
    assert not opens_nothing(new, bytes_of(engine, folder))


@pytest.mark.parametrize("step", range(1, ALL_STEPS + 1))
def test_a_process_that_is_killed_between_two_steps_loses_nothing(
    engine: Engine, folder: Path, database_url: str, step: int
) -> None:
    running = Vault.of(load_settings())
    fill(engine, running)
    before, old = told(engine, running), (folder / "secret.key").read_bytes()
    engine.dispose()
    killed_after(step, database_url)
    assert told(engine, running) == before, "a process that ran all the time"
    assert told(engine, Vault.of(load_settings())) == before, "one that was started since"
    jobs.rotate_key()
    assert told(engine, running) == told(engine, Vault.of(load_settings())) == before
    assert opens_nothing(old, bytes_of(engine, folder))
    assert not list(folder.glob("secret.key.before"))
    assert not list(folder.glob("secret.key.next"))


@pytest.mark.parametrize("step", range(1, len(FOUND) + 1))
def test_keys_that_are_set_are_replaced_also_after_a_kill(
    engine: Engine,
    folder: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:
    old, new = a_key(), a_key()
    fill(engine, use_keys(monkeypatch, old))
    both = use_keys(monkeypatch, new, old)
    before = told(engine, both)
    engine.dispose()
    killed_after(step, database_url)
    assert told(engine, both) == before
    rotated = jobs.rotate_key()
    assert sum(rotated.encrypted_anew.values()) == len(FOUND) - step
    assert told(engine, use_keys(monkeypatch, new)) == before
    assert opens_nothing(old.encode(), bytes_of(engine, folder))
    assert not (folder / "secret.key").exists()


def test_nothing_is_left_to_do_after_it_is_done(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = a_key(), a_key()
    fill(engine, use_keys(monkeypatch, old))
    use_keys(monkeypatch, new, old)
    assert jobs.rotate_key().encrypted_anew == FOUND
    assert jobs.rotate_key().encrypted_anew == {}


def test_a_wrong_old_key_is_named_and_changes_nothing(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = a_key()
    fill(engine, use_keys(monkeypatch, right))
    before = bytes_of(engine, folder)
    use_keys(monkeypatch, a_key(), a_key())
    with pytest.raises(VaultError, match="7 stored secrets fit none of the keys") as refused:
        jobs.rotate_key()
    assert "nothing was changed" in str(refused.value)
    assert bytes_of(engine, folder) == before


def test_a_key_that_is_set_alone_replaces_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, use_keys(monkeypatch, a_key()))
    with pytest.raises(ConfigError, match="CORVANA_OTHER_SECRET_KEYS"):
        jobs.rotate_key()


def test_one_process_at_a_time_replaces_the_file(engine: Engine, folder: Path) -> None:
    fill(engine, Vault.of(load_settings()))
    old = (folder / "secret.key").read_bytes()
    with (
        key_file.replaced_by_one(folder / "secret.key"),
        pytest.raises(ConfigError, match="another process"),
    ):
        jobs.rotate_key()
    assert (folder / "secret.key").read_bytes() == old


def renew(engine: Engine, vault: Vault, tokens: Tokens) -> None:
    """Store a pair as a worker does that has renewed it."""
    with Session(engine) as session:
        vault.save(session, session.get_one(Connection, PLAIN), tokens)
        session.commit()


def test_tokens_that_are_renewed_at_that_moment_are_kept(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault.of(load_settings())
    fill(engine, vault)
    old, renewed = (folder / "secret.key").read_bytes(), Vault.renewed
    is_done = False

    def renew_in_between(self: Vault, cipher: bytes) -> bytes | None:
        nonlocal is_done
        made = renewed(self, cipher)
        if made is not None and not is_done:
            is_done = True
            renew(engine, vault, LATER)
        return made

    monkeypatch.setattr(Vault, "renewed", renew_in_between)
    jobs.rotate_key()
    assert is_done
    assert told(engine, Vault.of(load_settings()))["tokens"] == LATER
    assert opens_nothing(old, bytes_of(engine, folder))


def test_a_worker_that_renews_tokens_all_the_time_loses_none(engine: Engine, folder: Path) -> None:
    vault = Vault.of(load_settings())
    fill(engine, vault)
    old, is_over, saved = (folder / "secret.key").read_bytes(), Event(), [PAIR]

    def work() -> None:
        while not is_over.is_set():
            saved.append(Tokens(f"access-{len(saved)}", "refresh", NOW))
            renew(engine, vault, saved[-1])
            assert vault.read_tokens(engine, PLAIN) == saved[-1]

    worker = Thread(target=work)
    worker.start()
    try:
        jobs.rotate_key()
    finally:
        is_over.set()
        worker.join()
    assert len(saved) > 1
    assert vault.read_tokens(engine, PLAIN) == saved[-1]
    assert opens_nothing(old, bytes_of(engine, folder))


def test_a_value_that_an_old_process_stored_late_is_encrypted_anew_too(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Vault.of(load_settings())
    fill(engine, slow)
    old = (folder / "secret.key").read_bytes()
    encrypt_anew, rounds = rotating._encrypt_anew, 0

    def stored_late(*given: object) -> object:
        nonlocal rounds
        rounds += 1
        changed = encrypt_anew(*given)  # type: ignore[arg-type]
        if rounds == 1:
            with Session(engine) as session:
                late = Fernet(old).encrypt(json.dumps(["late", "late-refresh"]).encode())
                session.get_one(Secret, PLAIN).tokens = late
                session.commit()
        return changed

    monkeypatch.setattr(rotating, "_encrypt_anew", stored_late)
    assert jobs.rotate_key().encrypted_anew["tokens"] == 2
    assert vault_tokens(engine) == Tokens("late", "late-refresh", NOW)


def vault_tokens(engine: Engine) -> Tokens:
    return Vault.of(load_settings()).read_tokens(engine, PLAIN)


def test_the_command_tells_what_it_did_as_json(engine: Engine, folder: Path) -> None:
    fill(engine, Vault.of(load_settings()))
    old = (folder / "secret.key").read_bytes()
    ran = subprocess.run(
        [sys.executable, "-m", "corvana", "rotate-key"], check=True, capture_output=True, text=True
    )
    assert json.loads(ran.stdout) == {
        "encrypted_anew": FOUND,
        "opened_by_the_new_key": len(FOUND) - 1,
        "left_for_the_key_before": 0,
    }
    assert "the new key encrypts from now on" in ran.stderr
    for key in (old, (folder / "secret.key").read_bytes()):
        assert key.decode() not in ran.stdout + ran.stderr
