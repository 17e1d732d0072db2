"""However the months are rebuilt, the same rows come out, of every frame."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from corvana.analysis.lifecycle.escalation_steps import escalation_steps
from corvana.analysis.lifecycle.incident_rows import rebuild_frames
from corvana.analysis.lifecycle.interruptions import arrivals
from corvana.collectors.windows import Window
from corvana.config import Settings
from corvana.frames import conform
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import queries
from corvana.versions import publish as publishing
from corvana.versions import rebuild
from corvana.versions.files import CONTRACTS, PARTITIONED, month_parts
from corvana.versions.manifest import read_manifest
from corvana.versions.rebuild import Month
from tests.builders.shelf import Shelf
from tests.conftest import Connected, collect_at

END = datetime(2026, 10, 6, tzinfo=UTC)
BORDER = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def two_months() -> Iterator[RunningSandbox]:
    world = build_world(seed=11, end=END, days=12, incidents=300)
    with RunningSandbox(world, clock=lambda: END, requests_per_minute=1_000_000) as sandbox:
        yield sandbox


@pytest.fixture
def collected(
    configure: Callable[..., Settings], two_months: RunningSandbox, shelf: Shelf
) -> Connected:
    return shelf.take(
        "two months",
        configure(two_months),
        two_months,
        lambda joined: collect_at(joined, clock=lambda: END, days=12),
    )


def of_both_months(collected: Connected, folder: Path) -> dict[str, Month]:
    data = collected.data()
    assert data.covered_since is not None
    spans = {
        "2026-09": Window(data.covered_since, BORDER),
        "2026-10": Window(BORDER, data.as_of),
    }
    return {
        name: Month(collected.id, span, data.as_of, month_parts(folder, collected.id, name, 1))
        for name, span in spans.items()
    }


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), ignore_index=True)


def assert_as_published(collected: Connected, folder: Path) -> None:
    """Rebuilding both months writes the rows that were published, of every frame."""
    files = rebuild.rebuild(collected.engine, of_both_months(collected, folder))
    assert set(files) == set(PARTITIONED)
    for name, written in files.items():
        parts = [pd.read_parquet(folder / collected.id / file) for file in written.values()]
        published = conform(collected.data().frame(name), CONTRACTS[name])
        assert len(published) > 200, name
        pd.testing.assert_frame_equal(in_order(pd.concat(parts)), in_order(published))


def test_in_pieces_as_in_one(
    collected: Connected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_AT_ONCE_BESIDE", 40)
    assert_as_published(collected, tmp_path)


def test_in_a_process_of_its_own_as_here(
    collected: Connected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_WORTH_A_PROCESS", 0)
    assert_as_published(collected, tmp_path)


def test_every_frame_is_the_analysis_own_of_the_stored_rows(collected: Connected) -> None:
    data = collected.data()
    as_of = pd.Timestamp(data.as_of)
    with collected.engine.connect() as connection:
        since = data.covered_since
        assert since is not None
        window = (connection, collected.id, since, data.as_of)
        rows, log = queries.incident_rows(*window), queries.log_entries(*window)
        joined = queries.joined(*window)
        rules, shifts, services = (
            read(connection, collected.id)
            for read in (queries.rule_versions, queries.shifts, queries.service_versions)
        )
    at_once = rebuild_frames(rows, log, joined, rules, shifts, services, as_of=as_of)
    expected = {
        "incidents": at_once.incidents,
        "escalation_steps": escalation_steps(rows, log, rules, shifts, services, as_of=as_of),
        "arrivals": arrivals(log, as_of=as_of),
        "participations": at_once.participations,
    }
    for name, frame in expected.items():
        published = conform(data.frame(name), CONTRACTS[name])
        pd.testing.assert_frame_equal(in_order(published), in_order(frame))


def test_a_month_of_a_version_that_lacks_a_frame_is_rebuilt(collected: Connected) -> None:
    before = collected.data()
    home = collected.settings.versions_dir / collected.id
    manifest = home / "versions" / f"{before.version:08d}.json"
    content = json.loads(manifest.read_text())
    del content["files"]["participations"]
    manifest.write_text(json.dumps(content))
    collect_at(collected, clock=lambda: END, days=12)
    after = collected.data()
    assert after.version > before.version
    pd.testing.assert_frame_equal(
        in_order(after.frame("participations")), in_order(before.frame("participations"))
    )


def test_months_that_other_code_built_are_built_again_and_nothing_is_collected_anew(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, number = collected.settings.versions_dir, collected.connection.data_version
    before = read_manifest(folder, collected.id, number)
    collect_at(collected, clock=lambda: END, days=12)
    same = read_manifest(folder, collected.id, collected.connection.data_version)
    assert same.files["incidents"]["2026-09"] == before.files["incidents"]["2026-09"]
    monkeypatch.setattr(publishing, "code_digest", lambda *_: "of another release")
    rows = collected.latest_run.rows
    collect_at(collected, clock=lambda: END, days=12)
    again = read_manifest(folder, collected.id, collected.connection.data_version)
    for month, file in before.files["incidents"].items():
        assert again.files["incidents"][month] != file
    assert again.built_by == "of another release"
    assert collected.latest_run.rows == rows
