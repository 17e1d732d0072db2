"""The PagerDuty card: connect, watch, collect, disconnect, and the receipt of a deletion."""

from datetime import datetime, timedelta
from functools import partial
from html import escape
from typing import Final, Literal
from urllib.parse import urlencode

import streamlit as st

from corvana import jobs
from corvana.analysis import wording
from corvana.doctor.words import REGIONS, ROLES, reason
from corvana.errors import NotFound
from corvana.jobs import full_disk, wishes
from corvana.questions.view import progress_of, status_of
from corvana.store import clock, connections, engagements
from corvana.store.models import CollectionRun, Connection
from corvana.store.people import audit
from corvana.ui import process
from corvana.ui.access import Access, may_still_change, ticket_for
from corvana.ui.integrations import client_link, doctor
from corvana.ui.integrations.disconnect import disconnect_button, now_utc, when
from corvana.ui.links import STYLE as LINK_STYLE
from corvana.web import sign_in, ticket
from corvana.web.connect import START
from corvana.web.refusals import REFUSALS

FRESH_FOR: Final = timedelta(minutes=2)

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
</style>
"""

_READ: Final = (
    "**What is read:** when incidents were created, acknowledged, escalated and resolved, and the "
    "services, escalation policies, schedules and teams around them, with their labels."
)
_NEVER_READ: Final = (
    "**What is never kept:** titles, descriptions, notes, names of people, e-mail addresses, phone "
    "numbers, links. They arrive with every answer and are dropped before anything is stored. "
    "People become codes. Nothing can be changed at PagerDuty: the access is read-only."
)

Dot = Literal["green", "amber", "red", "grey"]


def notices() -> None:
    """Show the result of the last attempt to connect, which the connect route put into the URL."""
    refusal = REFUSALS.get(st.query_params.get("refused", ""))
    if refusal is not None:
        st.warning(f"**{refusal.sentence}** {refusal.next_step}", icon=":material/block:")
    if st.query_params.pop("connected", None):
        st.toast("PagerDuty is connected.", icon=":material/check_circle:")


def card(access: Access) -> None:
    """Draw the card for the present state of the connection."""
    connection = connections.of_engagement(process.engine(), access.engagement_id)
    with st.container(border=True):
        if connection is None:
            _not_connected(access)
        elif connection.status == "deleting" or wishes.is_kept(
            process.settings().data_dir, connection.id
        ):
            _heading("amber", "Deleting what was collected")
            st.markdown("The tokens are destroyed. The rest is being deleted until none is left.")
        elif connection.status == "disconnected":
            _disconnected(access, connection)
        else:
            _connected(access, connection)


def _not_connected(access: Access) -> None:
    _heading("grey", "Not connected")
    st.markdown(_READ)
    st.markdown(_NEVER_READ)
    _connect_link(access, "Connect PagerDuty")


def _disconnected(access: Access, connection: Connection) -> None:
    _heading("red", "Disconnected")
    st.markdown(
        f"**{reason(connection.status_reason)}.** Nothing new is collected; what was collected "
        "stays visible. Reconnect the same account to go on where it stopped."
    )
    _facts(connection)
    _connect_link(access, "Reconnect")
    if access.may_change:
        disconnect_button(connection, access)
    doctor.panel(connection.id)


def _connected(access: Access, connection: Connection) -> None:
    run = connections.latest_run(process.engine(), connection.id)
    collecting = status_of(connection, run) == "collecting"
    _heading("green", "Connected")
    if connection.partial:
        label = REFUSALS["not_admin"]
        st.warning(f"**{label.sentence}** {label.next_step}", icon=":material/visibility_off:")
    _facts(connection, collecting=collecting)
    active = engagements.get(process.engine(), access.engagement_id).status == "active"
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
    if collecting and active:
        st.fragment(_progress, run_every=1)(connection.id)
    elif run is not None:
        _last_run(run)
    if access.may_change:
        with st.container(horizontal=True):
            if active:
                st.button(
                    "Collect now",
                    icon=":material/sync:",
                    disabled=collecting,
                    on_click=_collect,
                    args=(connection.id, access),
                )
            disconnect_button(connection, access)
        if connection.partial:
            _connect_link(access, "Reconnect as an admin")
    reconnect = None if connection.partial else partial(_connect_link, access, "Reconnect")
    doctor.panel(connection.id, reconnect)


def _heading(dot: Dot, words: str) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader("PagerDuty", anchor=False, width="content")
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
    if engagements.get(process.engine(), access.engagement_id).status != "active":
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


def _facts(connection: Connection, *, collecting: bool = False) -> None:
    now = now_utc()
    facts = {
        "Account": connection.account_label,
        "Service region": REGIONS.get(connection.region, connection.region),
        "Connected by": ROLES.get(connection.connected_role, "another role"),
        "Connected since": when(connection.connected_at),
        "Last collected": (
            wording.ago(connection.collected_at, now) if connection.collected_at else "not yet"
        ),
        "Next collection": "running" if collecting else _next_run(connection, now),
    }
    with st.grid(3, min_column_width=180):
        for label, value in facts.items():
            with st.container(gap=None):
                st.caption(label)
                st.text(value)


def _next_run(connection: Connection, now: datetime) -> str:
    if connection.status != "connected":
        return "after reconnecting"
    if connection.requested_at is not None or connection.next_run_at is None:
        return "now"
    seconds = (connection.next_run_at - now).total_seconds()
    return f"in {wording.duration(seconds)}" if seconds > 0 else "now"


def _progress(connection_id: str) -> None:
    """This part redraws itself every second, and the whole page when the run has ended."""
    run = connections.latest_run(process.engine(), connection_id)
    try:
        connection = connections.get(process.engine(), connection_id)
    except NotFound:  # disconnected in another tab
        st.rerun()
    if status_of(connection, run) != "collecting":
        st.rerun()
    share = progress_of(run)
    if run is None or share is None:
        st.progress(0.0, "Waiting for the worker to begin")
        return
    st.progress(share, wording.plain(run.activity) or "Collecting")
    st.caption(
        f"{wording.count(run.windows_done)} of {wording.count(run.windows_total)} windows · "
        f"{wording.count(run.rows)} rows · {wording.count(run.requests)} requests · "
        f"{time_left(run, now_utc())}"
    )


def time_left(run: CollectionRun, now: datetime) -> str:
    """Return the remaining time at the present pace; empty until it can be estimated."""
    elapsed = (now - run.started_at).total_seconds()
    if run.windows_done < 2 or elapsed < 3:
        return "time left: not known yet"
    seconds = elapsed / run.windows_done * (run.windows_total - run.windows_done)
    return f"about {wording.duration(seconds)} left"


def _last_run(run: CollectionRun) -> None:
    if run.status == "failed":
        again = "after a minute" if run.error == "DiskFull" else "by itself"
        st.warning(
            f"**The last collection failed.** {reason(run.error)}. It is tried again {again}.",
            icon=":material/sync_problem:",
        )
    elif run.status == "interrupted":
        st.info(
            "The last collection was interrupted. It goes on where it stopped.",
            icon=":material/hourglass_top:",
        )


def _collect(connection_id: str, access: Access) -> None:
    if not may_still_change(access):
        return
    run = connections.latest_run(process.engine(), connection_id)
    finished = run.finished_at if run is not None and run.status == "finished" else None
    if finished is not None and now_utc() - finished < FRESH_FOR:
        st.toast(
            f"Collected {wording.ago(finished, now_utc())}: fresh enough, so nothing was started.",
            icon=":material/check:",
        )
        return
    audit.record(
        process.engine(), "collected", access.by, now_utc(), engagement_id=access.engagement_id
    )
    jobs.enqueue_collection(connection_id)
