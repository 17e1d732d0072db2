"""The window ledger: what is collected, what is still to do, how far back there is no hole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, create_engine
from sqlmodel import Session, SQLModel, select

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
from corvana.store.models import CollectionWindow, NounStatus

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


class Life:
    """A ledger and, beside it, what it ought to say, in quarters of an hour (`OVERLAP`)."""

    LENGTH, FIRST = 12, 5

    def __init__(self, engine: Engine) -> None:
        self.engine, self.session = engine, Session(engine)
        self.since, self.until = 0, 20
        self.read: set[int] = set()
        self.read_in_full: set[int] = set()
        self.recorded: list[tuple[Window, bool]] = []

    @property
    def wanted(self) -> Window:
        return Window(EPOCH + self.since * OVERLAP, EPOCH + self.until * OVERLAP)

    def finished(self) -> list[Window]:
        return finished(self.session, "c", "incidents")

    def planned(self) -> list[Window]:
        return plan(self.wanted, self.finished(), self.LENGTH * OVERLAP, first=self.FIRST * OVERLAP)

    def finish(self, number: int, *, hole: bool) -> None:
        """One of the planned windows, in whatever order, as a run commits it."""
        planned = self.planned()
        self.enter(planned[number % len(planned)], hole=hole)

    def enter(self, entered: Window, *, hole: bool) -> None:
        self._record(entered, hole=hole)
        self.session.commit()
        self.recorded.append((entered, hole))
        self.read |= quarters([entered])
        self.read_in_full |= set() if hole else quarters([entered])

    def fail(self, number: int, *, hole: bool) -> None:
        """The window's transaction is rolled back after it was entered."""
        planned = self.planned()
        self._record(planned[number % len(planned)], hole=hole)
        self.session.rollback()

    def crash(self) -> None:
        """The process dies with a window half entered; another one goes on."""
        self._record(self.planned()[0], hole=False)
        self.session.close()
        self.session = Session(self.engine)

    def enter_again(self, number: int) -> None:
        """A window recorded twice changes nothing."""
        before = self.finished()
        entered, hole = self.recorded[number % len(self.recorded)]
        self.enter(entered, hole=hole)
        assert union(self.finished()) == union(before)

    def check(self) -> None:
        wanted, done = quarters([self.wanted]), self.finished()
        assert quarters(done) == self.read
        assert union(done) == union([each for each, _ in self.recorded])
        assert quarters(missing(self.wanted, done)) == wanted - self.read
        self._check_plan(wanted)
        self._check_holes()
        unbroken = self.until
        while unbroken - 1 in self.read:
            unbroken -= 1
        reach = None if unbroken == self.until else EPOCH + unbroken * OVERLAP
        assert covered_since(self.wanted.until, done) == reach

    def _check_plan(self, wanted: set[int]) -> None:
        planned, newest = self.planned(), max(self.read, default=None)
        cells = quarters(planned)
        assert wanted - self.read <= cells <= wanted
        assert cells & self.read <= {newest}
        assert sum(len(quarters([each])) for each in planned) == len(cells)
        assert all(each.until - each.since <= self.LENGTH * OVERLAP for each in planned)
        assert planned[0].until == self.wanted.until
        assert planned[0].until - planned[0].since <= self.FIRST * OVERLAP

    def _check_holes(self) -> None:
        visible = {Window(row.since, row.until) for row in incomplete(self.session, "c")}
        entered = {each for each, hole in self.recorded if hole}
        assert visible <= entered
        for forgotten in entered - visible:
            assert quarters([forgotten]) <= self.read_in_full

    def _record(self, entered: Window, *, hole: bool) -> None:
        record(self.session, "c", "incidents", entered, rows=1, now=EPOCH, incomplete=hole)


def quarters(windows: list[Window]) -> set[int]:
    return {
        quarter
        for each in windows
        for quarter in range((each.since - EPOCH) // OVERLAP, (each.until - EPOCH) // OVERLAP)
    }


class LedgerLives(RuleBasedStateMachine):
    """Whatever order of finishes, failures and restarts: covered is exactly what was finished."""

    def __init__(self) -> None:
        super().__init__()
        engine = create_engine("sqlite://")
        names = (CollectionWindow.__tablename__, NounStatus.__tablename__)
        SQLModel.metadata.create_all(
            engine, tables=[SQLModel.metadata.tables[str(name)] for name in names]
        )
        self.life = Life(engine)

    @rule(number=st.integers(0, 9), hole=st.booleans())
    def finish(self, number: int, hole: bool) -> None:
        self.life.finish(number, hole=hole)

    @rule(number=st.integers(0, 9), hole=st.booleans())
    def fail(self, number: int, hole: bool) -> None:
        self.life.fail(number, hole=hole)

    @rule()
    def crash(self) -> None:
        self.life.crash()

    @rule(number=st.integers(0, 99))
    def enter_again(self, number: int) -> None:
        if self.life.recorded:
            self.life.enter_again(number)

    @rule(quarters_later=st.integers(1, 30))
    def time_moves_on(self, quarters_later: int) -> None:
        self.life.until += quarters_later

    @rule(further=st.integers(1, 30))
    def backfill_grows(self, further: int) -> None:
        self.life.since -= further

    @invariant()
    def the_ledger_says_what_happened(self) -> None:
        self.life.check()

    def teardown(self) -> None:
        self.life.session.close()
        self.life.engine.dispose()


LedgerLives.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestLedgerLives = LedgerLives.TestCase


def test_a_long_life_of_the_ledger_on_every_database(database_url: str) -> None:
    chance, life = Random(20261123), Life(open_database(database_url))
    for _ in range(60):
        match chance.randrange(7):
            case 0:
                life.fail(chance.randrange(9), hole=chance.random() < 0.3)
            case 1:
                life.crash()
            case 2:
                life.until += chance.randrange(1, 20)
            case 3:
                life.since -= chance.randrange(1, 20)
            case _:
                life.finish(chance.randrange(9), hole=chance.random() < 0.3)
        life.check()
    assert any(hole for _, hole in life.recorded)
    while missing(life.wanted, life.finished()):
        life.finish(-1, hole=False)
        life.check()
    assert covered_since(life.wanted.until, life.finished()) == life.wanted.since
    life.session.close()
