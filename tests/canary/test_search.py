"""The searches of this folder find a marker wherever it is left."""

import logging
import sys
from collections.abc import Callable

import pandas as pd
import pytest
import structlog
from sqlalchemy import text
from sqlmodel import Session

from corvana import jobs
from corvana.errors import PagerDutyError
from corvana.frames import LABELS
from corvana.store.models import Team
from tests.canary.left_behind import MARKER, LeftBehind
from tests.conftest import Connected


def keep(connected: Connected, team_id: str) -> None:
    with Session(connected.engine) as session:
        session.add(Team(connection_id=connected.id, id=team_id, label=f"Team {MARKER}"))
        session.commit()


def keep_for_good(left: LeftBehind) -> None:
    """In the database itself, not in the log of what is to be written to it."""
    keep(left.connected, "T1")
    with left.connected.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def publish(left: LeftBehind) -> None:
    home = left.connected.settings.snapshot_dir / left.connected.id
    home.mkdir(parents=True)
    frame = pd.DataFrame([["team", "T1", MARKER]], columns=list(LABELS))
    frame.to_parquet(home / "labels-all-v1.parquet", index=False)


def export(left: LeftBehind) -> None:
    left.exports.mkdir()
    (left.exports / "incidents.csv").write_text(MARKER)


ON_SQLITE: dict[str, Callable[[LeftBehind], object]] = {
    "corvana.db": keep_for_good,
    "corvana.db-wal": lambda left: keep(left.connected, "T2"),
    "queue.db-wal": lambda left: jobs.collect_task()(MARKER),
    "decoded snapshots": publish,
    "exports": export,
    "log": lambda left: logging.getLogger("corvana.anything").debug(MARKER),
    "standard error": lambda left: structlog.get_logger().debug("event", content=MARKER),
    "standard output": lambda left: sys.stdout.write(MARKER),
    "errors": lambda left: left.errors.append(PagerDutyError(MARKER)),
    "reports": lambda left: left.reports.append(MARKER),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("place", ON_SQLITE)
def test_a_marker_is_found_where_it_is_left_and_nowhere_else(left: LeftBehind, place: str) -> None:
    assert left.holding() == []
    ON_SQLITE[place](left)
    assert place in left.holding()
    assert set(left.holding()) <= {place, "snapshot files"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "plant",
    [lambda left: keep(left.connected, "T1"), lambda left: jobs.collect_task()(MARKER)],
    ids=["a row", "a task"],
)
def test_a_marker_is_found_in_every_table(
    left: LeftBehind, plant: Callable[[LeftBehind], object]
) -> None:
    assert left.holding() == []
    plant(left)
    assert left.holding() == ["tables"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_place_has_its_control(left: LeftBehind) -> None:
    for plant in ON_SQLITE.values():
        plant(left)
    searched = {place for place, content in left.places().items() if content}
    assert searched - set(ON_SQLITE) <= {
        "secret.key",
        "corvana.db-shm",
        "snapshot files",
        "queue.db",
        "queue.db-shm",
    }
