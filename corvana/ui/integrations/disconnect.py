"""Disconnecting: the confirmation, the deletion, and the receipt."""

from typing import Final, NamedTuple

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.delta_generator import DeltaGenerator

from corvana import jobs
from corvana.analysis import wording
from corvana.errors import DeletionDelayed, NotFound
from corvana.evidence.receipt import LEFT
from corvana.store import connections, purge
from corvana.store.models import COLLECTED, WRITTEN, Connection, Receipt
from corvana.ui import data, downloads, process, state
from corvana.ui.access import Access, may_still_change
from corvana.ui.controls.clock import when
from corvana.web import files

_TABLES: Final = {
    "secret": "access tokens and key",
    **{str(table.__tablename__): table.words for table in COLLECTED},
    **{str(table.__tablename__): table.words for table in WRITTEN},
    "snapshot_files": "files behind the charts",
}


def receipt(access: Access) -> None:
    """Draw the receipt of the engagement's last disconnect, if there was one."""
    last = connections.latest_receipt(process.engine(), access.engagement_id)
    if last is None:
        return
    connected = connections.of_engagement(process.engine(), access.engagement_id) is not None
    with st.expander("Receipt of the last disconnect", expanded=not connected):
        if last.completed_at is None:
            st.warning(
                "The deletion is not finished. It is tried again until every count is zero.",
                icon=":material/hourglass_top:",
            )
        else:
            st.markdown(
                f"Everything was deleted on {when(last.completed_at)}: "
                f"**{wording.count(_rows(last.counts))} rows**, the tokens and the key "
                "behind the codes of people."
            )
        st.markdown(_revocation(last))
        _counts(last.counts)
        if access.may_export:
            downloads.link("Download receipt", files.receipt_address(access.engagement_id))


def disconnect_button(connection: Connection, access: Access) -> None:
    """Draw the button. A connection that has ended already has only its data to delete."""
    words = _words(connection)
    if st.button(words.button, icon=words.icon):
        st.dialog(words.title)(_confirm)(connection, access, words)


class Words(NamedTuple):
    """What the button and its dialog say."""

    title: str
    button: str
    confirmation: str
    icon: str


def _words(connection: Connection) -> Words:
    if connection.status == "connected":
        return Words(
            "Disconnect PagerDuty?", "Disconnect", "Disconnect and delete", ":material/link_off:"
        )
    return Words(
        "Delete what was collected?", "Delete data", "Delete for good", ":material/delete:"
    )


def _confirm(connection: Connection, access: Access, words: Words) -> None:
    what = st.container()
    with st.container(horizontal=True, horizontal_alignment="right"):
        keeps = st.button("Keep it")
        disconnects = st.button(words.confirmation, icon=words.icon)
    # The buttons come before the long table, so that a phone shows them without scrolling.
    table = st.container()
    if disconnects and _may_disconnect(access):
        # Before anything else is asked of the database, which may be away.
        _disconnect(connection, access)
    elif keeps or disconnects:
        st.rerun()
    else:
        _what_is_deleted(connection, what, table)


def _may_disconnect(access: Access) -> bool:
    """Whether the right still holds. With the database away, the right of a moment ago counts."""
    try:
        return may_still_change(access)
    except SQLAlchemyError:
        return access.may_change


def _disconnect(connection: Connection, access: Access) -> None:
    try:
        with st.spinner("Deleting …"):
            jobs.disconnect(connection.id, access.by)
            # Here, as open pages are soon run again, which may end this run at its next drawing.
            data.forget_everything()
            state.forget_what_was_typed()
    except NotFound:  # disconnected in another tab
        st.rerun()
    except DeletionDelayed:
        st.warning(
            "**It cannot be deleted at this moment,** because the database or the disk cannot be "
            "used. Your wish is kept: everything is deleted as soon as that is possible.",
            icon=":material/hourglass_top:",
        )
    else:
        st.rerun()


def _what_is_deleted(connection: Connection, what: DeltaGenerator, table: DeltaGenerator) -> None:
    counts = purge.counts(process.engine(), connection.id)
    account = process.vault().account_of(connection) or "the account"
    ends = " At PagerDuty, only Corvana's access ends." if connection.status == "connected" else ""
    with what:
        st.markdown(
            f"This deletes everything collected from "
            f"**{wording.plain(account)}**, now and for good: the access tokens, "
            "the key behind the codes of people, the frames behind the charts, and "
            f"**{wording.count(_rows(counts))} rows**. What assessors wrote in this engagement "
            f"is deleted, too. You get a receipt.{ends}"
        )
    with table, st.expander("Rows by kind"):
        _counts(counts)


def counted(counts: dict[str, int]) -> dict[str, int]:
    """Return the counts with readable names."""
    return {_TABLES.get(name, name): n for name, n in counts.items() if name != LEFT}


def _counts(counts: dict[str, int]) -> None:
    shown = counted(counts)
    st.dataframe(
        {"What": list(shown), "Count": list(shown.values())},
        hide_index=True,
        height="content",
        column_config={"Count": st.column_config.NumberColumn(format="localized")},
    )


def _rows(counts: dict[str, int]) -> int:
    return sum(n for name, n in counts.items() if name not in {"secret", "snapshot_files", LEFT})


def _revocation(last: Receipt) -> str:
    if last.revoked:
        return "PagerDuty confirmed that the access was revoked."
    return (
        "PagerDuty did not confirm that the access was revoked. The tokens are destroyed here; to "
        "be sure, remove the app under *My Profile → User Settings* at PagerDuty."
    )
