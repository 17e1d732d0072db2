"""After a disconnect on PostgreSQL nothing can be read any more, wherever its bytes still are."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from corvana import jobs
from corvana.config import Settings
from corvana.errors import DeletionDelayed, NotFound
from corvana.pagerduty import oauth
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import address, connections, purge
from corvana.store.written import register, sealing, settings
from corvana.versions.analyse import analyse
from tests.builders.connected_account import DAYS
from tests.builders.databases import private_server, programs
from tests.builders.stored import written_life
from tests.builders.stored.sealed_account import bytes_in, plain_texts, readable
from tests.conftest import Connected, collect_at, join

SEALED = re.compile(rb"~[A-Za-z0-9_-]{23,}")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a server whose bytes are of this test alone."""
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with private_server(binaries) as server:
        yield server.url


@pytest.fixture(scope="module")
def before(cluster: str) -> bytes:
    """Its bytes before anything was collected: PostgreSQL has some words of its own."""
    return bytes_of(cluster)


@pytest.fixture
def collected(
    configure: Callable[..., Settings], sandbox: RunningSandbox, cluster: str, before: bytes
) -> Iterator[Connected]:
    """An account in whose engagement something was written in every table."""
    joined = join(configure(sandbox, CORVANA_DATABASE_URL=cluster), sandbox)
    written_life.write_settings(joined.engine)
    written_life.write_about(joined.engine, joined.id)
    written_life.write_baseline(joined.engine, joined.id)
    collect_at(joined, clock=sandbox.clock, days=DAYS, analyse=analyse)
    yield joined
    joined.engine.dispose()


def bytes_of(cluster: str) -> bytes:
    """Heap, indexes, statistics and write-ahead log, once all is written to disk."""
    with psycopg.connect(address.libpq(cluster), autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
    return bytes_in(Path(str(make_url(cluster).query["host"])))


def keys_in(connected: Connected) -> list[str]:
    return sorted(path.name for path in connected.settings.keys_dir.iterdir())


def keys_of(connected: Connected) -> list[str]:
    return [f"{connected.id}{kind}" for kind in (".engagement", ".key", ".tokens")]


def test_no_byte_can_be_read_and_no_key_exists(
    collected: Connected, cluster: str, before: bytes
) -> None:
    names = plain_texts(collected) | set(written_life.WORDS)
    needles = names - readable(names, before)
    tokens = collected.vault.read_tokens(collected.engine, collected.id)
    assert len(needles) > 500
    assert needles >= set(written_life.WORDS)
    assert readable(needles, bytes_of(cluster)) == set()
    assert keys_in(collected) == [*keys_of(collected), "first.written"]

    receipt = jobs.disconnect(collected.id)
    assert (receipt.counts["rows_left"], receipt.revoked) == (0, True)
    left = bytes_of(cluster)
    assert len(set(SEALED.findall(left))) > 500, "PostgreSQL still has the bytes of deleted rows"
    everything = left + bytes_in(collected.settings.data_dir)
    assert readable(needles, everything) == set()
    assert tokens.access_token.encode() not in everything
    assert tokens.refresh_token.encode() not in everything
    assert keys_in(collected) == []


def test_the_key_is_destroyed_first_and_also_while_the_database_is_away(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as unreachable:
        unreachable.setenv("CORVANA_DATABASE_URL", "postgresql://postgres@/postgres?host=/nowhere")
        with pytest.raises(DeletionDelayed):
            jobs.disconnect(collected.id)
    assert keys_in(collected) == [f"{collected.id}.tokens"], "needed for the revocation"
    (entry,) = register.entries(collected.engine, "first")
    assert entry.title == sealing.UNREADABLE
    with pytest.raises(NotFound):
        written_life.write_about(collected.engine, collected.id)
    jobs.finish_deletions()
    receipt = connections.latest_receipt(collected.engine, "first")
    assert receipt is not None
    assert (receipt.counts["rows_left"], receipt.revoked) == (0, True)
    assert keys_in(collected) == []


def test_a_key_that_somebody_made_while_the_deletion_began_is_destroyed_too(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = purge.begin

    def begin_after_a_save(*given: Any, **more: Any) -> str:
        collected.vault.keys.make_written("first")
        collected.vault.keys.note_engagement(collected.id, "first")
        return begin(*given, **more)

    monkeypatch.setattr(purge, "begin", begin_after_a_save)
    jobs.disconnect(collected.id)
    assert keys_in(collected) == []


def test_the_engagement_s_key_is_destroyed_where_the_engagement_is_not_noted(
    collected: Connected,
) -> None:
    (collected.settings.keys_dir / f"{collected.id}.engagement").unlink()
    jobs.disconnect(collected.id)
    assert keys_in(collected) == []


def test_tokens_are_kept_for_their_revocation_alone_until_pagerduty_confirms_it(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = collected.vault.read_tokens(collected.engine, collected.id)
    with monkeypatch.context() as refused:
        refused.setattr(oauth, "revoke", lambda *_: False)
        receipt = jobs.disconnect(collected.id)
    assert receipt.revoked is False
    assert keys_in(collected) == [f"{collected.id}.revoke"]
    assert tokens.access_token.encode() not in bytes_in(collected.settings.keys_dir)

    jobs.revoke_pending()
    assert keys_in(collected) == [f"{collected.id}.revoke"], "it was tried just now"
    monkeypatch.setattr("corvana.store.keys.revocations.TRIED_EVERY", -jobs.RETRY_AFTER)
    jobs.revoke_pending()
    told = connections.latest_receipt(collected.engine, "first")
    assert told is not None
    assert told.revoked is True
    assert keys_in(collected) == []


def test_the_account_can_be_connected_again_with_keys_of_its_own(collected: Connected) -> None:
    old = collected.seal.text("PSVC123")
    written = collected.vault.keys.of_written("first").text("a note")
    jobs.disconnect(collected.id)
    written_life.write_settings(collected.engine)
    assert collected.vault.keys.of_written("first").opened(written) == written
    assert settings.of(collected.engine, "first") == written_life.CHOSEN
    again = join(collected.settings, collected.sandbox)
    assert again.id != collected.id
    assert again.seal.opened(old) == old
    jobs.disconnect(again.id)
