"""The collection windows: which time of which noun is collected, and which is still missing.

Windows are collected newest first. An incident's log entries are never older than the incident.
Once the windows reach back to a day, every incident created since that day is therefore complete
and can be shown.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlmodel import Session, col, delete, select

from corvana.store import noun_statuses
from corvana.store.models import CollectionWindow

OVERLAP: Final = timedelta(minutes=15)
"""Entries can appear late, so the newest 15 minutes are always read again."""

WINDOW: Final = timedelta(days=7)
FIRST_WINDOW: Final = timedelta(days=1)
SHIFTS_WINDOW: Final = timedelta(days=28)


class Window(NamedTuple):
    """The time from `since` (included) to `until` (excluded)."""

    since: datetime
    until: datetime


def union(windows: Iterable[Window]) -> list[Window]:
    """Join windows that overlap or touch; oldest first."""
    joined: list[Window] = []
    for window in sorted(windows):
        if joined and window.since <= joined[-1].until:
            joined[-1] = Window(joined[-1].since, max(joined[-1].until, window.until))
        else:
            joined.append(window)
    return joined


def missing(wanted: Window, finished: Iterable[Window]) -> list[Window]:
    """The parts of `wanted` that no finished window covers; oldest first."""
    gaps, position = [], wanted.since
    for window in union(finished):
        if window.since > position:
            gaps.append(Window(position, min(window.since, wanted.until)))
        position = max(position, window.until)
    if position < wanted.until:
        gaps.append(Window(position, wanted.until))
    return [gap for gap in gaps if gap.since < gap.until]


def plan(
    wanted: Window, finished: Sequence[Window], length: timedelta, *, first: timedelta | None = None
) -> list[Window]:
    """The windows to collect until `wanted` is finished, newest first, each at most `length` long.

    `first` limits the newest window further, so that the pages have data soon. The last `OVERLAP`
    of the finished time is read again.
    """
    newest = max((window.until for window in finished), default=None)
    trusted = [
        Window(window.since, window.until - OVERLAP if window.until == newest else window.until)
        for window in finished
    ]
    pieces: list[Window] = []
    for gap in reversed(missing(wanted, [w for w in trusted if w.since < w.until])):
        until = gap.until
        while until > gap.since:
            since = max(gap.since, until - (length if pieces else first or length))
            pieces.append(Window(since, until))
            until = since
    return pieces


def covered_since(until: datetime, finished: Iterable[Window]) -> datetime | None:
    """The start of the gapless finished time that ends at `until`; None when there is none."""
    for window in union(finished):
        if window.since < until <= window.until:
            return window.since
    return None


def finished(session: Session, connection_id: str, noun: str) -> list[Window]:
    """The noun's finished windows, incomplete ones included."""
    return [Window(row.since, row.until) for row in _stored(session, connection_id, noun)]


def read_for_good(session: Session, connection_id: str, noun: str) -> list[Window]:
    """The finished windows that no run has to read again.

    A window from which nothing could be read is read again by the next run. Of another incomplete
    window PagerDuty gave what it gives.
    """
    return [
        Window(row.since, row.until)
        for row in _stored(session, connection_id, noun)
        if row.rows or not row.incomplete
    ]


def _stored(session: Session, connection_id: str, noun: str) -> Sequence[CollectionWindow]:
    return session.exec(
        select(CollectionWindow).where(
            CollectionWindow.connection_id == connection_id, CollectionWindow.noun == noun
        )
    ).all()


def record(
    session: Session,
    connection_id: str,
    noun: str,
    window: Window,
    *,
    rows: int,
    now: datetime,
    incomplete: bool = False,
) -> None:
    """Store a finished window. It is joined with the complete windows it touches, to save rows, and
    takes the place of the incomplete ones within it."""
    since, until = window
    session.exec(
        delete(CollectionWindow).where(
            col(CollectionWindow.connection_id) == connection_id,
            col(CollectionWindow.noun) == noun,
            col(CollectionWindow.incomplete).is_(True),
            col(CollectionWindow.since) >= since,
            col(CollectionWindow.until) <= until,
        )
    )
    if not incomplete:
        touching = session.exec(
            select(CollectionWindow).where(
                CollectionWindow.connection_id == connection_id,
                CollectionWindow.noun == noun,
                col(CollectionWindow.incomplete).is_(False),
                col(CollectionWindow.since) <= until,
                col(CollectionWindow.until) >= since,
            )
        ).all()
        for neighbour in touching:
            since, until = min(since, neighbour.since), max(until, neighbour.until)
            rows += neighbour.rows
            session.delete(neighbour)
        session.flush()
    noun_statuses.succeeded(session, connection_id, noun, rows=rows, now=now)
    session.merge(
        CollectionWindow(
            connection_id=connection_id,
            noun=noun,
            since=since,
            until=until,
            rows=rows,
            incomplete=incomplete,
            finished_at=now,
        )
    )


def incomplete(session: Session, connection_id: str) -> list[CollectionWindow]:
    """Windows for which PagerDuty did not give every row."""
    return list(
        session.exec(
            select(CollectionWindow).where(
                CollectionWindow.connection_id == connection_id,
                col(CollectionWindow.incomplete).is_(True),
            )
        ).all()
    )
