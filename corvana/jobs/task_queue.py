"""The task queue: a file beside a SQLite database, or tables in a PostgreSQL database.

Its tasks say only that somebody is due. Who is due, and in which order, the database says
(`corvana.store.turns`).
"""

from functools import cache

from huey import Huey, PostgresHuey, SqliteHuey

from corvana.config import load_settings
from corvana.store import address, schema
from corvana.store.engine import open_database


@cache
def queue() -> Huey:
    """The queue of the configured database."""
    settings = load_settings()
    if address.is_postgresql(settings.database_url):
        dsn = address.libpq(settings.database_url)
        huey = PostgresHuey("corvana", dsn=dsn, results=False, create_tables=False)
        with schema.alone(open_database(settings.database_url)):
            huey.storage.initialize_schema()
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        huey = SqliteHuey("corvana", filename=str(settings.data_dir / "queue.db"), results=False)
    return huey
