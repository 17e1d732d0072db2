"""Read 90 days of the simulated account, with our client and with PagerDuty's own client.

Both read the same incidents and log entries, each as its documentation recommends. The server is a
separate process with PagerDuty's limit (960 requests per minute) and 250 ms latency. It counts the
requests. The rows are compared with the rows that the account really has.

Promise: our client uses 95 % of the limit, requests at most 5 % more pages than necessary, never
gets a 429, and loses and repeats no row.
"""

import argparse
import asyncio
import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from pagerduty import RestApiV2Client

from corvana.collectors.windows import FIRST_WINDOW, WINDOW, Window, plan
from corvana.pagerduty import responses
from corvana.pagerduty.client import Client
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World

DAYS = 90
PER_MINUTE = 960
LATENCY_SECONDS = 0.25
CONCURRENCY = 8
PAGE_SIZE = 100
MODELS = {"/incidents": responses.IncidentsPage, "/log_entries": responses.LogEntriesPage}
Ids = Mapping[str, list[str]]


class Account(NamedTuple):
    """The address of the account, and by path the ids that it really has in the 90 days."""

    url: str
    token: str
    since: datetime
    until: datetime
    truth: Ids


@dataclass
class Traffic:
    """Counts the server's responses by status and by second since the first response."""

    app: Callable[..., Any]
    statuses: Counter[int] = field(default_factory=Counter)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def counted(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
            await send(message)

        await self.app(scope, receive, counted)


class Measured(NamedTuple):
    name: str
    seconds: float
    ids: Ids
    statuses: Mapping[int, int]

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())


def ids_of(world: World, since: datetime) -> Ids:
    return {
        "/incidents": [i.id for i in world.incidents if since <= i.created_at < world.end],
        "/log_entries": [
            entry.id
            for incident in world.incidents
            for entry in incident.log_entries
            if since <= entry.at < world.end
        ],
    }


def serve(pipe: Connection, incidents: int) -> None:
    """Serve the account. Send it once; then send the counts after every message on the pipe."""
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    world = build_world(seed=7, end=end, days=DAYS, incidents=incidents)
    with RunningSandbox(
        world, requests_per_minute=PER_MINUTE, latency_seconds=LATENCY_SECONDS
    ) as sandbox:
        traffic = Traffic(sandbox.app)
        sandbox.app = traffic  # type: ignore[assignment]
        since = end - timedelta(days=DAYS)
        token = sandbox.issue_tokens()[0]
        pipe.send(Account(sandbox.api_url, token, since, end, ids_of(world, since)))
        while pipe.recv():
            pipe.send(dict(traffic.statuses))
            traffic.statuses.clear()


class OneToken(NamedTuple):
    token: str

    def access_token(self) -> str:
        return self.token

    def refresh(self, refused: str) -> str:  # noqa: ARG002 - the protocol's signature
        raise AssertionError("the token is good")


async def read(account: Account) -> Ids:
    """Read with our client, in the windows of a first run: newest first, a week each."""
    found: dict[str, list[str]] = {path: [] for path in MODELS}
    windows = plan(Window(account.since, account.until), [], WINDOW, first=FIRST_WINDOW)
    async with Client(
        account.url,
        OneToken(account.token),
        requests_per_minute=PER_MINUTE,
        concurrency=CONCURRENCY,
    ) as client:
        for window in windows:
            for path, model in MODELS.items():
                async for span in client.spans(path, model, *window):
                    found[path] += [row.id for row in span.rows]
    return found


def ours(account: Account) -> Ids:
    return asyncio.run(read(account))


def official(account: Account) -> Ids:
    """Read with PagerDuty's client. Its `iter_history` can read more rows than the row limit."""
    client = RestApiV2Client(account.token, auth_type="bearer")
    client._url = account.url  # noqa: SLF001 - its setter accepts https only
    assert client.log is not None
    client.log.setLevel(logging.WARNING)
    return {
        path: [row["id"] for row in client.iter_history(path, account.since, account.until)]
        for path in MODELS
    }


def measure(
    name: str, work: Callable[[Account], Ids], account: Account, pipe: Connection
) -> Measured:
    began = time.perf_counter()
    ids = work(account)
    seconds = time.perf_counter() - began
    pipe.send(True)
    return Measured(name, seconds, ids, pipe.recv())


def rows(measured: Measured, truth: Ids) -> list[str]:
    """The column of one client, in the order of `LABELS`."""
    least = sum(-(-len(ids) // PAGE_SIZE) for ids in truth.values())
    read = [(path, each) for path, ids in measured.ids.items() for each in ids]
    existing = {(path, each) for path, ids in truth.items() for each in ids}
    minutes = measured.seconds / 60
    return [
        f"{measured.seconds:,.1f}",
        f"{measured.requests:,}",
        f"{least:,}",
        f"{measured.requests / least:.3f}",
        f"{measured.requests / minutes:,.0f}",
        f"{measured.requests / minutes / PER_MINUTE:.1%}",
        f"{measured.statuses.get(429, 0):,}",
        f"{len(existing - set(read)):,}",
        f"{len(read) - len(set(read)):,}",
    ]


LABELS = (
    "wall time, s",
    "requests",
    "pages there are at least",
    "requests ÷ least",
    "requests a minute",
    "share of the limit",
    "refused (429)",
    "rows lost",
    "rows read twice",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=20_000)
    parser.add_argument("--only-ours", action="store_true", help="leave out PagerDuty's client")
    options = parser.parse_args()
    clients = [("Corvana", ours)]
    if not options.only_ours:
        clients.append(("pagerduty 7.2.0", official))

    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, options.incidents), daemon=True)
    server.start()
    account: Account = pipe.recv()
    counts = ", ".join(f"{len(ids):,} {path[1:]}" for path, ids in account.truth.items())
    print(f"{DAYS} days: {counts}; {LATENCY_SECONDS * 1000:.0f} ms, {PER_MINUTE} requests/min")
    measured = [measure(name, work, account, pipe) for name, work in clients]
    pipe.send(False)
    server.join()

    print(f"{'':<26}" + "".join(f"{each.name:>18}" for each in measured))
    columns = [rows(each, account.truth) for each in measured]
    for label, *values in zip(LABELS, *columns, strict=True):
        print(f"{label:<26}" + "".join(f"{value:>18}" for value in values))


if __name__ == "__main__":
    main()
