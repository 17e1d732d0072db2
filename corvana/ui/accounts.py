"""The account of a data version, whole and narrowed; shared between sessions, so read only."""

import streamlit as st

from corvana.account_frames import account_of
from corvana.analysis.account import Account
from corvana.analysis.narrowing import narrow
from corvana.analysis.selection import Filters
from corvana.ui.data import SnapshotView


def whole(snapshot: SnapshotView) -> Account:
    """Return the account of all that was collected in full."""
    return _whole(snapshot.connection_id, snapshot.version, snapshot)


def narrowed(snapshot: SnapshotView, filters: Filters) -> Account:
    """Return the account of a selection; what it computes once is kept with it."""
    return _narrowed(snapshot.connection_id, snapshot.version, filters, snapshot)


@st.cache_resource(max_entries=4, show_spinner=False)
def _whole(
    connection: str,  # noqa: ARG001 - part of the cache key
    version: int,  # noqa: ARG001 - part of the cache key
    _snapshot: SnapshotView,
) -> Account:
    return account_of(_snapshot.snapshot)


@st.cache_resource(max_entries=12, show_spinner=False)
def _narrowed(
    connection: str,  # noqa: ARG001 - part of the cache key
    version: int,  # noqa: ARG001 - part of the cache key
    filters: Filters,
    _snapshot: SnapshotView,
) -> Account:
    return narrow(whole(_snapshot), filters)
