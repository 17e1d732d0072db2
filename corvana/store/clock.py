"""The database's clock, on which processes on several machines agree."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from corvana.store.instant import Instant

_READ = text(
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint) AS now"
).columns(now=Instant)


def now(engine: Engine) -> datetime:
    """The present time by the database's clock. SQLite is a file and has this machine's clock."""
    if engine.dialect.name == "sqlite":
        return datetime.now(UTC)
    with engine.connect() as connection:
        present: datetime = connection.execute(_READ).scalar_one()
    return present
