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
from tests.builders.left_behind import MARKER, LeftBehind
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
    home = left.connected.settings.versions_dir / left.connected.id
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
    # Whatever is in the log goes to standard error, too.
    "standard error": lambda left: structlog.get_logger().debug("event", content=MARKER),
    "log": lambda left: logging.getLogger("corvana.anything").debug(MARKER),
    "standard output": lambda left: sys.stdout.write(MARKER),
    "errors": lambda left: left.errors.append(PagerDutyError(MARKER)),
    "reports": lambda left: left.reports.append(MARKER),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_marker_is_found_in_every_place_in_which_it_is_left(left: LeftBehind) -> None:
    found = left.holding()
    assert found == []
    for place, plant in ON_SQLITE.items():
        plant(left)
        newly = set(left.holding()) - set(found)
        assert place in newly
        assert newly <= {place, "snapshot files"}
        found = left.holding()
    searched = {place for place, content in left.places().items() if content}
    without_content = {"secret.key", "corvana.db-shm", "queue.db", "queue.db-shm"}
    assert searched == {*ON_SQLITE, "snapshot files"} | without_content


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_marker_is_found_in_every_table(left: LeftBehind) -> None:
    assert left.holding() == []
    keep(left.connected, "T1")
    assert left.holding() == ["tables"]
    with Session(left.connected.engine) as session:
        session.delete(session.get_one(Team, (left.connected.id, "T1")))
        session.commit()
    assert left.holding() == []
    jobs.collect_task()(MARKER)
    assert left.holding() == ["tables"]
