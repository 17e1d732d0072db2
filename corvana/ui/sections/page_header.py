"""The top of a page: its question, whose data it shows, and what state the data is in."""

from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers import settings as words
from corvana.questions.view import View
from corvana.store import connections
from corvana.ui import open_page, plot, process
from corvana.ui.access import Access
from corvana.ui.controls.period import time_zone
from corvana.ui.data import current_version
from corvana.ui.sections import settings_state, unavailable

_INTEGRATIONS: Final = "../../pages/integrations.py"
_SHOWN: Final = "version_shown"
_SLACK: Final = timedelta(days=1)


def header(
    question: str, view: View | None, access: Access, *, tells_findings: bool = False
) -> View:
    """Draw the question and the state of the data; stop the page if there is no data.

    A page that `tells_findings` says on which settings they rest, where these are not the present
    ones.

    The number of elements is the same in every state. Streamlit identifies a container by its
    position: if the number of elements before it changed, the browser would replace all controls in
    it, and keys pressed meanwhile would be lost.
    """
    open_page.looks_at(access, view)
    title(question, view, access)
    if view is None:
        st.info(
            "**PagerDuty is not connected.** Connect it on the Integrations page; the newest week "
            "appears here within about a minute, older weeks follow.",
            icon=":material/power:",
        )
        st.page_link(_INTEGRATIONS, label="Open Integrations", icon=":material/arrow_forward:")
        st.stop()
    refresh(access, view)
    if not view.version:
        _nothing_yet(view)
        st.stop()
    with st.container():
        _banners(view)
        if tells_findings:
            settings_state.findings(view)
    return view


def title(question: str, view: View | None, access: Access) -> None:
    """Draw the question and, beside it, whose data this is and what state it is in."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        st.title(question, anchor=False, width="content")
        if view is not None and view.version:
            lines = (
                whose(access, view),
                data_state(view, process.account_now()),
                own_settings(view),
            )
            st.caption("  \n".join(line for line in lines if line), width="content")


def whose(access: Access, view: View) -> str:
    """Return the client, the PagerDuty account and how much of it is seen, and the clock of the
    page."""
    simulated = "simulated" if process.settings().uses_sandbox else ""
    account = " ".join(
        part for part in (simulated, "PagerDuty", wording.plain(view.account)) if part
    )
    parts = (
        wording.plain(access.engagement),
        wording.sentence_case(account),
        "**partial access**" if view.is_partial else "",
        f"dates in {wording.plain(time_zone())}",
    )
    return " · ".join(part for part in parts if part)


def data_state(view: View, now: datetime) -> str:
    """Return the time of collection, how old the figures are if they are older, the period of the
    data and its size."""
    figures = f"figures of {wording.ago(view.as_of, now)} · "
    return (
        f"collected {wording.ago(view.collected_at, now)} · "
        f"{figures if view.as_of < view.collected_at else ''}"
        f"{wording.span(view.since, view.as_of, joint=' – ')} · "
        f"{wording.plural(len(view.frame('incidents')), 'incident', 'incidents')}"
    )


def own_settings(view: View) -> str:
    """Return what figures rest on that differs from the defaults; empty for nothing."""
    differing = words.differing(view.settings)
    return f"settings: {wording.plain(', '.join(differing))}" if differing else ""


def _nothing_yet(view: View) -> None:
    if view.status == "collecting":
        st.info(
            "**Collecting the newest week.** Its numbers appear here by themselves, usually within "
            "a minute; older weeks follow.",
            icon=":material/hourglass_top:",
        )
        st.progress(view.progress or 0.0, "Reading incidents and their log entries")
        st.skeleton(height=110)
        st.skeleton(height=360)
        plot.fetch_ahead()
        return
    st.info("**Nothing has been collected.** Start a collection on the Integrations page.")
    st.page_link(_INTEGRATIONS, label="Open Integrations", icon=":material/arrow_forward:")


def _banners(view: View) -> None:
    if process.is_store_away():
        unavailable.warn_of_age()
    since = view.covered_since
    # An ordinary run adds only new incidents, so no older data will follow.
    if view.status == "collecting" and since and since > view.requested_since + _SLACK:
        done = f" ({wording.percent(view.progress)})" if view.progress is not None else ""
        st.info(
            f"Complete back to {wording.instant(since)}; older weeks are still coming{done}.",
            icon=":material/hourglass_top:",
        )
    if view.status == "disconnected":
        st.warning(
            f"**PagerDuty is disconnected.** These are the numbers of "
            f"{wording.instant(view.collected_at, year=True)}; connect again to update them.",
            icon=":material/power_off:",
        )
        st.page_link(_INTEGRATIONS, label="Open Integrations", icon=":material/arrow_forward:")
    now = process.account_now()
    if view.status == "connected" and connections.is_stale(view.collected_at, now):
        st.warning(
            f"The last collection was {wording.ago(view.collected_at, now)}. The Integrations "
            "page shows it and can start another.",
            icon=":material/schedule:",
        )
    if view.incomplete:
        # The collector names these parts in plain words; escape them nevertheless.
        missing = ", ".join(wording.plain(part) for part in view.incomplete)
        st.warning(f"PagerDuty did not give everything: {missing}.", icon=":material/data_alert:")
    if n := view.unknown_zones:
        st.caption(
            f"{wording.plural(n, 'time zone', 'time zones')} at PagerDuty "
            f"{'is' if n == 1 else 'are'} not known here. Another clock is used instead: the "
            "schedule's, or the most common one."
        )
    if n := view.status_without_log:
        came = wording.plural(n, "incident came to its", "incidents came to their")
        st.caption(
            f"PagerDuty's log does not say how {came} present status. It was taken from the "
            f"{'incident' if n == 1 else 'incidents'}."
        )


def refresh(access: Access, view: View) -> None:
    """While data is collected or analysed anew, draw the page again as soon as a newer data version
    exists."""
    collecting, version = view.status == "collecting" or view.is_analysing, view.version

    # The first numbers are waited for; later ones only replace what can be read already.
    every = (1.0 if version else 0.5) if collecting else None

    @st.fragment(run_every=every)
    def look() -> None:
        newest = current_version(access) if collecting else None
        # Rerun once per version, so that a page that cannot show it does not rerun for ever.
        if newest is not None and newest > version and st.session_state.get(_SHOWN) != newest:
            st.session_state[_SHOWN] = newest
            st.rerun()

    look()
