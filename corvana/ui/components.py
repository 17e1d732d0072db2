"""The building blocks of pages: cards, charts, rows, definitions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis import wording
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.method import chapters
from corvana.analysis.response.breakdowns import Dimension
from corvana.charts.shapes.plain_figure import PlainFigure
from corvana.questions.file import Asked
from corvana.questions.readable import Readable, read
from corvana.ui import downloads, open_page, tables
from corvana.ui.controls.filters import filter_on_click
from corvana.ui.plot import plot

_NARROWEST_CARD: Final = 170
"""Pixels: the width that "43 min 28 s" needs."""


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


def tell(text: str, place: DeltaGenerator | None = None) -> None:
    """Draw sentences, here or in a reserved place; no line breaks inside a number."""
    draw = st.markdown if place is None else place.markdown
    draw(wording.unbroken(text))


def cards(
    shown: Sequence[Card], compared_to: str = "", *, of: str = "", columns: int | None = None
) -> None:
    """Draw the numbers in one row that wraps on a narrow screen.

    `of` stands above them and names the incidents that all of them are of. `columns`: at most so
    many in a row, where all in one would leave a part of the next row empty.
    """
    if of:
        st.caption(wording.unbroken(of))
    with st.grid(columns or len(shown), min_column_width=_NARROWEST_CARD):
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
    drawn: PlainFigure,
    *,
    key: str,
    table: Asked[pd.DataFrame],
    caption: str = "",
    filters_by: str = "",
    on_drag: Callable[[], None] | None = None,
    largest: str = "",
) -> None:
    """Draw a figure with its caption, and its numbers in a closed section; both are its text
    alternative.

    `filters_by` names the filter that a mark sets: a click highlights the mark, and a button then
    narrows the page to it. Any other name is what a click alone sets. `on_drag` is called when days
    are dragged out on the x axis. The table is made when the section is opened. `largest` is the
    column by which the chart is sorted, if it is another than usual.
    """
    title = (drawn.heading or "Empty chart").replace("<br>", " ")
    on_click = filter_on_click(key, filters_by) if filters_by else None
    plot(
        drawn,
        key=key,
        alt=f"{title}. {caption}",
        on_click=on_click,
        on_drag=on_drag,
        opens=filters_by not in ("", "priority", *get_args(Dimension)),
    )
    st.caption(wording.unbroken(caption))
    _numbers(table, key, title, largest)


@st.fragment
def rows(
    newest: Callable[[], Readable],
    every: Asked[pd.DataFrame],
    total: int,
    name: str,
    label: str = "The incidents behind this",
    *,
    which: str = "first",
) -> None:
    """Draw the incidents behind the page; the file holds all of them with every column.

    The rows are read and sent when the reader opens the section, without a rerun of the page.
    """
    opened = st.expander(
        f"{label} ({wording.count(total)})",
        key=f"{name}-behind",
        on_change="rerun",
    )
    if not opened.open:
        return
    if open_page.is_deleted():
        st.rerun()
    with opened:
        tables.table(newest(), alt=label, total=total, which=which)
        downloads.csv(every)


def definition(text: str) -> None:
    """Draw a closed section that says how the page's numbers are computed."""
    with st.popover("How this is computed", type="tertiary", icon=":material/function:"):
        st.markdown(text)


def method(*titles: str) -> None:
    """Draw the sections of the method with these titles in a closed section."""
    sections = _sections()
    definition("\n\n".join(f"### {title}\n\n{sections[title]}" for title in titles))


@cache
def _sections() -> Mapping[str, str]:
    return {section.title: section.text for part in chapters(KINDS) for section in part.sections}


@st.fragment
def _numbers(table: Asked[pd.DataFrame], key: str, title: str, largest: str) -> None:
    """Draw the closed section with the table, as wide as the chart; it is sent when opened, without
    a rerun of the page."""
    opened = st.expander(
        "Numbers",
        type="compact",
        icon=":material/table:",
        key=f"{key}-numbers",
        on_change="rerun",
    )
    if not opened.open:
        return
    if open_page.is_deleted():
        st.rerun()
    with opened:
        tables.table(read(table, largest), alt=f"Numbers: {title}")
        downloads.csv(table)


def _delta_colour(card: Card) -> Literal["inverse", "normal", "off"]:
    if card.better == "neither":
        return "off"
    return "inverse" if card.better == "less" else "normal"
