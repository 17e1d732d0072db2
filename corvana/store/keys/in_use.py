"""Which keys belong to which database in this process.

What assessors wrote is read in many places that have a database and nothing else. `Vault.of` notes
here which folder of keys belongs to the database of the same settings. Every process that opens a
database other than SQLite opens its vault first.
"""

from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from corvana.errors import ConfigError
from corvana.store import address
from corvana.store.keys.folder import Keys

_keys: Final[dict[URL, Keys]] = {}


def use(database_url: str, keys: Keys) -> None:
    """Note which keys belong to the database. Raises `ConfigError` for an address of no kind."""
    _keys[address.parse(database_url)] = keys


def of(engine: Engine) -> Keys:
    """Return the keys that belong to the database. Raises `ConfigError` if none were noted: nothing
    must be taken for unreadable only because this process has not opened its vault."""
    try:
        return _keys[engine.url]
    except KeyError:
        raise ConfigError("open the vault of the settings before what assessors wrote") from None
