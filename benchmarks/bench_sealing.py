"""Collecting and publishing a sealed account, beside one that is not sealed.

A sealed account encrypts every id, name and pseudonym when it is read, and its texts are three
times as long. Both are collected over HTTP from the simulated account, which is a process of its
own, by turns into new databases; then every month is published anew. Of collecting, the processor
seconds of this process are compared, because they do not depend on what else the machine does. Of
publishing, which works in a process of its own, the seconds that pass.

Promise: at most 1.2 times as slow, collecting and publishing.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlmodel import Session

from benchmarks.served import busy
from corvana.collectors.context import Context, Pseudonyms
from corvana.pagerduty.client import Client
from corvana.runs.collection import collect
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements
from corvana.store.engine import open_database
from corvana.store.keys.ring import GivenKeys
from corvana.store.models import Connection
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from corvana.versions.manifest import read_manifest
from corvana.versions.publish import months, publish

DAYS: Final = 90
PROMISED: Final = 1.2
_END: Final = datetime(2026, 11, 1, tzinfo=UTC)
_ID: Final = "c" * 32
_TIMES: Final = 5
"""Publications of each account; their median counts."""


class Account(NamedTuple):
    """Where the simulated account is, and a token for it."""

    url: str
    token: str

    def access_token(self) -> str:
        return self.token

    def refresh(self, refused: str) -> str:  # noqa: ARG002 - the protocol's signature
        raise AssertionError("the token is good")


class Measured(NamedTuple):
    """Processor seconds of collecting, seconds of publishing."""

    collecting: float
    publishing: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("incidents", type=int, nargs="?", default=8_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{asked.incidents:,} incidents in {DAYS} days, {asked.rounds} rounds; {busy()}")
    with served(asked.incidents) as account:
        rounds = [(run(account, False), run(account, True)) for _ in range(asked.rounds)]
    ratios = []
    for name in Measured._fields:
        plain, sealed = (
            median(getattr(one[is_sealed], name) for one in rounds) for is_sealed in (0, 1)
        )
        ratios.append(sealed / plain)
        print(f"{name:<12}{plain:8.2f} s plain{sealed:8.2f} s sealed{sealed / plain:8.2f} times")
    print(f"promised: at most {PROMISED} times; {busy()}")
    if max(ratios) > PROMISED:
        sys.exit("A sealed account takes longer than promised.")


@contextmanager
def served(incidents: int) -> Iterator[Account]:
    """The simulated account in a process of its own."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, incidents))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(True)
        process.join()


def _serve(pipe: Pipe, incidents: int) -> None:
    world = build_world(seed=7, end=_END, days=DAYS, incidents=incidents)
    with RunningSandbox(world, requests_per_minute=1_000_000) as sandbox:
        pipe.send(Account(sandbox.api_url, sandbox.issue_tokens()[0]))
        pipe.recv()


def run(account: Account, is_sealed: bool) -> Measured:
    """Collect the account into a new database, and publish it whole."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = open_database(f"sqlite:///{folder}/corvana.db")
        vault = Vault(GivenKeys(Fernet.generate_key()), folder / "keys")
        _connect(engine, vault, is_sealed=is_sealed)
        key = vault.key_of(engine, _ID)
        pseudonyms = Pseudonyms(key.pseudonyms, key.seal)

        async def work() -> Context:
            async with Client(
                account.url,
                account,
                requests_per_minute=100_000,
                concurrency=8,
                clock=lambda: _END,
                seal=key.seal,
            ) as client:
                context = Context(_ID, "benchmark", client, engine, pseudonyms)
                await collect(
                    context,
                    backfill=timedelta(days=DAYS),
                    folder=folder / "snapshots",
                    trigger="benchmark",
                    clock=lambda: _END,
                    analyse=lambda *_, **__: {},
                )
                return context

        began = time.process_time()
        context = asyncio.run(work())
        collecting = time.process_time() - began
        every = months([(_END - timedelta(days=DAYS), _END)])
        publishing = median(_seconds(context, folder, every) for _ in range(_TIMES))
        engine.dispose()
    return Measured(collecting, publishing)


def _seconds(context: Context, folder: Path, every: set[str]) -> float:
    """How long it takes to publish these months anew."""
    snapshots, version = folder / "snapshots", connections.get(context.engine, _ID).data_version
    as_of = read_manifest(snapshots, _ID, version).as_of
    began = time.perf_counter()
    publish(context, snapshots, every, as_of)
    return time.perf_counter() - began


def _connect(engine: Engine, vault: Vault, *, is_sealed: bool) -> None:
    engagements.ensure_first(engine, _END)
    if is_sealed:
        vault.keys.make(_ID)
    with Session(engine) as session:
        connection = Connection(
            id=_ID,
            engagement_id="first",
            account_id="PA1",
            account_label="acme",
            region="us",
            audience="https://api.pagerduty.com",
            connected_role="owner",
            is_sealed=is_sealed,
            connected_at=_END,
        )
        session.add(connection)
        vault.save(session, connection, Tokens("a", "b", _END))
        session.commit()
    if not connections.acquire(engine, _ID, "benchmark", _END):
        raise RuntimeError("somebody else has the connection")


if __name__ == "__main__":
    main()
