"""Reading the configuration again: in which order, and what if a noun is refused."""

import asyncio
from datetime import datetime
from typing import Final

import structlog
from sqlmodel import Session

from corvana.collectors.context import Context
from corvana.collectors.noun import Refreshed, Turn
from corvana.collectors.nouns import NOUNS
from corvana.errors import AccountClosed, PagerDutyError, Unauthorized
from corvana.store import noun_statuses

_log = structlog.get_logger()


def _whose_turn(turn: Turn) -> tuple[Refreshed, ...]:
    return tuple(noun for noun in NOUNS if isinstance(noun, Refreshed) and noun.turn == turn)


NEEDED_FIRST: Final = _whose_turn("first")
LATER: Final = (_whose_turn("later"), _whose_turn("last"))
"""Wave after wave, once there is something to see."""


async def refresh(context: Context, nouns: tuple[Refreshed, ...], now: datetime) -> int:
    """Read those that are due, together; return how many rows.

    One that PagerDuty refuses or fails to give is noted and does not keep the others from being
    read.

    Raises
    ------
    Unauthorized, AccountClosed, LeaseLost
        Nothing at all can be read, or may be stored.
    """
    outcomes = await asyncio.gather(
        *(_read(context, noun, now) for noun in nouns), return_exceptions=True
    )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return sum(rows for rows in outcomes if isinstance(rows, int))


async def _read(context: Context, noun: Refreshed, now: datetime) -> int:
    with Session(context.engine) as session:
        is_due = noun_statuses.is_due(
            session, context.connection_id, noun.name, every=noun.every, now=now
        )
    if not is_due:
        return 0
    try:
        return await noun.sync(context, now)
    except (Unauthorized, AccountClosed):
        raise
    except PagerDutyError as error:
        note_failure(context, noun.name, error, now)
        return 0


def note_failure(context: Context, noun: str, error: PagerDutyError, now: datetime) -> None:
    """Keep what kind of error it was, for the card and the doctor."""
    _log.warning("noun not collected", noun=noun, error=type(error).__name__)
    with context.transaction() as session:
        noun_statuses.failed(session, context.connection_id, noun, error, now)
