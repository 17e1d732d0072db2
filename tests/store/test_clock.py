"""The account's present time: ours for a real account, its own for the simulated one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corvana.config import Settings
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity import kept
from corvana.sandbox.identity.kept import Kept, keep
from corvana.sandbox.identity.server import Identity
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.steps import Step
from corvana.store import clock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
END = NOW + timedelta(days=14)


def let_weeks_go_by(folder: Path, weeks: int) -> None:
    world = build_world(seed=3, end=END, days=7, incidents=5)
    account = Kept(seed=3, incidents=5, days=7, end=END)
    keep(folder, account, Identity(world, "us", lambda: NOW, Faults()))(
        (Step(at=NOW, weeks=weeks),)
    )


def test_both_programs_mean_the_same_file() -> None:
    assert clock.SIMULATED_ACCOUNT == kept.FILE


def test_the_simulated_account_is_ahead_by_the_weeks_that_went_by(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    assert clock.account_ahead(settings) == timedelta(0)
    let_weeks_go_by(settings.data_dir, 6)
    assert clock.account_ahead(settings) == timedelta(weeks=6)
    later = clock.account_now(settings) - datetime.now(UTC)
    assert abs(later - timedelta(weeks=6)) < timedelta(seconds=1)


def test_a_real_account_has_our_time_whatever_a_simulated_one_left_behind(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, client_id_setting="a real one")
    let_weeks_go_by(settings.data_dir, 6)
    assert clock.account_ahead(settings) == timedelta(0)


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", '{"hours_gone_by": -1}', '{"hours_gone_by": "x"}']
)
def test_a_damaged_file_means_our_time(tmp_path: Path, damaged: str) -> None:
    settings = Settings(data_dir=tmp_path)
    (settings.data_dir / clock.SIMULATED_ACCOUNT).write_text(damaged)
    assert clock.account_ahead(settings) == timedelta(0)
