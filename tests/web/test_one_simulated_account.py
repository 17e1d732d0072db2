"""Of several web processes on one computer, one starts the simulated account."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress

import pytest

from benchmarks.running_app import free_port
from corvana.web import lifespan


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The children that were started; each ends at once."""
    arguments: list[Sequence[str]] = []

    class Ended:
        async def wait(self) -> int:
            await asyncio.sleep(3600)
            return 0

    async def spawn(of: Sequence[str]) -> Ended:
        arguments.append(of)
        return Ended()

    async def stop(_: object) -> None:
        return None

    monkeypatch.setattr(lifespan, "_spawn", spawn)
    monkeypatch.setattr(lifespan, "_stop", stop)
    monkeypatch.setattr(lifespan, "_LOOK_AGAIN_AFTER", 0.01)
    return arguments


async def keep_alive_for_a_moment(child: Sequence[str]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(lifespan._keep_alive(child), 0.2)


def test_a_port_that_is_taken_is_somebody_elses_account(started: list[Sequence[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        asyncio.run(keep_alive_for_a_moment(("sandbox", "--port", str(port))))
    assert started == []


def test_when_the_other_process_ends_this_one_starts_it(started: list[Sequence[str]]) -> None:
    child = ("sandbox", "--port", str(free_port()))

    async def play() -> None:
        other = socket.create_server(("127.0.0.1", int(child[2])))
        watched = asyncio.create_task(keep_alive_for_a_moment(child))
        await asyncio.sleep(0.05)
        assert started == []
        other.close()
        await watched

    asyncio.run(play())
    assert started == [child]


def test_a_worker_waits_for_nobody(started: list[Sequence[str]]) -> None:
    asyncio.run(keep_alive_for_a_moment(("worker",)))
    assert started == [("worker",)]
