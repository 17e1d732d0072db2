"""Disconnect: nothing is left, not even as bytes, whatever happens on the way."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from corvana import jobs
from corvana.config import Settings
from corvana.errors import ConnectRefused, NotConnected, NotFound, Unreachable
from corvana.jobs import deleting
from corvana.pagerduty import answers, oauth
from corvana.runs import collection
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections, purge, turns
from corvana.store.models import COLLECTED, Engagement, Receipt, Secret
from tests.builders.conclusions import conclude_nothing
from tests.builders.shelf import Shelf
from tests.builders.stored.rows import rows_left
from tests.conftest import Connected, join

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def collected(
    configure: Callable[..., Settings], sandbox: RunningSandbox, shelf: Shelf
) -> Connected:
    return shelf.take(
        "ten days",
        configure(sandbox, CORVANA_BACKFILL_DAYS="10"),
        sandbox,
        lambda joined: jobs.collect_connection(joined.id, analyse=conclude_nothing),
    )


def secrets_of(connected: Connected) -> list[bytes]:
    """Everything of the account that could be recognised in a file."""
    world = connected.sandbox.world
    with Session(connected.engine) as session:
        tokens = connected.vault.tokens(session, connected.id)
        sealed = session.get_one(Secret, connected.id)
        ciphers = [sealed.tokens, sealed.pseudonym_key]
    named: list[Any] = [*world.services, *world.escalation_policies, *world.schedules, *world.teams]
    texts = [
        *(each.id for each in named),
        *(each.name for each in named),
        *(each.id for each in world.incidents),
        *(entry.id for each in world.incidents for entry in each.log_entries),
        *(connected.pseudonyms.of(user.id) for user in world.users),
        world.account_id,
        world.subdomain,
        tokens.access_token,
        tokens.refresh_token,
    ]
    return [*(text.encode() for text in texts), *ciphers]


def bytes_in(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_after_a_disconnect_no_row_and_no_byte_is_left(collected: Connected) -> None:
    searched = secrets_of(collected)
    before = bytes_in(collected.settings.data_dir)
    assert sum(value in before for value in searched) > 300
    jobs.disconnect(collected.id)
    assert rows_left(collected) == 0
    with pytest.raises(NotFound):
        connections.get(collected.engine, collected.id)
    assert not (collected.settings.versions_dir / collected.id).exists()
    after = bytes_in(collected.settings.data_dir)
    assert [value for value in searched if value in after] == []


def test_the_receipt_counts_what_was_deleted(collected: Connected) -> None:
    counted = purge.counts(collected.engine, collected.id)
    files = sum(p.is_file() for p in (collected.settings.versions_dir / collected.id).rglob("*"))
    receipt = jobs.disconnect(collected.id)
    assert counted["incident"] > 50
    assert counted["secret"] == 1
    assert receipt.counts == counted | {"snapshot_files": files, "rows_left": 0}
    assert receipt.revoked is True
    assert receipt.completed_at is not None
    assert receipt.completed_at >= receipt.requested_at
    assert receipt.engagement_id == "first"
    assert connections.latest_receipt(collected.engine, "first") == receipt


def test_pagerduty_forgets_the_tokens(collected: Connected) -> None:
    with Session(collected.engine) as session:
        access = collected.vault.tokens(session, collected.id).access_token
    tokens = collected.sandbox.identity.tokens
    assert tokens.family_of(access, now=datetime.now(UTC)) is not None
    jobs.disconnect(collected.id)
    assert tokens.family_of(access, now=datetime.now(UTC)) is None


def test_everything_is_deleted_even_when_pagerduty_cannot_be_reached(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise Unreachable("nobody answers")

    monkeypatch.setattr(answers, "ask", unreachable)
    receipt = jobs.disconnect(collected.id)
    assert receipt.revoked is False
    assert receipt.counts["rows_left"] == 0
    assert rows_left(collected) == 0


def test_tokens_and_key_go_first_whatever_happens_next(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(deleting, "delete_versions", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.disconnect(collected.id)
    with Session(collected.engine) as session:
        with pytest.raises(NotConnected):
            collected.vault.tokens(session, collected.id)
        with pytest.raises(NotConnected):
            collected.vault.key(session, collected.id)
    assert collected.connection.status == "deleting"


def test_nothing_is_left_when_the_process_dies_while_telling_pagerduty(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(oauth, "revoke", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.disconnect(collected.id)
    assert rows_left(collected) == 0
    with Session(collected.engine) as session:
        (receipt,) = session.exec(select(Receipt)).all()
    assert receipt.completed_at is not None
    assert receipt.revoked is None


def test_the_sweep_finishes_an_interrupted_deletion(collected: Connected) -> None:
    searched = secrets_of(collected)
    counted = purge.counts(collected.engine, collected.id)
    purge.begin(collected.engine, collected.id, NOW)
    assert rows_left(collected) == sum(counted.values()) - 1
    assert purge.pending(collected.engine) == [collected.id]
    jobs.sweep()
    assert purge.pending(collected.engine) == []
    assert rows_left(collected) == 0
    after = bytes_in(collected.settings.data_dir)
    assert [value for value in searched if value in after] == []
    with Session(collected.engine) as session:
        (receipt,) = session.exec(select(Receipt)).all()
    assert receipt.requested_at == NOW
    assert receipt.completed_at is not None
    assert receipt.counts["incident"] == counted["incident"]
    assert receipt.counts["secret"] == 1


def test_beginning_twice_is_one_receipt(collected: Connected) -> None:
    first = purge.begin(collected.engine, collected.id, NOW)
    assert purge.begin(collected.engine, collected.id, NOW) == first


def test_nothing_can_be_collected_or_connected_while_it_is_being_deleted(
    collected: Connected,
) -> None:
    purge.begin(collected.engine, collected.id, NOW)
    connections.mark_disconnected(collected.engine, collected.id, "token_refused")
    connections.request_run(collected.engine, collected.id, NOW)
    assert collected.connection.status == "deleting"
    assert turns.due(collected.engine, NOW) == []
    assert not connections.acquire(collected.engine, collected.id, "w", NOW)
    with pytest.raises(ConnectRefused) as caught:
        join(collected.settings, collected.sandbox)
    assert caught.value.reason == "deleting"


def test_a_collection_in_progress_stops_and_writes_nothing_more(
    configure: Callable[..., Settings], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = join(configure(sandbox), sandbox)
    monkeypatch.setattr(collection, "_LEASE_EVERY", 1)
    monkeypatch.setattr(collection, "_HEARTBEAT_SECONDS", 0.05)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            jobs.collect_connection(connected.id, analyse=conclude_nothing)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    sandbox.faults.latency_seconds = 0.05
    collecting = threading.Thread(target=work)
    collecting.start()
    deadline = time.monotonic() + 30
    while purge.counts(connected.engine, connected.id)["logentry"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    searched = secrets_of(connected)
    receipt = jobs.disconnect(connected.id)
    collecting.join(timeout=30)
    assert not collecting.is_alive()
    assert failures == []
    assert receipt.counts["rows_left"] == 0
    assert rows_left(connected) == 0
    jobs.sweep()
    assert list(connected.settings.versions_dir.glob("*")) == []
    after = bytes_in(connected.settings.data_dir)
    assert [value for value in searched if value in after] == []


def test_another_connection_and_the_engagement_stay(collected: Connected) -> None:
    other = "another-connection"
    with Session(collected.engine) as session:
        for model in COLLECTED[:3]:
            for row in session.exec(select(model)).all()[:5]:
                session.add(model(**row.model_dump() | {"connection_id": other}))
        session.commit()
    before = purge.counts(collected.engine, other)
    assert sum(before.values()) > 5
    jobs.disconnect(collected.id)
    assert purge.counts(collected.engine, other) == before
    with Session(collected.engine) as session:
        assert [each.id for each in session.exec(select(Engagement)).all()] == ["first"]


def test_an_unknown_connection_is_not_found(collected: Connected) -> None:
    with pytest.raises(NotFound):
        jobs.disconnect("nobody")
    assert rows_left(collected) > 0


def test_snapshots_nobody_owns_are_swept_away(collected: Connected) -> None:
    orphan = collected.settings.versions_dir / uuid4().hex / "versions"
    orphan.mkdir(parents=True)
    (orphan / "00000001.json").write_text("{}")
    jobs.sweep()
    assert [p.name for p in collected.settings.versions_dir.iterdir()] == [collected.id]
