"""What runs beside what: reading ahead, publishing beside, and whose clock counts."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from corvana.config import Settings
from corvana.errors import LeaseLost, Unreachable
from corvana.runs import collection
from corvana.runs.publisher import Publisher
from corvana.runs.read_ahead import read_ahead
from corvana.runs.work import SETTLED
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections
from corvana.versions.analyse import analyse
from tests.conftest import collect_at, join


class Source:
    """Yields numbers and remembers how far it has been asked."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.count, self.error, self.given, self.closed = count, error, 0, False

    async def __aiter__(self) -> AsyncGenerator[int]:
        try:
            for number in range(self.count):
                self.given = number + 1
                yield number
            if self.error:
                raise self.error
        finally:
            self.closed = True


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_everything_comes_in_order() -> None:
    async def run() -> list[int]:
        return [item async for item in read_ahead(aiter(Source(50)), 3)]

    assert asyncio.run(run()) == list(range(50))


def test_no_more_is_read_ahead_than_asked() -> None:
    """Memory is bounded: one is in use, `depth` wait, one is on its way into the queue."""

    async def run() -> int:
        source = Source(50)
        ahead = read_ahead(aiter(source), 2)
        await anext(ahead)
        await settle()
        await ahead.aclose()
        return source.given

    assert asyncio.run(run()) == 4


def test_an_error_comes_after_everything_read_before_it() -> None:
    async def run() -> list[int]:
        ahead = read_ahead(aiter(Source(5, Unreachable("down"))), 2)
        seen = [await anext(ahead) for _ in range(5)]
        with pytest.raises(Unreachable):
            await anext(ahead)
        return seen

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


def test_whoever_stops_listening_stops_the_reading() -> None:
    async def run() -> bool:
        source = Source(50)
        ahead = read_ahead(aiter(source), 2)
        await anext(ahead)
        await ahead.aclose()
        return source.closed

    assert asyncio.run(run())


def test_what_is_touched_while_publishing_is_in_the_next_publication() -> None:
    published: list[set[str]] = []
    first_began, go_on = threading.Event(), threading.Event()

    def publish(months: set[str]) -> None:
        published.append(months)
        first_began.set()
        go_on.wait(10)

    async def run() -> None:
        publisher = Publisher(publish, {"2026-01"})
        publisher.touch({"2026-02"})
        publisher.ask()
        await asyncio.to_thread(first_began.wait, 10)
        publisher.touch({"2026-03"})
        publisher.ask()
        go_on.set()
        await publisher.finish()

    asyncio.run(run())
    assert published == [{"2026-01", "2026-02"}, {"2026-03"}]


def test_a_publication_that_failed_fails_the_run() -> None:
    def publish(months: set[str]) -> None:
        raise LeaseLost("gone")

    async def run() -> None:
        publisher = Publisher(publish, set())
        publisher.ask()
        with pytest.raises(LeaseLost):
            await publisher.finish()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("ahead", "behind_pagerduty"),
    [
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(minutes=-10), timedelta(0)),
        (timedelta(seconds=2), timedelta(0)),
    ],
    ids=["our clock is ahead", "our clock is behind", "they agree"],
)
def test_nothing_is_taken_for_collected_that_pagerduty_has_not_lived_yet(
    configure: Callable[..., Settings], ahead: timedelta, behind_pagerduty: timedelta
) -> None:
    theirs = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
    ours = theirs + ahead
    world = build_world(seed=11, end=theirs, days=3, incidents=60)
    with RunningSandbox(world, clock=lambda: theirs, requests_per_minute=1_000_000) as sandbox:
        connected = join(configure(sandbox), sandbox)
        collect_at(connected, clock=lambda: ours, days=2)
        assert connected.data().as_of == ours - behind_pagerduty - SETTLED


def test_a_database_that_is_busy_for_a_moment_costs_a_heartbeat_and_not_the_run(
    configure: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
    world = build_world(seed=11, end=now, days=3, incidents=60)
    missed: list[bool] = []

    def busy(*_: object, **__: object) -> None:
        missed.append(True)
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    with RunningSandbox(world, clock=lambda: now, requests_per_minute=1_000_000) as sandbox:
        connected = join(configure(sandbox), sandbox)
        with monkeypatch.context() as patch:
            patch.setattr(collection, "_report", once_then(busy, collection._report))
            collect_at(connected, clock=lambda: now, days=2, analyse=analyse)
        latest = connections.latest_run(connected.engine, connected.id)
    assert missed == [True]
    assert latest is not None
    assert latest.status == "finished"


def once_then(first: Callable[..., None], then: Callable[..., None]) -> Callable[..., None]:
    calls = iter([first])
    return lambda *given, **named: next(calls, then)(*given, **named)  # noqa: PLW0108 - each call
