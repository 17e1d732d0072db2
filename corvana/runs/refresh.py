"""Read the configuration again: the order of the nouns, and the handling of refused nouns."""

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
"""Nouns read in two groups, one after the other, after the first data is published."""


async def refresh(context: Context, nouns: tuple[Refreshed, ...], now: datetime) -> int:
    """Read the nouns that are due, at the same time; return the number of rows.

    When PagerDuty refuses or fails to give a noun, the failure is noted and the other nouns are
    still read.

    Raises
    ------
    Unauthorized, AccountClosed, LeaseLost
        No noun can be read, or no row may be stored.
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
    """Store the kind of error, for the card and the doctor."""
    _log.warning("noun not collected", noun=noun, error=type(error).__name__)
    with context.transaction() as session:
        noun_statuses.failed(session, context.connection_id, noun, error, now)
