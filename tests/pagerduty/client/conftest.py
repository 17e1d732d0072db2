"""What the tests of this folder share."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from corvana.pagerduty.client import Client
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.client.reading import Authorization


@pytest.fixture
def authorization(sandbox: RunningSandbox) -> Authorization:
    return Authorization(sandbox.issue_tokens()[0])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full jitter whose dice always show zero."""
    monkeypatch.setattr(random, "random", lambda: 0.0)


@pytest.fixture
def ask(sandbox: RunningSandbox, authorization: Authorization) -> Callable[..., Any]:
    """Run one coroutine function with a client."""

    def run(work: Callable[[Client], Awaitable[Any]]) -> Any:
        async def inside() -> Any:
            async with Client(
                sandbox.api_url, authorization, requests_per_minute=600_000, concurrency=4
            ) as client:
                return await work(client)

        return asyncio.run(inside())

    return run
