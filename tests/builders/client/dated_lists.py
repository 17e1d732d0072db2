"""A dated list of a server that misbehaves, and how it is read."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from corvana.pagerduty import responses
from corvana.pagerduty.client import Client, Span
from tests.builders.misbehaving_server import Answer, HandMade
from tests.conftest import GoodToken

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def spread(count: int, length: timedelta = WEEK, start: datetime = START) -> list[datetime]:
    """So many instants, evenly, on whole seconds."""
    seconds = int(length.total_seconds())
    return [start + timedelta(seconds=seconds * n // count) for n in range(count)]


@contextmanager
def reader(answer: Answer) -> Iterator[tuple[HandMade, Callable[..., list[Span[Any]]]]]:
    """A server, and what reads windows of its `/log_entries` with one client."""
    with HandMade(answer) as server:

        async def spans(*windows: tuple[datetime, datetime]) -> list[Span[Any]]:
            async with Client(
                server.url, GoodToken("pdus+x"), requests_per_minute=600_000, concurrency=8
            ) as client:
                return [
                    span
                    for window in windows
                    async for span in client.spans(
                        "/log_entries", responses.LogEntriesPage, *window
                    )
                ]

        yield server, lambda *windows: asyncio.run(spans(*windows))


def ids(spans: list[Span[Any]]) -> list[str]:
    return [row.id for span in spans for row in span.rows]


def windows_of(server: HandMade) -> list[tuple[datetime, datetime]]:
    """Every window asked for, in order, each once."""
    return list(
        dict.fromkeys(
            (datetime.fromisoformat(q["since"]), datetime.fromisoformat(q["until"]))
            for q in server.asked
        )
    )
