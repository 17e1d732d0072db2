"""Several viewers at once, of two engagements: no error, and nobody sees the other's account."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.running_app import PAGES_ONLY, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from benchmarks.viewers import Viewer
from corvana.sandbox.play.build import build_world

NAMES = ("North", "South", "East", "West")
SECONDS = 15
THINKING_SECONDS = (0.1, 0.5)


@pytest.mark.slow
def test_viewers_of_two_engagements_see_their_own_account_and_no_error(tmp_path) -> None:
    with running(tmp_path, **PAGES_ONLY) as app:
        viewers = [
            Viewer(app.url, _stored(app.data_dir, seed, name), seed, NAMES)
            for seed, name in enumerate(NAMES)
        ]
        asyncio.run(_everybody(viewers))

    assert [viewer.errors for viewer in viewers] == [[] for _ in NAMES]
    assert [viewer.seen for viewer in viewers] == [{name} for name in NAMES]
    assert all(viewer.reruns for viewer in viewers)


def _stored(data_dir: Path, seed: int, name: str) -> str:
    end = datetime.now(UTC).replace(microsecond=0)
    return store_engagement(
        data_dir, name, account(build_world(seed=seed, end=end, incidents=1_000))
    )


async def _everybody(viewers: Sequence[Viewer]) -> None:
    await asyncio.gather(*(viewer.look_around(SECONDS, THINKING_SECONDS) for viewer in viewers))
