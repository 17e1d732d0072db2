"""A chart in a page: the figure replaces the one before, in the page's colours."""

import json
from collections.abc import Callable
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from corvana.analysis.wording import unbroken
from corvana.charts.theme import TITLE_LINE
from corvana.web import scripts

CLICKED: Final = "clicked"
"""The key of a chart's state that holds the custom data of the clicked mark."""

_MISSING: Final = "The chart is missing. Reload the page to try again."

# This text is sent with every chart, so it only names the file, which the browser fetches once.
_SCRIPT: Final = f"""const at = path => new URL(path, document.baseURI);
export default (sent) => import(at("{scripts.CHART}")).then(
  (chart) => chart.show(sent, at("{scripts.PLOTLY}")),
  () => {{ sent.parentElement.lastChild.textContent = "{_MISSING}" }})"""
_show = st.components.v2.component("corvana.chart", js=_SCRIPT, isolate_styles=False)


def plot(
    figure: go.Figure, *, key: str, alt: str, on_click: Callable[[], None] | None = None
) -> None:
    """Draw a figure at the height that it declares; `alt` is its text alternative.

    Its title wraps at the width of its place, which changes the figure's height.

    `on_click` is called when a mark with custom data is clicked; `st.session_state[key][CLICKED]`
    then holds that data.
    """
    title = unbroken((figure.layout.title.text or "").replace("<br>", " "))
    told = json.dumps(
        {
            "alt": alt,
            "clickable": on_click is not None,
            "title": title,
            "titleLine": TITLE_LINE,
        }
    )
    data = f'{{"told":{told},"figure":{figure.to_json()}}}'
    _show(key=key, data=data.encode(), on_clicked_change=on_click)
