"""The data that pages read: the newest data version of the engagement's connection."""

import contextlib

import streamlit as st

from corvana.errors import VersionMissing
from corvana.questions import opened
from corvana.questions.view import View
from corvana.store import connections
from corvana.store.models import Connection
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.process import cache, engine, settings


def forget_everything() -> None:
    """Remove all frames, results and figures from memory, so that no data of a deleted account
    remains.

    The caches are also replaced by new ones: what another session is still working out at this
    moment goes into an old cache, which nobody reads.
    """
    opened.forget()
    st.cache_resource.clear()


def current_connection(access: Access) -> Connection | None:
    """Return the engagement's connection unless it is being deleted; one small query."""
    connection = connections.of_engagement(engine(), access.engagement_id)
    return None if connection is None or connection.status == "deleting" else connection


def current_version(access: Access) -> int | None:
    """Return the newest data version of the engagement's connection."""
    connection = current_connection(access)
    return None if connection is None else connection.data_version


def current_view(access: Access) -> View | None:
    """Return the newest frames, or None when the engagement has no connection."""
    for _ in range(3):
        connection = current_connection(access)
        if connection is None:
            return None
        with contextlib.suppress(VersionMissing):  # replaced by a newer version in between
            return newest_view(connection)
    return None


def newest_view(connection: Connection) -> View:
    """Return the view of a connection's newest data version. Raises `VersionMissing`."""
    return opened.open_view(settings(), engine(), cache(), connection, now=process.account_now())
