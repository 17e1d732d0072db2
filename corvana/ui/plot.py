"""A chart in a page: the figure replaces the one before, in the page's colours."""

import json
from collections.abc import Callable
from typing import Final

import streamlit as st

from corvana.analysis.wording import unbroken
from corvana.charts.shapes.plain_figure import PlainFigure
from corvana.charts.theme import TITLE_LINE
from corvana.web import scripts

CLICKED: Final = "clicked"
"""The key of a chart's state that holds the custom data of the clicked mark."""

DRAGGED: Final = "dragged"
"""The key of a chart's state that holds the days dragged out on its x axis."""

_MISSING: Final = "The chart is missing. Reload the page to try again."

# This text is sent with every chart, so it only names the file, which the browser fetches once.
_SCRIPT: Final = f"""const at = path => new URL(path, document.baseURI);
export default (sent) => import(at("{scripts.CHART}")).then(
  (chart) => chart.show(sent, at("{scripts.PLOTLY}")),
  () => {{ sent.parentElement.lastChild.textContent = "{_MISSING}" }})"""
_show = st.components.v2.component("corvana.chart", js=_SCRIPT, isolate_styles=False)

# A script that does not arrive now is asked for again by the first chart, which tells the reader.
_AHEAD: Final = f"""const at = path => new URL(path, document.baseURI);
export default () => {{
  import(at("{scripts.CHART}"))
    .then((chart) => chart.load(at("{scripts.PLOTLY}")))
    .catch(() => {{}});
}}"""
_fetch = st.components.v2.component("corvana.charts_ahead", js=_AHEAD)


def fetch_ahead() -> None:
    """Let the browser fetch what draws charts while the page waits for its data, so that the first
    chart is drawn a second earlier."""
    _fetch(key="charts_ahead")


def plot(
    figure: PlainFigure,
    *,
    key: str,
    alt: str,
    on_click: Callable[[], None] | None = None,
    on_drag: Callable[[], None] | None = None,
    opens: bool = False,
) -> None:
    """Draw a figure at the height that it declares; `alt` is its text alternative.

    Its title wraps at the width of its place, which changes the figure's height.

    A click on a mark with custom data highlights it, and the button that appears then calls
    `on_click`; with `opens`, the click itself does. `st.session_state[key][CLICKED]` then holds
    that data. `on_drag` is called when days are dragged out on the x axis;
    `st.session_state[key][DRAGGED]` then holds the first and the last instant, or nothing if the
    reader takes that back.
    """
    title = unbroken(figure.heading.replace("<br>", " "))
    told = json.dumps(
        {
            "alt": alt,
            "clickable": on_click is not None,
            "opens": opens,
            "setsPeriod": on_drag is not None,
            "title": title,
            "titleLine": TITLE_LINE,
        }
    )
    data = f'{{"told":{told},"figure":{figure.to_json()}}}'
    _show(key=key, data=data.encode(), on_clicked_change=on_click, on_dragged_change=on_drag)
