"""The limiter against the simulated account's own rate limit, in time that is only counted."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from corvana.pagerduty import limiter as limiter_module
from corvana.pagerduty.limiter import Lanes, Limiter
from corvana.pagerduty.protocol import RateLimit, rate_limit
from corvana.sandbox.api import traffic
from corvana.sandbox.api.traffic import RateLimiter

PER_MINUTE = 960
UNDER_WAY = 4
"""Requests that leave while one is answered: 250 ms at sixteen a second."""


class Clock:
    """Time passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 1e-6)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock of these two modules alone: threads of other tests sleep and count on their own."""
    clock = Clock()
    monkeypatch.setattr(limiter_module, "monotonic", clock)
    monkeypatch.setattr(limiter_module, "sleep", clock.sleep)
    monkeypatch.setattr(traffic, "monotonic", clock)
    return clock


class Server:
    """PagerDuty's side: counts what it refuses."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._limiter = RateLimiter(per_minute)
        self.refused = 0

    def answer(self, who: str = "us") -> RateLimit:
        allowed, headers = self._limiter.spend(("app", "user"))
        self.refused += who == "us" and not allowed
        return rate_limit(headers)


async def send(limiter: Limiter, server: Server, count: int, *, late: int = UNDER_WAY) -> None:
    """Send requests whose answers come while others are under way already."""
    unanswered: deque[tuple[int, RateLimit]] = deque()
    for _ in range(count):
        ticket = await limiter.wait()
        unanswered.append((ticket, server.answer()))
        if len(unanswered) > late:
            limiter.heed(*unanswered.popleft())


def test_95_percent_of_the_limit_are_kept_busy_without_a_single_refusal(clock: Clock) -> None:
    server, limiter = Server(), Limiter(PER_MINUTE)
    began = clock.now
    asyncio.run(send(limiter, server, 5_000))
    minutes = (clock.now - began) / 60
    assert server.refused == 0
    assert 0.95 * PER_MINUTE <= 5_000 / minutes <= PER_MINUTE


@pytest.mark.parametrize("pause", [0.4, 5.0, 29.0, 61.0])
def test_what_was_saved_in_a_pause_never_exceeds_the_limit(clock: Clock, pause: float) -> None:
    server, limiter = Server(), Limiter(PER_MINUTE)

    async def in_bursts() -> None:
        for _ in range(40):
            await send(limiter, server, 150)
            clock.now += pause

    asyncio.run(in_bursts())
    assert server.refused == 0


def test_no_sixty_seconds_see_more_than_the_limit_even_if_no_answer_tells_of_it(
    clock: Clock,
) -> None:
    async def leave() -> list[float]:
        limiter = Limiter(PER_MINUTE)
        left = []
        for number in range(3_000):
            if number % 200 == 0:
                clock.now += 5.0
            await limiter.wait()
            left.append(clock.now)
        return left

    left = asyncio.run(leave())
    # One more than the limit would have to fit between a request and the 960th after it.
    assert min(left[n + PER_MINUTE] - left[n] for n in range(len(left) - PER_MINUTE)) >= 59.9


def test_whoever_shares_the_limit_slows_us_down_and_costs_a_refusal_a_minute_at_most(
    clock: Clock,
) -> None:
    server, limiter = Server(), Limiter(PER_MINUTE)

    async def share() -> None:
        for _ in range(2_000):
            ticket = await limiter.wait()
            limiter.heed(ticket, server.answer())
            server.answer("somebody else")

    began = clock.now
    asyncio.run(share())
    minutes = (clock.now - began) / 60
    assert server.refused <= minutes
    assert PER_MINUTE / 2 * 0.95 <= 2_000 / minutes <= PER_MINUTE / 2 + 60


def test_a_minute_that_others_have_used_up_is_waited_for(clock: Clock) -> None:
    async def work() -> float:
        limiter = Limiter(PER_MINUTE)
        limiter.heed(await limiter.wait(), RateLimit(0, 42.0, PER_MINUTE))
        began = clock.now
        await limiter.wait()
        return clock.now - began

    assert asyncio.run(work()) == pytest.approx(42.0)


def test_an_answer_from_the_last_minute_does_not_hold_up_this_one(clock: Clock) -> None:
    async def work() -> float:
        limiter = Limiter(PER_MINUTE)
        old, new = await limiter.wait(), await limiter.wait()
        limiter.heed(new, RateLimit(959, 60.0, PER_MINUTE))
        limiter.heed(old, RateLimit(0, 1.0, PER_MINUTE))
        began = clock.now
        await limiter.wait()
        return clock.now - began

    assert asyncio.run(work()) < 0.1


def test_a_new_minute_forgets_what_was_left_of_the_last(clock: Clock) -> None:
    async def work() -> float:
        limiter = Limiter(PER_MINUTE)
        limiter.heed(await limiter.wait(), RateLimit(1, 5.0, PER_MINUTE))
        limiter.heed(await limiter.wait(), RateLimit(959, 60.0, PER_MINUTE))
        began = clock.now
        await limiter.wait()
        return clock.now - began

    assert asyncio.run(work()) < 0.1


@pytest.mark.parametrize(
    ("configured", "told", "kept"), [(960, 120, 120), (120, 960, 120), (960, None, 960)]
)
def test_the_smaller_of_what_is_configured_and_what_is_told_is_kept(
    clock: Clock, configured: int, told: int | None, kept: int
) -> None:
    async def leave() -> list[float]:
        limiter = Limiter(configured)
        limiter.heed(await limiter.wait(), RateLimit(None, None, told))
        left = []
        for _ in range(200):
            await limiter.wait()
            left.append(clock.now)
        return left[100:]

    steps = {round(later - earlier, 4) for earlier, later in pairwise(asyncio.run(leave()))}
    assert steps == {round(60 / (0.985 * kept), 4)}


@pytest.mark.parametrize(("seconds", "waited"), [(7.0, 7.0), (86_400.0, 120.0)])
def test_a_pause_holds_everybody_and_never_for_longer_than_two_minutes(
    clock: Clock, seconds: float, waited: float
) -> None:
    async def work() -> float:
        limiter = Limiter(PER_MINUTE)
        limiter.pause(seconds)
        limiter.pause(1.0)
        began = clock.now
        await limiter.wait()
        return clock.now - began

    assert asyncio.run(work()) == pytest.approx(waited)


# --- operations with a limit of their own, in real time ----------------------------------------


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
