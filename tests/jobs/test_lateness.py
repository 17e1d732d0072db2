"""The alarm when a deletion has taken half of the time that is promised for it."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from corvana.config import Settings
from corvana.jobs import lateness, wishes
from corvana.jobs.lateness import LateAlarm
from corvana.store import purge
from tests.builders.databases import open_new
from tests.builders.stored.waiting import connection


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CORVANA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CORVANA_DATABASE_URL", raising=False)
    open_new(f"sqlite:///{tmp_path}/corvana.db")
    return Settings()


def wish(settings: Settings, *, hours_ago: float) -> None:
    wished = uuid4().hex
    wishes.keep(settings.data_dir, wished, "somebody")
    at = time.time() - hours_ago * 3600
    os.utime(settings.data_dir / "deletions" / wished, (at, at))


def told(alarm: LateAlarm) -> list[tuple[str, str, float]]:
    with capture_logs() as logs:
        alarm.look()
    return [(one["log_level"], one["event"], one["hours"]) for one in logs]


def test_the_oldest_counts_whether_wished_for_or_begun(settings: Settings) -> None:
    engine = open_new(settings.database_url)
    assert lateness.oldest_deletion(settings, engine) is None
    begun_at = datetime.now(UTC) - timedelta(hours=3)
    purge.begin(engine, connection(engine, connected_at=begun_at), begun_at)
    wish(settings, hours_ago=2)
    assert lateness.oldest_deletion(settings, engine) == begun_at
    wish(settings, hours_ago=5)
    assert lateness.oldest_deletion(settings, engine) == lateness.oldest_wish(settings)


def test_nothing_is_told_of_a_deletion_that_is_not_late(settings: Settings) -> None:
    wish(settings, hours_ago=11.9)
    assert told(LateAlarm()) == []


def test_a_late_deletion_is_told_once_an_hour(settings: Settings) -> None:
    wish(settings, hours_ago=12.5)
    now = [0.0]
    alarm = LateAlarm(lambda: now[0])
    assert told(alarm) == [("error", "deletion late", 12.5)]
    now[0] = 3599.0
    assert told(alarm) == []
    now[0] = 3600.0
    assert told(alarm) == [("error", "deletion late", 12.5)]


def test_it_is_told_also_while_the_database_is_away(settings: Settings) -> None:
    wish(settings, hours_ago=13)
    (settings.data_dir / "corvana.db").write_bytes(b"no database" * 100)
    assert told(LateAlarm()) == [("error", "deletion late", 13.0)]
