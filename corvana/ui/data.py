"""The data that pages read: the shown data version of the engagement's connection."""

from collections.abc import Collection

import streamlit as st

from corvana.errors import KeyMissing, SnapshotsAway, VersionMissing
from corvana.jobs.forgetting import is_going
from corvana.questions import opened
from corvana.questions.view import View
from corvana.store import connections
from corvana.store.models import Connection
from corvana.ui import process, stream
from corvana.ui.access import Access
from corvana.ui.process import cache, engine, settings
from corvana.ui.sections import unavailable
from corvana.web.processes import forgetting


def forget_everything() -> None:
    """Remove all frames, results and figures from memory, so that no data of a deleted account
    remains.

    The caches are also replaced by new ones: what another session is still working out at this
    moment goes into an old cache, which nobody reads.
    """
    opened.forget()
    st.cache_resource.clear()


def forget(engagement_ids: Collection[str]) -> None:
    """Empty memory after a disconnect anywhere, and draw open pages of these engagements anew."""
    forget_everything()
    stream.run_again(engagement_ids)


def current_connection(access: Access) -> Connection | None:
    """Return the engagement's connection unless it is being deleted, or is to be; one small query.

    Its key is destroyed as soon as somebody wishes it, also while the database is away.
    """
    forgetting.before_serving()
    connection = connections.of_engagement(engine(), access.engagement_id)
    return None if connection is None or is_going(settings(), connection) else connection


def current_version(access: Access) -> int | None:
    """Return the data version of the engagement's connection that pages show."""
    connection = current_connection(access)
    return None if connection is None else connection.shown_version


def current_view(access: Access) -> View | None:
    """Return the frames that pages show, or None when the engagement has no connection.

    Stops the page when there is data and it cannot be shown here: without its key, without the
    store it lies in, or without its files.
    """
    for _ in range(3):
        connection = current_connection(access)
        if connection is None:
            return None
        try:
            return shown_view(connection)
        except VersionMissing:  # replaced by a newer version in between
            continue
        except KeyMissing:
            unavailable.without_key()
        except SnapshotsAway:
            unavailable.without_store()
    return unavailable.without_files()


def shown_view(connection: Connection) -> View:
    """Return the view of a connection's data version that pages show.

    Raises `VersionMissing`, `SnapshotsAway`, and `KeyMissing` when it is sealed and its key is not
    here.
    """
    return opened.open_view(settings(), engine(), cache(), connection, now=process.account_now())
