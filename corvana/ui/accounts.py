"""The account of a data version, whole and narrowed; shared between sessions, so read only."""

from collections import OrderedDict
from collections.abc import Callable
from threading import RLock
from typing import Final, NamedTuple

import streamlit as st

from corvana.account_frames import account_of
from corvana.analysis.account import Account
from corvana.analysis.narrowing import narrow
from corvana.analysis.selection import Filters
from corvana.memory import give_back
from corvana.ui.data import SnapshotView

_MOST_INCIDENTS: Final = 1_000_000
"""In all narrowed accounts together: with what is computed of them, each takes up to a kilobyte."""
_MOST_ACCOUNTS: Final = 32


def whole(snapshot: SnapshotView) -> Account:
    """Return the account of all that was collected in full."""
    return _kept_whole().get(
        Key(snapshot.connection_id, snapshot.version), lambda: account_of(snapshot.snapshot)
    )


def narrowed(snapshot: SnapshotView, filters: Filters) -> Account:
    """Return the account of a selection; what it computes once is kept with it."""
    return _kept_narrowed().get(
        Key(snapshot.connection_id, snapshot.version, filters),
        lambda: narrow(whole(snapshot), filters),
    )


class Key(NamedTuple):
    """Whose account it is, of which data version, and of which selection if not whole."""

    connection: str
    version: int
    filters: Filters | None = None


class Recent:
    """The accounts used last, as many as fit, and of no version but a connection's newest.

    The account used last always fits.
    """

    def __init__(self, most_accounts: int, most_incidents: int | None = None) -> None:
        self._most_accounts = most_accounts
        self._most_incidents = most_incidents
        self._accounts: OrderedDict[Key, Account] = OrderedDict()
        # One at a time: two of them at once would need the memory of two.
        self._lock = RLock()

    def get(self, key: Key, make: Callable[[], Account]) -> Account:
        """Return the account of a key, made when it is not kept."""
        with self._lock:
            if key not in self._accounts:
                self._accounts[key] = make()
                self._drop(key)
            self._accounts.move_to_end(key)
            return self._accounts[key]

    def _drop(self, newest: Key) -> None:
        kept = len(self._accounts)
        for key in list(self._accounts):
            if key.connection == newest.connection and key.version < newest.version:
                del self._accounts[key]
        while len(self._accounts) > 1 and self._is_full():
            self._accounts.popitem(last=False)
        if len(self._accounts) < kept:
            give_back()

    def _is_full(self) -> bool:
        incidents = sum(len(account.incidents) for account in self._accounts.values())
        return len(self._accounts) > self._most_accounts or (
            self._most_incidents is not None and incidents > self._most_incidents
        )


@st.cache_resource(show_spinner=False)
def _kept_whole() -> Recent:
    return Recent(most_accounts=4)


@st.cache_resource(show_spinner=False)
def _kept_narrowed() -> Recent:
    return Recent(_MOST_ACCOUNTS, _MOST_INCIDENTS)
