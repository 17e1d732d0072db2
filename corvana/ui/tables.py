"""Tables for readers; the file of a table keeps the columns' own names and UTC.

No table has a menu to save it as a file: a file is asked for at a route of ours.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from corvana.analysis import wording
from corvana.questions.readable import Form, Readable
from corvana.ui import downloads
from corvana.ui.controls.filters import time_zone

_MOST: Final = 1_000
"""More rows would have to be loaded while the reader scrolls, and could not be formatted then."""

_WITHOUT_SCROLLING: Final = 25
"""So many rows stand on the page as a whole."""

_MOST_LINKS: Final = 100

_INSTANT: Final = "D MMM YYYY, HH:mm:ss"
_WEEK: Final = "D MMM YYYY"
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def table(shown: Readable, *, alt: str, total: int | None = None, which: str = "first") -> None:
    """Draw a table: values as they are told elsewhere, sorted by value, instants on the reader's
    clock; at most the first rows of it.

    `total` is the number of rows it was taken from; `which` of them are the first, in a word.
    """
    frame = shown.frame.head(_MOST)
    n = len(shown.frame) if total is None else total
    if n > len(frame):
        st.caption(f"The {which} {wording.count(len(frame))}{downloads.rest_in_file()}.")
    zone = time_zone()
    st.dataframe(
        told(Readable(frame, shown.forms, shown.links)),
        hide_index=True,
        height="content" if len(frame) <= _WITHOUT_SCROLLING else "auto",
        placeholder="",
        alt=alt,
        column_config={
            heading: _column(heading, form, zone, is_link=heading in shown.links)
            for heading, form in shown.forms.items()
        },
    )
    for heading, addresses in shown.links.items():
        numbers = shown.frame[heading]
        with st.expander(f"Links of the table: {heading}", type="compact", icon=":material/link:"):
            st.markdown(links(numbers, addresses))


def links(numbers: pd.Series, addresses: pd.Series) -> str:
    """Return a link for each of the first incidents, in Markdown. The cells of a table are a
    picture, in which a screen reader finds no link."""
    both = pd.DataFrame({"number": numbers, "address": addresses}).dropna().head(_MOST_LINKS)
    told = [f"[{_TOLD['incident'](one.number)}]({one.address})" for one in both.itertuples()]
    rest = f" The first {wording.count(_MOST_LINKS)}." if len(numbers) > _MOST_LINKS else ""
    return " · ".join(told) + rest


def told(shown: Readable) -> Styler:
    """Return the table with a text for every value; what is missing stays empty.

    A link's value is its address, and its text the number of the incident.
    """
    linked = {heading: links.head(len(shown.frame)) for heading, links in shown.links.items()}
    texts: dict[Any, Any] = {
        heading: _TOLD[form] for heading, form in shown.forms.items() if form in _TOLD
    }
    for heading, links in linked.items():
        numbers = shown.frame[heading].map(_TOLD["incident"], na_action="ignore")
        texts[heading] = dict(zip(links, numbers, strict=True)).get
    return shown.frame.assign(**linked).style.format(texts, na_rep="")


def _column(heading: str, form: Form, zone: str, *, is_link: bool) -> Any:
    columns = st.column_config
    match form:
        case "incident" if is_link:
            return columns.LinkColumn(heading)
        case "instant":
            return columns.DatetimeColumn(f"{heading} ({zone})", format=_INSTANT, timezone=zone)
        case "week":
            return columns.DatetimeColumn(heading, format=_WEEK)
        case "text" | "words" | "yes":
            return columns.TextColumn(heading)
        case _:
            return columns.NumberColumn(heading)


def _lag(seconds: float) -> str:
    return f"−{wording.duration(-seconds)}" if seconds < 0 else wording.duration(seconds)


def _number(value: float) -> str:
    return f"{value:,.2f}"


def _probability(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


_TOLD: Final[Mapping[Form, Callable[[Any], str]]] = {
    "count": wording.count,
    "number": _number,
    "probability": _probability,
    "seconds": wording.duration,
    "lag": _lag,
    "minutes": lambda minutes: wording.duration(minutes * 60),
    "share": wording.percent,
    "times": lambda times: f"{times:.0f} ×" if times >= 10 else f"{times:.2g} ×",
    "weekday": lambda day: _DAYS[int(day)],
    "hour": lambda hour: f"{int(hour):02d}:00",
    "incident": lambda number: f"#{number:.0f}",
}
"""How the values of a form are told; those that are not here are told by the column."""
