"""When each noun was last read, and the error of the last failed reading."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from corvana.errors import REFUSED
from corvana.store.models import NounStatus

INCOMPLETE: Final = "Incomplete"
_ASKING_AGAIN_IS_VAIN: Final = frozenset(error.__name__ for error in REFUSED) | {INCOMPLETE}


def succeeded(session: Session, connection_id: str, noun: str, *, rows: int, now: datetime) -> None:
    """Note that the noun was read in full, in the transaction that stored it."""
    session.merge(
        NounStatus(
            connection_id=connection_id, noun=noun, attempted_at=now, succeeded_at=now, rows=rows
        )
    )


def incomplete(session: Session, connection_id: str, noun: str) -> None:
    """Note that PagerDuty did not give every row of the noun just read."""
    status = session.get_one(NounStatus, (connection_id, noun))
    status.error = INCOMPLETE
    session.add(status)


def failed(
    session: Session, connection_id: str, noun: str, error: Exception, now: datetime
) -> None:
    """Note the kind of error with which reading failed. The time of the last success stays."""
    status = session.get(NounStatus, (connection_id, noun)) or NounStatus(
        connection_id=connection_id, noun=noun, attempted_at=now
    )
    status.attempted_at, status.error = now, type(error).__name__
    session.add(status)


def is_due(
    session: Session, connection_id: str, noun: str, *, every: timedelta, now: datetime
) -> bool:
    """Whether the last success or refusal is at least `every` ago. After other errors always."""
    status = session.get(NounStatus, (connection_id, noun))
    if status is None or (status.error and status.error not in _ASKING_AGAIN_IS_VAIN):
        return True
    return now - status.attempted_at >= every


def has_failed(session: Session, connection_id: str, noun: str) -> bool:
    """Whether the last attempt to read the noun failed."""
    status = session.get(NounStatus, (connection_id, noun))
    return status is not None and status.error not in {None, INCOMPLETE}


def is_awaited(session: Session, connection_id: str, noun: str) -> bool:
    """Whether the noun was never read, and a later run may read it."""
    status = session.get(NounStatus, (connection_id, noun))
    if status is None or status.succeeded_at is not None:
        return False
    return status.error not in _ASKING_AGAIN_IS_VAIN


def known(session: Session, connection_id: str, nouns: Iterable[str]) -> tuple[str, ...]:
    """Those of the nouns that were read at least once."""
    return tuple(
        noun
        for noun in nouns
        if (status := session.get(NounStatus, (connection_id, noun))) and status.succeeded_at
    )


def incomplete_ones(session: Session, connection_id: str) -> list[str]:
    """The nouns of which PagerDuty did not give every row, or gave rows that cannot be read."""
    return [status.noun for status in listed(session, connection_id) if status.error == INCOMPLETE]


def listed(session: Session, connection_id: str) -> Sequence[NounStatus]:
    """The status of every noun that a run has tried to read, by name."""
    return session.exec(
        select(NounStatus)
        .where(NounStatus.connection_id == connection_id)
        .order_by(col(NounStatus.noun))
    ).all()
