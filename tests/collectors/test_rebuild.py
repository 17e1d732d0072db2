"""However the months are rebuilt, the same lifecycles come out."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from corvana.collectors import rebuild
from corvana.collectors.rebuild import Month
from corvana.collectors.windows import Window
from corvana.config import Settings
from corvana.sandbox.running import RunningSandbox
from corvana.sandbox.world import build_world
from corvana.snapshot import Part
from tests.conftest import Connected, collect_at, join
from tests.twins import lifecycles

END = datetime(2026, 10, 6, tzinfo=UTC)
BORDER = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def collected(configure: Callable[..., Settings]) -> Connected:
    world = build_world(seed=11, end=END, days=12, incidents=300)
    with RunningSandbox(world, clock=lambda: END, requests_per_minute=1_000_000) as sandbox:
        connected = join(configure(sandbox), sandbox)
        collect_at(connected, clock=lambda: END, days=12)
    return connected


def rebuilt(collected: Connected, folder: Path) -> pd.DataFrame:
    """Both months of the account, by number."""
    snapshot = collected.snapshot()
    assert snapshot.covered_since is not None
    spans = {
        "2026-09": Window(snapshot.covered_since, BORDER),
        "2026-10": Window(BORDER, snapshot.as_of),
    }
    months = {
        name: Month(
            collected.id, span, snapshot.as_of, Part(folder, collected.id, "incidents", name, 1)
        )
        for name, span in spans.items()
    }
    files = rebuild.rebuild(collected.engine, months)
    frames = [pd.read_parquet(folder / collected.id / file) for file in files.values()]
    return pd.concat(frames).sort_values("number", ignore_index=True)


def test_in_pieces_as_in_one(
    collected: Connected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_AT_ONCE_BESIDE", 7)
    assert len(lifecycles(collected)) > 200
    pd.testing.assert_frame_equal(rebuilt(collected, tmp_path), lifecycles(collected))


def test_in_processes_of_their_own_as_here(
    collected: Connected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_WORTH_PROCESSES", 0)
    pd.testing.assert_frame_equal(rebuilt(collected, tmp_path), lifecycles(collected))
