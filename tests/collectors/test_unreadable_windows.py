"""A window from which nothing could be read is shown as incomplete, and read again later."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from corvana.collectors import windows
from corvana.collectors.windows import Window
from corvana.store.engine import open_database

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = Window(NOON - 24 * HOUR, NOON)
HOLE = Window(NOON - 3 * HOUR, NOON - 2 * HOUR)
PARTS = (Window(DAY.since, HOLE.since), Window(HOLE.until, DAY.until))


def record(session: Session, window: Window, rows: int, *, incomplete: bool = False) -> None:
    windows.record(session, "c", "log_entries", window, rows=rows, now=NOON, incomplete=incomplete)
    session.commit()


def planned(session: Session) -> list[Window]:
    done = windows.read_for_good(session, "c", "log_entries")
    return [each for each in windows.plan(DAY, done, 24 * HOUR) if each.until < NOON]


def test_it_is_planned_again_and_the_mark_goes_when_it_was_read(database_url: str) -> None:
    with Session(open_database(database_url)) as session:
        for part in PARTS:
            record(session, part, 50)
        record(session, HOLE, 0, incomplete=True)
        finished = windows.finished(session, "c", "log_entries")
        assert windows.covered_since(NOON, finished) == DAY.since
        assert planned(session) == [HOLE]
        assert [(row.since, row.until) for row in windows.incomplete(session, "c")] == [HOLE]
        record(session, HOLE, 7)
        assert planned(session) == []
        assert windows.incomplete(session, "c") == []


def test_a_window_of_which_pagerduty_gave_what_it_gives_is_not_read_again(
    database_url: str,
) -> None:
    with Session(open_database(database_url)) as session:
        for part in PARTS:
            record(session, part, 50)
        record(session, HOLE, 3, incomplete=True)
        assert planned(session) == []
        assert len(windows.incomplete(session, "c")) == 1
