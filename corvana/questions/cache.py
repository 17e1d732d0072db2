"""The cache of a process: data, accounts and the results of questions.

The key of every entry is connection, data version, the digest of the settings and arguments, never
the content of a frame. A newer version of a connection removes all entries of its older versions.
The layers, from the data to a result:

1. `versions`: the frames of a data version, as read from its files. Shared; the last four.
2. `accounts`: the account of a data version, whole. Shared; the last four.
3. `narrowed`: the account of a selection. Shared; as many as have a million incidents together.
4. Values that an account computes once (properties of `Account`, and `per_account`) are kept as
long as the account.
5. `selected`: the incidents of a selection that has few of them. Shared; the last eight.
6. `labels`: the names of a data version, opened where the connection is sealed.
7. `results`: the result of every question, as bytes, so that no caller can change it for others. A
missing result is read from the prepared results (a file beside the data version, written by the
command `prepare`), and computed only if it is not there.

Shared objects must never be changed. Apart from this cache, `corvana.ui.figures` keeps drawn
figures by their content.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import RLock
from typing import Any, Final, Generic, NamedTuple, TypeVar
from weakref import WeakValueDictionary

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.memory import give_back
from corvana.questions.prepared import NOTHING_PREPARED, Prepared
from corvana.versions.files import DataVersion

Value = TypeVar("Value")

_MOST_VERSIONS: Final = 4
_MOST_ACCOUNTS: Final = 32
_MOST_INCIDENTS: Final = 1_000_000
"""The most incidents in all narrowed accounts together: with its computed values, an incident takes
up to a kilobyte."""
_MOST_SELECTIONS: Final = 8
_MOST_RESULTS: Final = 1_024


class Key(NamedTuple):
    """The key of an entry: the connection, the data version, the question with its arguments, and
    the digest of the settings that figures rest on (empty for the defaults, and for what rests on
    no settings)."""

    connection: str
    version: int
    asked: Hashable = None
    settings: str = ""


class Recent(Generic[Value]):
    """The most recently used values that fit, only of the newest data version of each connection.

    At most `most` values are kept, and the sum of their `size` is at most `largest`; None means no
    limit. The value used last always fits.
    """

    def __init__(
        self,
        most: int | None,
        *,
        largest: int | None = None,
        size: Callable[[Value], int] | None = None,
    ) -> None:
        self._most = most
        self._largest = largest
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = RLock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the value of a key; make it if it is not kept.

        Only one value is made at a time, because two would need twice the memory.
        """
        with self._lock:
            kept = self.find(key)
            return self.put(key, make()) if kept is None else kept

    def find(self, key: Key) -> Value | None:
        """Return the value of a key, or None when it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> Value:
        """Keep the value, make room for it, and return it."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            self._drop(key)
        return value

    def all(self) -> Mapping[Key, Value]:
        """Return everything that is kept."""
        with self._lock:
            return dict(self._values)

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock:
            self._values.clear()

    def _drop(self, newest: Key) -> None:
        kept = len(self._values)
        for key in list(self._values):
            if key.connection == newest.connection and key.version < newest.version:
                del self._values[key]
        while len(self._values) > 1 and self._is_full():
            self._values.popitem(last=False)
        if len(self._values) < kept and self._size is not None:
            give_back()

    def _is_full(self) -> bool:
        if self._most is not None and len(self._values) > self._most:
            return True
        if self._largest is None or self._size is None:
            return False
        return sum(map(self._size, self._values.values())) > self._largest


class Results:
    """The results of questions. Each is worked out once, however many ask for it at a time."""

    def __init__(self, prepared: Prepared = NOTHING_PREPARED, most: int | None = None) -> None:
        self._prepared = prepared
        self._kept: Recent[bytes] = Recent(most)
        self._lock = RLock()
        self._under_way: WeakValueDictionary[Key, Any] = WeakValueDictionary()

    def get(self, key: Key, work_out: Callable[[], Any]) -> Any:
        """Return a copy of the result of a key, whose `asked` is a text."""
        with self._one_at_a_time(key):
            content = self._kept.find(key)
            if content is None:
                content = self._kept.put(key, self._find_prepared(key) or _worked_out(work_out))
        return pickle.loads(content)  # noqa: S301 - written by us: here, or out of the vault

    def all(self, connection_id: str | None = None) -> Mapping[str, bytes]:
        """Return every result that is kept, by what was asked; with an id only those of that
        connection, without those of its baselines (for `prepared.write`)."""
        kept = self._kept.all().items()
        return {
            str(key.asked): content
            for key, content in kept
            if connection_id in {None, key.connection}
        }

    def clear(self) -> None:
        """Remove all entries."""
        self._kept.clear()

    def _find_prepared(self, key: Key) -> bytes | None:
        return self._prepared.of(key.connection, key.version, key.settings).get(str(key.asked))

    def _one_at_a_time(self, key: Key) -> RLock:
        with self._lock:
            lock: RLock = self._under_way.setdefault(key, RLock())
            return lock


def _worked_out(work_out: Callable[[], Any]) -> bytes:
    content = pickle.dumps(work_out(), protocol=pickle.HIGHEST_PROTOCOL)
    give_back()  # what was needed on the way is many times as large as the result
    return content


class Cache:
    """The layers above. `prepared` is where results may lie that were worked out beforehand."""

    def __init__(
        self, prepared: Prepared = NOTHING_PREPARED, most_results: int | None = _MOST_RESULTS
    ) -> None:
        self.versions: Recent[DataVersion] = Recent(_MOST_VERSIONS)
        self.accounts: Recent[Account] = Recent(_MOST_VERSIONS, size=_incidents)
        self.narrowed: Recent[Account] = Recent(
            _MOST_ACCOUNTS, largest=_MOST_INCIDENTS, size=_incidents
        )
        self.selected: Recent[pd.DataFrame] = Recent(_MOST_SELECTIONS)
        self.labels: Recent[pd.DataFrame] = Recent(_MOST_VERSIONS)
        self.results = Results(prepared, most_results)
        self._prepared = prepared

    def clear(self) -> None:
        """Keep nothing of any account any more."""
        layers = (self.versions, self.accounts, self.narrowed, self.selected, self.labels)
        for layer in (*layers, self.results):
            layer.clear()
        self._prepared.clear()


def _incidents(account: Account) -> int:
    return len(account.incidents)
