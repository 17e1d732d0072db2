"""The building blocks of pages: state of the data, cards, charts, definitions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.method import chapters
from corvana.questions.file import Asked
from corvana.questions.view import View
from corvana.store import connections
from corvana.ui import downloads, open_page, tables
from corvana.ui.access import Access
from corvana.ui.controls.filters import filter_on_click
from corvana.ui.data import current_version
from corvana.ui.plot import plot

_INTEGRATIONS: Final = "../../pages/integrations.py"
_SHOWN: Final = "version_shown"
_SLACK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Card:
    """One number: its value, its interval or composition, its change and its weekly course (an
    image in Markdown)."""

    label: str
    value: str
    note: str
    help: str
    change: str = ""
    course: str = ""
    better: Literal["less", "more", "neither"] = "neither"


def header(question: str, view: View | None, access: Access) -> View:
    """Draw the question and the state of the data; stop the page if there is no data.

    The number of elements is the same in every state. Streamlit identifies a container by its
    position: if the number of elements before it changed, the browser would replace all controls in
    it, and keys pressed meanwhile would be lost.
    """
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        st.title(question, anchor=False, width="content")
        if view is not None and view.version:
            st.caption(data_state(view, datetime.now(UTC)), width="content")
    open_page.looks_at(access, view)
    if view is None:
        st.info(
            "**PagerDuty is not connected.** Connect it on the Integrations page; the newest week "
            "appears here within about a minute, older weeks follow.",
            icon=":material/power:",
        )
        st.page_link(_INTEGRATIONS, label="Open Integrations", icon=":material/arrow_forward:")
        st.stop()
    _refresh(access, view)
    if not view.version:
        _nothing_yet(view)
        st.stop()
    with st.container():
        _banners(view)
    return view


def data_state(view: View, now: datetime) -> str:
    """Return the time of collection, the period of the data and its size."""
    return (
        f"collected {wording.ago(view.collected_at, now)} · "
        f"{wording.span(view.since, view.as_of, joint=' – ')} · "
        f"{wording.plural(len(view.frame('incidents')), 'incident', 'incidents')}"
    )


def stop_when_empty(n: int, filters: Filters) -> None:
    """Tell the reader that no incident matches and how to see more; stop the page."""
    if n:
        return
    st.info(
        f"**No incident matches.** None was created from {wording.span(filters.start, filters.end)}"
        " with these filters. Choose a longer period or remove a filter.",
        icon=":material/filter_alt_off:",
    )
    st.stop()


def tell(text: str, place: DeltaGenerator | None = None) -> None:
    """Draw sentences, here or in a reserved place; no line breaks inside a number."""
    draw = st.markdown if place is None else place.markdown
    draw(wording.unbroken(text))


def cards(shown: Sequence[Card], compared_to: str = "", *, of: str = "") -> None:
    """Draw the numbers in one row that wraps on a narrow screen.

    `of` stands above them and names the incidents that all of them are of.
    """
    if of:
        st.caption(wording.unbroken(of))
    with st.grid(len(shown), min_column_width=170):
        for card in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                clear = card.change[:1] in ("+", "−")
                st.metric(
                    card.label,
                    card.value,
                    delta=card.change.replace("−", "-") or None,
                    delta_color=_delta_colour(card) if clear else "off",
                    delta_arrow="auto" if clear else "off",
                    delta_description=compared_to if clear else None,
                    help=card.help,
                )
                if card.course:
                    st.markdown(card.course)
                st.caption(wording.unbroken(card.note))


def chart(
    drawn: go.Figure,
    *,
    key: str,
    table: Asked[pd.DataFrame],
    caption: str = "",
    filters_by: str = "",
) -> None:
    """Draw a figure with its caption, and its numbers in a closed section; both are its text
    alternative.

    `filters_by` names the filter that a click on a mark sets. The table is made when the section
    is opened.
    """
    title = (drawn.layout.title.text or "Empty chart").replace("<br>", " ")
    on_click = filter_on_click(key, filters_by) if filters_by else None
    plot(drawn, key=key, alt=f"{title}. {caption}", on_click=on_click)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.caption(wording.unbroken(caption), width="content")
        _numbers(table, key)


@st.fragment
def rows(
    newest: Callable[[], pd.DataFrame], every: Asked[pd.DataFrame], total: int, name: str
) -> None:
    """Draw the incidents behind the page; the file holds all of them with every column.

    The rows are read and sent when the reader opens the section, without a rerun of the page.
    """
    opened = st.expander(
        f"The incidents behind this ({wording.count(total)})",
        key=f"{name}-behind",
        on_change="rerun",
    )
    if not opened.open:
        return
    if open_page.is_deleted():
        st.rerun()
    with opened:
        table = newest()
        if total > len(table):
            st.caption(f"The newest {wording.count(len(table))}{downloads.rest_in_file()}.")
        tables.table(table, height=360)
        downloads.csv(every)


def definition(text: str) -> None:
    """Draw a closed section that says how the page's numbers are computed."""
    with st.popover("How this is computed", type="tertiary", icon=":material/function:"):
        st.markdown(text)


def method(*titles: str) -> None:
    """Draw the sections of the method with these titles in a closed section."""
    sections = _sections()
    definition("\n\n".join(f"#### {title}\n\n{sections[title]}" for title in titles))


@cache
def _sections() -> Mapping[str, str]:
    return {section.title: section.text for part in chapters(KINDS) for section in part.sections}


@st.fragment
def _numbers(table: Asked[pd.DataFrame], key: str) -> None:
    """Draw the closed section with the table; it is sent when opened, without a rerun of the
    page."""
    opened = st.popover(
        "Numbers",
        type="tertiary",
        icon=":material/table:",
        key=f"{key}-numbers",
        on_change="rerun",
    )
    if not opened.open:
        return
    if open_page.is_deleted():
        st.rerun()
    with opened:
        tables.table(table.made(), height=320)
        downloads.csv(table)


def _delta_colour(card: Card) -> Literal["inverse", "normal", "off"]:
    if card.better == "neither":
        return "off"
    return "inverse" if card.better == "less" else "normal"


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
        return
    st.info("**Nothing has been collected.** Start a collection on the Integrations page.")
    st.page_link(_INTEGRATIONS, label="Open Integrations", icon=":material/arrow_forward:")


def _banners(view: View) -> None:
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
    now = datetime.now(UTC)
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


def _refresh(access: Access, view: View) -> None:
    """While data is collected, draw the page again as soon as a newer data version exists."""
    collecting, version = view.status == "collecting", view.version

    @st.fragment(run_every=1 if collecting else None)
    def look() -> None:
        newest = current_version(access) if collecting else None
        # Rerun once per version, so that a page that cannot show it does not rerun for ever.
        if newest is not None and newest > version and st.session_state.get(_SHOWN) != newest:
            st.session_state[_SHOWN] = newest
            st.rerun()

    look()
