"""Whether what this process holds is still there. What is gone is forgotten within seconds.

Of a disconnect a process learns in three ways, whichever comes first: the wish to disconnect, which
is a file that all nodes see; the key, which is destroyed before anything else; the row in the
database. The first two are seen also while the database is away.
"""

import time
from collections.abc import Callable, Collection, Iterable
from threading import RLock
from typing import Final

import structlog

from corvana.config import Settings, load_settings
from corvana.held import Held, held
from corvana.jobs import wishes
from corvana.jobs.attendance import Attendance
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.vault import Vault

LATE_AFTER: Final = 3.0
"""Seconds. After so long without a look, the next page waits for one."""

_NEW_FOR: Final = 3.0
"""Seconds within which the row of a new connection is written, after its key."""
_log = structlog.get_logger()

Forget = Callable[[Collection[str]], object]
"""Empties memory; gets the ids of the engagements whose data is gone, an empty one if not known."""


class Forgetting:
    """Looks at what `of` holds, and calls `forget` once for whatever is gone."""

    def __init__(self, settings: Settings, forget: Forget, of: Held = held) -> None:
        self._settings = settings
        self._forget = forget
        self._held = of
        self._known: dict[str, Connection] = {}
        self._with_key: set[str] = set()
        self._looked_at = time.monotonic()
        self._lock = RLock()
        self._threads = [
            Attendance({"look at keys": self.look_at_files}),
            Attendance({"look at connections": self.look_at_database}),
        ]

    def start(self) -> None:
        """Look every second. A database that is away does not hold up the look at the files."""
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Look no longer."""
        for one in self._threads:
            one.stop(within=0)

    def look_at_files(self) -> None:
        """Forget connections with a wish to delete them, and those whose key is gone."""
        ids = set(self._held.ages())
        keys = Vault.of(self._settings).keys
        with_key = {one for one in ids if keys.has(one)}
        without = (self._with_key & ids) - with_key
        self._with_key |= with_key
        self._gone(
            one for one in ids if one in without or wishes.is_kept(self._settings.wishes_dir, one)
        )

    def look_at_database(self) -> None:
        """Forget connections that are deleted, or being deleted. Raises when it cannot be asked."""
        ages = self._held.ages()
        there = connections.there(open_database(self._settings.database_url), ages) if ages else {}
        self._known |= there
        self._gone(
            one
            for one, age in ages.items()
            if one not in there and (one in self._known or age > _NEW_FOR)
        )
        self._looked_at = time.monotonic()

    def look_when_late(self) -> None:
        """Look now if the last look is long ago: the database, or this computer, was away."""
        if time.monotonic() - self._looked_at > LATE_AFTER:
            self.look_at_files()
            self.look_at_database()

    def _gone(self, ids: Iterable[str]) -> None:
        with self._lock:
            gone = set(ids) & set(self._held.ages())
            if not gone:
                return
            known = [self._known.pop(one, None) for one in sorted(gone)]
            keys = Vault.of(self._settings).keys
            for one in gone:
                keys.forget(one)
            self._held.forget(gone)
            self._forget({one.engagement_id if one else "" for one in known})
        _log.info("forgotten", connections=len(gone))


def is_going(settings: Settings, connection: Connection) -> bool:
    """Whether its deletion was wished for or begun, so that nothing of it may be shown any more."""
    return connection.status == "deleting" or wishes.is_kept(settings.wishes_dir, connection.id)


def nothing_to_delete() -> bool:
    """Whether no deletion is under way that this process may be carrying out."""
    return not wishes.pending(load_settings().wishes_dir)
