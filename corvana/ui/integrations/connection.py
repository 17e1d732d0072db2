"""The PagerDuty card: connect, watch, collect, disconnect, and the receipt of a deletion."""

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Final, Literal
from urllib.parse import urlencode

import streamlit as st

from corvana.analysis import wording
from corvana.doctor.words import REGIONS, ROLES, reason
from corvana.jobs import full_disk, wishes
from corvana.questions.view import status_of
from corvana.store import clock, connections, engagements
from corvana.store.models import Connection
from corvana.ui import process, state
from corvana.ui.access import Access, ticket_for
from corvana.ui.controls.clock import now_utc, when
from corvana.ui.integrations import client_link, collecting, doctor, going_on
from corvana.ui.integrations.disconnect import disconnect_button
from corvana.ui.links import STYLE as LINK_STYLE
from corvana.web import promise, sign_in, ticket
from corvana.web.connect import START
from corvana.web.refusals import REFUSALS

_LOOK_AGAIN: Final = 5
"""Seconds between two looks at whether the card still shows what is so."""

# The theme's own colours: Streamlit marks the page `color-scheme: light` or `dark`.
_STYLE: Final = """
<style>
.corvana-status{display:flex;align-items:center;gap:.6rem;font-weight:600;font-size:1.05rem}
.corvana-dot{width:.75rem;height:.75rem;border-radius:50%;flex:none}
.corvana-green{background:light-dark(#12805c,#3bb48a);
box-shadow:0 0 0 .28rem light-dark(#12805c2e,#3bb48a3d)}
.corvana-amber{background:light-dark(#b06a00,#e0a03c);
box-shadow:0 0 0 .28rem light-dark(#b06a002e,#e0a03c3d)}
.corvana-red{background:light-dark(#c0392f,#e9776c);
box-shadow:0 0 0 .28rem light-dark(#c0392f2e,#e9776c3d)}
.corvana-grey{background:light-dark(#9aa3ad,#6b7681)}
.st-key-summary{position:relative;border-radius:8px}
.st-key-summary .st-key-summary_details,.st-key-summary .st-key-summary_details *{position:static}
.st-key-summary .st-key-summary_details button::after{content:"";position:absolute;inset:-.5rem;
border-radius:8px;cursor:pointer}
.st-key-summary:hover{background:light-dark(#f5f6f8,#1a2027);
box-shadow:0 0 0 .5rem light-dark(#f5f6f8,#1a2027)}
</style>
"""

Dot = Literal["green", "amber", "red", "grey"]


def card(access: Access) -> None:
    """Draw the card for the present state of the connection."""
    connection = connections.of_engagement(process.engine(), access.engagement_id)
    st.fragment(_watch, run_every=_LOOK_AGAIN)(access.engagement_id, _state(connection))
    with st.container(border=True):
        if connection is None:
            _not_connected(access)
        elif connection.status == "deleting" or wishes.is_kept(
            process.settings().wishes_dir, connection.id
        ):
            _heading("amber", "Deleting what was collected")
            st.markdown("The tokens are destroyed. The rest is being deleted until none is left.")
        elif connection.status == "disconnected":
            _disconnected(access, connection)
        else:
            _connected(access, connection)


def _state(connection: Connection | None) -> tuple[str, str] | None:
    return (connection.id, connection.status) if connection else None


def _watch(engagement_id: str, shown: tuple[str, str] | None) -> None:
    """Draw the page anew when another tab, or PagerDuty, has changed what the card shows."""
    if _state(connections.of_engagement(process.engine(), engagement_id)) != shown:
        st.rerun()


def _not_connected(access: Access) -> None:
    _heading("grey", "Not connected")
    _promise()
    _connect_link(access, "Connect PagerDuty")


def _promise() -> None:
    st.markdown(f"**Scope:** `{promise.SCOPE}`. Nothing can be changed at PagerDuty.")
    st.markdown(f"**What is read:** {promise.READ}.")
    never = "\n".join(f"- {one}" for one in promise.NEVER_KEPT)
    st.markdown(f"**Never:**\n{never}\n\n{promise.NEITHER}")


def _disconnected(access: Access, connection: Connection) -> None:
    _heading("red", "Disconnected")
    anew = "Reconnect the same account to go on where it stopped." if _is_active(access) else ""
    st.markdown(
        f"**{reason(connection.status_reason)}.** Nothing new is collected; what was collected "
        f"stays visible. {anew}"
    )
    _facts(connection, _next_run(access, connection))
    _connect_link(access, "Reconnect")
    if access.may_change:
        disconnect_button(connection, access)
    doctor.panel(connection.id)


