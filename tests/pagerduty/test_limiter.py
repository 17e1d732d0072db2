"""The limiter against the simulated account's own rate limit, in time that is only counted."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import pairwise

import pytest

from corvana.pagerduty import limiter as limiter_module
from corvana.pagerduty.limiter import Limiter, Spent
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


def test_what_another_process_has_used_and_this_one_uses_stay_within_one_limit(
    clock: Clock,
) -> None:
    """Four workers take over from each other, without an answer that tells what is left."""

    async def leave() -> list[float]:
        left, before = [], Spent()
        for _ in range(4):
            limiter = Limiter(PER_MINUTE, before)
            for _ in range(300):
                await limiter.wait()
                left.append(clock.now)
            before = limiter.spent
        return left

    left = asyncio.run(leave())
    assert min(left[n + PER_MINUTE] - left[n] for n in range(len(left) - PER_MINUTE)) >= 59.9


@pytest.mark.parametrize(
    "stopped",
    [
        lambda limiter: limiter.pause(42.0),
        lambda limiter: limiter.heed(1, RateLimit(0, 42.0, PER_MINUTE)),
    ],
    ids=["refused", "used up"],
)
def test_what_stopped_one_process_stops_the_next_one(
    clock: Clock, stopped: Callable[[Limiter], None]
) -> None:
    async def work() -> float:
        limiter = Limiter(PER_MINUTE)
        await limiter.wait()
        stopped(limiter)
        clock.now += 2.0
        began = clock.now
        await Limiter(PER_MINUTE, limiter.spent).wait()
        return clock.now - began

    assert asyncio.run(work()) == pytest.approx(40.0)


def test_a_minute_later_nothing_is_held_against_the_next_process(clock: Clock) -> None:
    async def work() -> float:
        began = clock.now
        await Limiter(PER_MINUTE, Spent(sent_ago=60.0)).wait()
        return clock.now - began

    assert asyncio.run(work()) == 0.0
