"""The database's revisions, applied by Alembic.

To add a revision, run `alembic revision --rev-id 0007 -m "…"`, which writes its file. The newest
revision is the last by name.
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from corvana.errors import ConfigError

_FIRST: Final = "0001"


def upgrade(connection: Connection) -> None:
    """Bring the database to the newest revision, in the connection's transaction.

    A database with tables but without a revision is older than the first revision. Raises
    `ConfigError` and changes nothing when the database's revision is unknown to this code.
    """
    config = script_config()
    config.attributes["connection"] = connection
    present = MigrationContext.configure(connection).get_current_revision()
    if present is None and inspect(connection).has_table("engagement"):
        command.stamp(config, _FIRST)
    elif present is not None and present not in _known(config):
        raise ConfigError(
            "the database was written by a newer version of Corvana; install that version, "
            "or set CORVANA_DATABASE_URL to another database"
        )
    command.upgrade(config, "head")


def script_config() -> Config:
    """Alembic's configuration: where the revisions are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _known(config: Config) -> set[str]:
    return {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
