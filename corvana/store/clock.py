"""Two clocks that are not simply this computer's: the database's and the account's.

Processes on several machines agree on the database's: leases and turns go by it.

A real PagerDuty account has our time. The simulated one is ahead by the weeks that its control let
go by: what is "now", "a week ago" or "collected an hour ago" of its data goes by its own clock.
Leases, sessions, tokens, the audit trail and receipts never do.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Engine, text

from corvana.config import Settings
from corvana.store.instant import Instant

SIMULATED_ACCOUNT: Final = "simulated-account.json"
"""Written by the simulated account, into the data folder."""
_READ = text(
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint) AS now"
).columns(now=Instant)


class _Simulated(BaseModel):
    """Of what is written there, only this is read."""

    hours_gone_by: int = Field(default=0, ge=0)


def now(engine: Engine) -> datetime:
    """The present time by the database's clock. SQLite is a file and has this machine's clock."""
    if engine.dialect.name == "sqlite":
        return datetime.now(UTC)
    with engine.connect() as connection:
        present: datetime = connection.execute(_READ).scalar_one()
    return present


def account_now(settings: Settings) -> datetime:
    """The present time of the PagerDuty account."""
    return datetime.now(UTC) + account_ahead(settings)


def account_ahead(settings: Settings) -> timedelta:
    """How far the account's clock is ahead of ours; nothing for a real account."""
    if not settings.uses_sandbox:
        return timedelta(0)
    return timedelta(hours=_hours_gone_by(settings.data_dir))


def _hours_gone_by(folder: Path) -> int:
    try:
        return _Simulated.model_validate_json(
            (folder / SIMULATED_ACCOUNT).read_bytes()
        ).hours_gone_by
    except (FileNotFoundError, ValidationError):
        return 0
