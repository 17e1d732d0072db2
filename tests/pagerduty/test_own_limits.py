"""Operations with a limit of their own, in real time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from corvana.pagerduty.limiter import Lanes
from corvana.pagerduty.protocol import RateLimit


def in_lanes(work: Callable[[Lanes], Awaitable[Any]]) -> Any:
    async def inside() -> Any:
        return await asyncio.wait_for(work(Lanes(60_000, 4)), 10)

    return asyncio.run(inside())


async def ask(lanes: Lanes, path: str, told: RateLimit | None = None) -> None:
    async with lanes.turn(path) as heed:
        if told:
            heed(told)


def test_a_refusal_of_such_an_operation_stops_only_that_operation() -> None:
    async def work(lanes: Lanes) -> bool:
        lanes.pause("/oncalls", 60.0)
        held = asyncio.create_task(ask(lanes, "/oncalls"))
        for _ in range(10):
            await ask(lanes, "/incidents")
        waits = not held.done()
        held.cancel()
        return waits

    assert in_lanes(work) is True


def test_what_its_answers_tell_does_not_slow_the_others() -> None:
    async def work(lanes: Lanes) -> None:
        await ask(lanes, "/oncalls", RateLimit(0, 60.0, 1))
        for _ in range(10):
            await ask(lanes, "/incidents")

    in_lanes(work)


def test_such_an_operation_is_asked_for_one_at_a_time_and_others_four() -> None:
    async def most(lanes: Lanes, path: str) -> int:
        counts = [0]
        under_way = 0

        async def one() -> None:
            nonlocal under_way
            async with lanes.turn(path):
                under_way += 1
                counts.append(under_way)
                await asyncio.sleep(0.01)
                under_way -= 1

        await asyncio.gather(*(one() for _ in range(8)))
        return max(counts)

    async def work(lanes: Lanes) -> tuple[int, int]:
        return await most(lanes, "/oncalls"), await most(lanes, "/incidents")

    assert in_lanes(work) == (1, 4)