def _connected(access: Access, connection: Connection) -> None:
    run = connections.latest_run(process.engine(), connection.id)
    active = _is_active(access)
    is_running = active and status_of(connection, run) == "collecting"
    next_run = "running" if is_running else _next_run(access, connection)
    if _summary(access, connection, next_run):
        _details(access, connection)
    _trouble(connection, active=active)
    if is_running:
        st.fragment(collecting.progress, run_every=1)(connection.id)
    elif run is not None:
        collecting.last_run(run, goes_on=active)
    if access.may_change and active:
        st.button(
            "Collect now",
            icon=":material/sync:",
            disabled=is_running,
            on_click=collecting.collect,
            args=(connection.id, access),
        )
        going_on.control(access, connection, is_running=is_running)
    if access.may_change and connection.partial:
        _connect_link(access, "Reconnect as an admin")
    reconnect = None if connection.partial else partial(_connect_link, access, "Reconnect")
    doctor.panel(connection.id, reconnect)


def _summary(access: Access, connection: Connection, next_run: str) -> bool:
    """Draw the clickable upper part of the card. Return whether its details are open."""
    is_open = bool(st.session_state.get(state.DETAILS))
    opens = "Details and Disconnect" if access.may_change else "Details"
    with st.container(key="summary"):
        _heading("green", "Connected")
        _facts(connection, next_run)
        st.button(
            "Hide details" if is_open else opens,
            key="summary_details",
            type="tertiary",
            icon=":material/expand_less:" if is_open else ":material/expand_more:",
            on_click=_turn_details,
        )
    return is_open


def _turn_details() -> None:
    st.session_state[state.DETAILS] = not st.session_state.get(state.DETAILS)


def _details(access: Access, connection: Connection) -> None:
    with st.container(key="connection_details"):
        st.markdown("### Details")
        _grid(
            {
                "Service region": REGIONS.get(connection.region, connection.region),
                "Connected by": ROLES.get(connection.connected_role, "another role"),
                "Connected since": when(connection.connected_at),
            }
        )
        if access.may_change:
            disconnect_button(connection, access)
        _promise()


def _trouble(connection: Connection, *, active: bool) -> None:
    """Say why nothing is collected, or only a part."""
    if connection.partial:
        label = REFUSALS["not_admin"]
        st.warning(f"**{label.sentence}** {label.next_step}", icon=":material/visibility_off:")
    if not active:
        st.info("The engagement is closed: nothing new is collected.", icon=":material/lock:")
    elif not full_disk.has_room(process.settings().data_dir):
        st.warning(
            "**The disk is full,** so nothing is collected. Make room on the disk of the data "
            "folder; it is tried again after a minute.",
            icon=":material/hard_drive:",
        )
    elif not connections.worker_alive(process.engine(), clock.now(process.engine())):
        st.warning(
            "**The worker is not running,** so nothing is collected. It starts with the app; if "
            "this stays for a minute, restart the app or start `python -m corvana worker`.",
            icon=":material/engineering:",
        )


def _is_active(access: Access) -> bool:
    return engagements.get(process.engine(), access.engagement_id).status == "active"


def _heading(dot: Dot, words: str) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header("PagerDuty", anchor=False, width="content")
        st.html(
            f"{_STYLE}<div class='corvana-status' role='status'>"
            f"<span class='corvana-dot corvana-{dot}' aria-hidden='true'></span>"
            f"<span>{escape(words)}</span></div>",
            width="content",
        )


def _connect_link(access: Access, words: str) -> None:
    if not access.may_change:
        st.caption("An assessor can connect PagerDuty here.")
        return
    if not _is_active(access):
        st.info("Reopen the engagement to connect PagerDuty.", icon=":material/lock:")
        return
    query = {"engagement": access.engagement_id}
    if sign_in.auth_configured():
        query["ticket"] = ticket_for(ticket.to_connect(access.engagement_id))
    # The URL is absolute: the cookie must be set on the host to which PagerDuty returns the
    # browser.
    url = f"{process.settings().base_url}{START}?{urlencode(query)}"
    st.html(f"{LINK_STYLE}<a class='corvana-action' href='{escape(url)}'>{escape(words)}</a>")
    client_link.offer(access)
    if process.settings().uses_sandbox:
        st.caption(
            "No PagerDuty app is configured (`PAGERDUTY_CLIENT_ID`), so this connects a simulated "
            "account. Nobody real is in it."
        )


def _facts(connection: Connection, next_run: str) -> None:
    collected = connection.collected_at
    _grid(
        {
            "Account": process.vault().account_of(connection) or "its key is not here",
            "Last collected": wording.ago(collected, process.account_now())
            if collected
            else "not yet",
            "Next collection": next_run,
        }
    )


def _grid(facts: Mapping[str, str]) -> None:
    with st.grid(3, min_column_width=180):
        for label, value in facts.items():
            with st.container(gap=None):
                st.caption(label)
                st.text(value)


def _next_run(access: Access, connection: Connection) -> str:
    if not _is_active(access):
        return "none: the engagement is closed"
    if connection.status != "connected":
        return "after reconnecting"
    if connection.requested_at is not None or connection.next_run_at is None:
        return "now"
    seconds = (connection.next_run_at - now_utc()).total_seconds()
    return f"in {wording.duration(seconds)}" if seconds > 0 else "now"
