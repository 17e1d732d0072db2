"""`python -m tests.chaos`: the whole stack in trouble, and what has to hold all the time.

Runs are asked for without a pause while web processes and workers are killed, and the database, its
network, the object store, a disk and a clock fail. Afterwards the rows of every connection have to
be those of a connection that nothing happened to, no connection may have been worked on twice at
once, and all workers attend again within 30 seconds of each trouble. Then everything is
disconnected, one connection while a node is cut off, and what is left is searched byte by byte.
"""

import argparse
import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import httpx
from sqlmodel import Session, select

from corvana.store import clock, connections
from corvana.store.models import Connection
from tests.builders.connected import consent
from tests.chaos.left import found_in_memory, found_on_disk, of_programs, opened_texts
from tests.chaos.rows import hashes
from tests.chaos.troubles import FULL, SHORT, Extent, troubles
from tests.chaos.watch import Demand, Watch, are_idle, seconds_until_attended
from tests.stack import disks
from tests.stack.nodes import Node
from tests.stack.programs import Missing, inherited, wait_until
from tests.stack.running import Stack, stack

_ATTENDED_WITHIN: Final = 30.0
_DELETED_WITHIN: Final = 60.0
_CALM_WITHIN: Final = 240.0
_REPLACED_AFTER: Final = 10
_REPLACED_WITHIN: Final = 45.0
_DISK_MB: Final = 96


class Verdicts:
    """What was measured beside what has to hold, printed as it comes."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def tell(self, what: str, measured: str, *, holds: bool) -> None:
        say(f"{'holds' if holds else 'FAILS':6} {what:58} {measured}")
        if not holds:
            self.failed.append(what)


def main() -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer and shorter troubles")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    extent, accounts = (SHORT, 3) if given.short else (FULL, 8)
    say(f"seed {given.seed}")
    verdicts = Verdicts()
    settings = {
        "CORVANA_COLLECT_EVERY_MINUTES": "1440",
        "CORVANA_REPLACE_AFTER_SECONDS": str(_REPLACED_AFTER),
    }
    disk_mb = _DISK_MB if disks.is_possible() else None
    try:
        with (
            _folder() as folder,
            stack(
                folder, web=2, workers=3, incidents=300, settings=settings, disk_mb=disk_mb
            ) as up,
        ):
            joined = up.connect(accounts)
            _through_troubles(up, verdicts, extent, Random(given.seed))
            _same_rows(up, verdicts, joined)
            _disconnected(up, verdicts)
    except Missing as missing:
        say(str(missing))
        return 1
    say(f"{len(verdicts.failed)} of the promises failed" if verdicts.failed else "All hold.")
    return bool(verdicts.failed)


def _through_troubles(up: Stack, verdicts: Verdicts, extent: Extent, chance: Random) -> None:
    with Demand(up), Watch(up) as watch:
        for trouble in troubles(extent, chance):
            began = time.monotonic()
            trouble.happen(up)
            took = time.monotonic() - began
            back = seconds_until_attended(up, _ATTENDED_WITHIN)
            verdicts.tell(
                f"all workers attend after: {trouble.name}",
                f"{back:.1f} s (trouble: {took:.0f} s; at most {_ATTENDED_WITHIN:.0f} s)",
                holds=back < _ATTENDED_WITHIN,
            )
    verdicts.tell(
        "no connection was worked on twice at once",
        f"{len(watch.worked_twice)} times in {watch.looks} looks",
        holds=not watch.worked_twice and watch.looks > 10,
    )


def _same_rows(up: Stack, verdicts: Verdicts, joined: list[str]) -> None:
    """Collect all once more in peace, and hold them against one that joins only now."""
    asked_at = clock.now(up.engine)
    for each in joined:
        connections.request_run(up.engine, each, asked_at)
    twin = up.join("first")
    began = time.monotonic()
    wait_until(lambda: are_idle(up, asked_at), _CALM_WITHIN, "every connection is collected")
    verdicts.tell(
        "every connection is collected afterwards",
        f"{time.monotonic() - began:.0f} s for {len(joined) + 1}",
        holds=True,
    )
    people = _people(up)
    expected = hashes(up, twin, people)
    for number, each in enumerate(joined, start=1):
        found = hashes(up, each, people)
        differing = [table for table in found if found[table] != expected[table]]
        rows = sum(int(value.partition(":")[0]) for value in found.values())
        verdicts.tell(
            f"connection {number} has the rows of one without trouble",
            f"{rows:,} rows, differing: {', '.join(differing) or 'none'}",
            holds=not differing and rows > 1_000,
        )


def _people(up: Stack) -> frozenset[str]:
    token = consent(up.settings).tokens.access_token
    answer = httpx.get(
        f"{up.pagerduty.url}/us/users",
        params={"limit": 100},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    body = answer.raise_for_status().json()
    assert not body["more"]
    return frozenset(user["id"] for user in body["users"])


def _disconnected(up: Stack, verdicts: Verdicts) -> None:
    with Session(up.engine) as session:
        ids = list(session.exec(select(Connection.id)).all())
    seals = [up.vault.seal_of(connections.get(up.engine, each)) for each in ids]
    tokens = {text for each in ids for text in _tokens(up, each)}
    texts = opened_texts(up, seals) | tokens
    alone, rest = up.web[1], ids
    alone.link.cut()
    first, *rest = ids
    _disconnect(up, verdicts, first, "a connection is deleted while a node is cut off")
    alone.link.pass_on()
    for number, each in enumerate(rest, start=2):
        _disconnect(up, verdicts, each, f"connection {number} is deleted")
    kept = up.store.bucket.objects()
    verdicts.tell("no object is left in the store", f"{len(kept)} objects", holds=not kept)
    began = time.monotonic()
    time.sleep(_REPLACED_WITHIN)
    in_memory, took = found_in_memory(up, texts), time.monotonic() - began
    on_disk = found_on_disk(up, texts)
    words = of_programs(up, texts)
    verdicts.tell(
        "most of what is searched for is no word of a program",
        f"{len(words)} of {len(texts):,} are",
        holds=len(texts) > 200 and len(words) < len(texts) / 100,
    )
    for place, found in {**on_disk, **in_memory}.items():
        left = sorted(set(found) - words)
        verdicts.tell(
            f"nothing can be read in {place}",
            f"{len(left)} ids, names, codes and tokens"
            + (f", {took:.0f} s after" if place in in_memory else ""),
            holds=not left,
        )


def _tokens(up: Stack, connection_id: str) -> tuple[str, str]:
    tokens = up.vault.read_tokens(up.engine, connection_id)
    return tokens.access_token, tokens.refresh_token


def _disconnect(up: Stack, verdicts: Verdicts, connection_id: str, what: str) -> None:
    began = time.monotonic()
    asked = _command(up.workers[0], "purge", "--connection", connection_id)

    def is_gone() -> bool:
        with Session(up.engine) as session:
            return session.get(Connection, connection_id) is None

    with contextlib.suppress(TimeoutError):
        wait_until(is_gone, _DELETED_WITHIN, "its row is gone")
    took = time.monotonic() - began
    verdicts.tell(what, f"{took:.1f} s", holds=is_gone() and asked.returncode == 0)


def _command(node: Node, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """A command of Corvana on the computer of this node."""
    return subprocess.run(
        [sys.executable, "-m", "corvana", *arguments],
        env={**inherited(), **node.settings},
        cwd=node.home,
        capture_output=True,
        timeout=_DELETED_WITHIN,
        check=False,
    )


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can enter."""
    made = Path(tempfile.mkdtemp(prefix="corvana-chaos-", dir="/var/tmp"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def say(text: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
