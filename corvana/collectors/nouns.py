"""The nouns of the configuration: in which order, how often, and what if one is refused."""

import asyncio
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from sqlmodel import Session

from corvana.collectors import (
    alert_grouping_settings,
    business_services,
    dependencies,
    escalation_policies,
    maintenance_windows,
    oncalls,
    priorities,
    services,
    teams,
    upcoming_shifts,
    users,
)
from corvana.collectors.context import Context
from corvana.errors import AccountClosed, PagerDutyError, Unauthorized
from corvana.store import noun_statuses

_log = structlog.get_logger()


class Noun(Protocol):
    """A module of this package that reads one of PagerDuty's lists in full."""

    @property
    def NOUN(self) -> str:  # noqa: N802 - a module's constant
        """Its name in the store."""

    @property
    def EVERY(self) -> timedelta:  # noqa: N802
        """How often it is read again."""

    async def sync(self, context: Context, now: datetime) -> int:
        """Collect all of them; return how many."""


NEEDED_FIRST: Final[tuple[Noun, ...]] = (services, escalation_policies, teams, users, priorities)
"""Without these no incident can be shown."""

LATER: Final[tuple[tuple[Noun, ...], ...]] = (
    (business_services, maintenance_windows, alert_grouping_settings, oncalls, upcoming_shifts),
    (dependencies,),
)
"""Wave after wave: dependencies are asked for by the services stored before."""


async def refresh(context: Context, nouns: tuple[Noun, ...], now: datetime) -> int:
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


async def _read(context: Context, noun: Noun, now: datetime) -> int:
    with Session(context.engine) as session:
        is_due = noun_statuses.is_due(
            session, context.connection_id, noun.NOUN, every=noun.EVERY, now=now
        )
    if not is_due:
        return 0
    try:
        return await noun.sync(context, now)
    except (Unauthorized, AccountClosed):
        raise
    except PagerDutyError as error:
        note_failure(context, noun.NOUN, error, now)
        return 0


def note_failure(context: Context, noun: str, error: PagerDutyError, now: datetime) -> None:
    """Keep what kind of error it was, for the card and the doctor."""
    _log.warning("noun not collected", noun=noun, error=type(error).__name__)
    with context.transaction() as session:
        noun_statuses.failed(session, context.connection_id, noun, error, now)
