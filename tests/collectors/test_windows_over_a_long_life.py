"""The collected windows over a long life: whatever happens, exactly what is missing is read."""

from datetime import UTC, datetime
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, create_engine
from sqlmodel import Session, SQLModel

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
        # A hole that is entered later takes the place of the smaller ones within it.
        told = self.read_in_full | quarters(list(visible))
        for forgotten in entered - visible:
            assert quarters([forgotten]) <= told

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


def test_a_hole_within_a_hole_that_is_entered_again_stays_a_hole(sqlite_url: str) -> None:
    life = Life(open_database(sqlite_url))
    for _ in range(2):
        life.finish(1, hole=True)
        life.check()
    life.enter_again(0)
    life.check()
    assert quarters([Window(row.since, row.until) for row in incomplete(life.session, "c")]) == {
        *range(3, 15)
    }
    life.session.close()


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
