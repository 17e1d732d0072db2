"""The collected windows: what is collected, what is still to do, how far back there is no hole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from corvana.collectors.windows import (
    OVERLAP,
    Window,
    covered_since,
    finished,
    incomplete,
    missing,
    plan,
    record,
    union,
)
from corvana.store.engine import open_database
from corvana.store.models import CollectionWindow

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def window(since: int, until: int) -> Window:
    """Hours after the start of the year."""
    return Window(EPOCH + since * HOUR, EPOCH + until * HOUR)


spans = st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda s: window(s[0], s[0] + s[1]))


def hours(windows: list[Window]) -> set[int]:
    return {
        hour
        for each in windows
        for hour in range((each.since - EPOCH) // HOUR, (each.until - EPOCH) // HOUR)
    }


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    with Session(open_database(database_url)) as opened:
        yield opened


def enter(session: Session, since: int, until: int, *, rows: int = 1, hole: bool = False) -> None:
    entered = window(since, until)
    record(session, "c", "incidents", entered, rows=rows, now=EPOCH, incomplete=hole)


def test_union_joins_what_overlaps_or_touches_and_nothing_else() -> None:
    parts = [window(8, 9), window(3, 5), window(0, 2), window(5, 6), window(1, 2)]
    assert union(parts) == [window(0, 2), window(3, 6), window(8, 9)]
    assert union([window(0, 9), window(1, 2)]) == [window(0, 9)]
    assert union([]) == []


def test_missing_is_what_no_finished_window_covers() -> None:
    wanted = window(0, 10)
    assert missing(wanted, []) == [wanted]
    assert missing(wanted, [wanted]) == []
    assert missing(wanted, [window(2, 4), window(6, 7)]) == [
        window(0, 2),
        window(4, 6),
        window(7, 10),
    ]
    assert missing(wanted, [window(-5, 3), window(9, 20)]) == [window(3, 9)]
    assert missing(wanted, [window(12, 20)]) == [wanted]
    assert missing(wanted, [window(-9, -2)]) == [wanted]


def test_plan_goes_newest_first_in_pieces_no_longer_than_asked() -> None:
    assert plan(window(0, 10), [], 4 * HOUR) == [window(6, 10), window(2, 6), window(0, 2)]


def test_plan_reads_the_newest_quarter_of_an_hour_again() -> None:
    assert plan(window(0, 10), [window(0, 8)], 4 * HOUR) == [
        Window(EPOCH + 8 * HOUR - OVERLAP, EPOCH + 10 * HOUR)
    ]
    older_hole = [window(0, 3), window(5, 10)]
    assert plan(window(0, 10), older_hole, 4 * HOUR) == [
        Window(EPOCH + 10 * HOUR - OVERLAP, EPOCH + 10 * HOUR),
        window(3, 5),
    ]


def test_covered_since_counts_back_from_the_end_to_the_first_hole() -> None:
    assert covered_since(window(0, 10).until, [window(0, 3), window(5, 8), window(8, 10)]) == (
        window(5, 10).since
    )
    assert covered_since(window(0, 10).until, [window(0, 9)]) is None
    assert covered_since(window(0, 10).until, []) is None
    assert covered_since(window(0, 10).until, [window(2, 40)]) == window(2, 40).since


def test_recording_joins_neighbours_and_adds_up_their_rows(session: Session) -> None:
    enter(session, 4, 6, rows=10)
    enter(session, 0, 2, rows=1)
    enter(session, 2, 4, rows=100)
    (row,) = session.exec(select(CollectionWindow)).all()
    assert Window(row.since, row.until) == window(0, 6)
    assert (row.rows, row.incomplete) == (111, False)


def test_an_incomplete_window_stays_visible_and_is_not_planned_again(session: Session) -> None:
    enter(session, 0, 2)
    enter(session, 2, 3, hole=True)
    enter(session, 3, 10)
    assert [Window(row.since, row.until) for row in incomplete(session, "c")] == [window(2, 3)]
    assert union(finished(session, "c", "incidents")) == [window(0, 10)]
    assert missing(window(0, 10), finished(session, "c", "incidents")) == []


def test_nouns_and_connections_have_ledgers_of_their_own(session: Session) -> None:
    enter(session, 0, 2)
    record(session, "c", "log_entries", window(2, 4), rows=1, now=EPOCH)
    record(session, "other", "incidents", window(2, 4), rows=1, now=EPOCH)
    assert finished(session, "c", "incidents") == [window(0, 2)]
    assert finished(session, "c", "log_entries") == [window(2, 4)]
    assert finished(session, "other", "incidents") == [window(2, 4)]


@given(spans, st.lists(spans, max_size=8))
def test_missing_and_finished_are_all_of_what_is_wanted_without_overlap(
    wanted: Window, done: list[Window]
) -> None:
    gaps = missing(wanted, done)
    assert hours(gaps) == hours([wanted]) - hours(done)
    assert gaps == union(gaps)


@given(spans, st.lists(spans, max_size=8), st.integers(1, 30))
def test_a_plan_is_exactly_what_is_missing_newest_first(
    wanted: Window, done: list[Window], length: int
) -> None:
    pieces = plan(wanted, done, length * HOUR)
    newest = max((each.until for each in done), default=None)
    trusted = [Window(w.since, w.until - OVERLAP if w.until == newest else w.until) for w in done]
    assert union(pieces) == missing(wanted, [w for w in trusted if w.since < w.until])
    assert pieces == sorted(pieces, reverse=True)
    assert all(timedelta(0) < each.until - each.since <= length * HOUR for each in pieces)
    assert all(older.until <= newer.since for newer, older in pairwise(pieces))
