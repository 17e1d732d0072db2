"""One small world and helpers to talk to a sandbox that serves it."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from tests.builders.movable_clock import NOW, MovableClock


@pytest.fixture(scope="session")
def small_world() -> World:
    return build_world(end=NOW + timedelta(days=2), days=40, incidents=400)


@pytest.fixture(scope="module")
def module_sandbox(small_world: World) -> Iterator[RunningSandbox]:
    with RunningSandbox(
        small_world, clock=MovableClock(), requests_per_minute=100_000, allow_fault_control=True
    ) as running:
        yield running


@pytest.fixture
def sandbox(module_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    module_sandbox.faults.reset()
    clock = module_sandbox.clock
    assert isinstance(clock, MovableClock)
    clock.now = NOW
    yield module_sandbox
    module_sandbox.faults.reset()


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    access, _, _ = sandbox.issue_tokens()
    headers = {"Authorization": f"Bearer {access}"}
    with httpx.Client(base_url=sandbox.api_url, headers=headers) as client:
        yield client
