"""Disconnecting: the confirmation, the deletion, and the receipt."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from corvana import jobs
from corvana.analysis import wording
from corvana.errors import DeletionDelayed
from corvana.evidence.receipt import LEFT
from corvana.store import connections, purge
from corvana.store.models import COLLECTED, Connection, Receipt
from corvana.ui import data, downloads, process
from corvana.ui.access import Access, may_still_change
from corvana.web import files

_TABLES: Final = {
    "secret": "access tokens and key",
    **{str(table.__tablename__): table.words for table in COLLECTED},
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
    if st.button("Disconnect", icon=":material/link_off:"):
        _confirm_disconnect(connection, access)


@st.dialog("Disconnect PagerDuty?")
def _confirm_disconnect(connection: Connection, access: Access) -> None:
    what = st.container()
    with st.container(horizontal=True, horizontal_alignment="right"):
        keeps = st.button("Keep it")
        disconnects = st.button("Disconnect and delete", type="primary")
    if disconnects and _may_disconnect(access):
        # Before anything else is asked of the database, which may be away.
        _disconnect(connection, access)
    elif keeps or disconnects:
        st.rerun()
    else:
        with what:
            _what_is_deleted(connection)


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
    except DeletionDelayed:
        st.warning(
            "**It cannot be deleted at this moment,** because the database or the disk cannot be "
            "used. Your wish is kept: everything is deleted as soon as that is possible.",
            icon=":material/hourglass_top:",
        )
    else:
        data.forget_everything()
        st.rerun()


def _what_is_deleted(connection: Connection) -> None:
    counts = purge.counts(process.engine(), connection.id)
    st.markdown(
        f"This deletes everything collected from **{wording.plain(connection.account_label)}**, "
        "now and for good: the access tokens, the key behind the codes of people, the frames "
        f"behind the charts, and **{wording.count(_rows(counts))} rows**."
    )
    _counts(counts)
    st.markdown("You get a receipt. At PagerDuty, only Corvana's access ends.")


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


def when(moment: datetime) -> str:
    """Return a moment in the reader's zone, with the zone named."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def now_utc() -> datetime:
    """Return the present moment; pages may read a clock, the analysis may not."""
    return datetime.now(UTC)
