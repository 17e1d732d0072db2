"""How long the oldest deletion waits, and the alarm at half of the time that is promised for it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Engine

from corvana.config import Settings, load_settings
from corvana.jobs import wishes
from corvana.store import purge
from corvana.store.engine import open_database

PROMISED_WITHIN: Final = timedelta(hours=24)
LATE_AFTER: Final = timedelta(hours=12)
_TOLD_EVERY: Final = 3600.0
_log = structlog.get_logger()


def oldest_wish(settings: Settings) -> datetime | None:
    """When the oldest wish was made that is not carried out yet; the database is not asked."""
    return min((wish.at for wish in wishes.pending(settings.wishes_dir).values()), default=None)


def oldest_deletion(settings: Settings, engine: Engine) -> datetime | None:
    """When the oldest deletion that is not finished was wished for or begun; None when all are."""
    found = (oldest_wish(settings), purge.oldest(engine))
    return min((at for at in found if at is not None), default=None)


def is_late(age: timedelta | None) -> bool:
    """Whether a deletion of this age has taken half of the promised time."""
    return age is not None and age >= LATE_AFTER


class LateAlarm:
    """Logs an error while a deletion is late, once an hour. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told_at: float | None = None

    def look(self) -> None:
        """Log the error if it is time. With the database away the wishes count alone."""
        if self._told_at is not None and self._clock() - self._told_at < _TOLD_EVERY:
            return
        age = _age(load_settings())
        if age is not None and is_late(age):
            self._told_at = self._clock()
            _log.error(
                "deletion late",
                hours=round(age / timedelta(hours=1), 1),
                promised_hours=PROMISED_WITHIN / timedelta(hours=1),
            )


def _age(settings: Settings) -> timedelta | None:
    """The age of the oldest deletion."""
    wished = oldest_wish(settings)
    if wished is not None and is_late(datetime.now(UTC) - wished):
        return datetime.now(UTC) - wished
    oldest = oldest_deletion(settings, open_database(settings.database_url))
    return None if oldest is None else datetime.now(UTC) - oldest
