"""The database's address, in the forms of SQLAlchemy and of PostgreSQL's own library."""

from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from corvana.errors import ConfigError

_DRIVERS: Final = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parse(url: str) -> URL:
    """Return the address with the installed driver: `postgresql://` means psycopg 3.

    Raises `ConfigError`, which never shows the address, because it may contain a password.
    """
    try:
        parsed = make_url(url)
        return parsed.set(drivername=_DRIVERS[parsed.drivername])
    except (ArgumentError, ValueError, KeyError):
        raise ConfigError(
            "CORVANA_DATABASE_URL must be sqlite:///file or postgresql://user@host/database"
        ) from None


def is_postgresql(url: str) -> bool:
    """Whether the address is of PostgreSQL. Raises `ConfigError`."""
    return parse(url).get_backend_name() == "postgresql"


def libpq(url: str) -> str:
    """The PostgreSQL address for direct use of psycopg. Raises `ConfigError`."""
    return parse(url).set(drivername="postgresql").render_as_string(hide_password=False)
