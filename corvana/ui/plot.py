"""A chart in a page: a figure is drawn once, in place of the one before, in the page's colours."""

import json
from collections.abc import Callable
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from corvana.analysis.wording import unbroken
from corvana.charts.theme import TITLE_LINE
from corvana.web import scripts

CLICKED: Final = "clicked"
"""Under this name, the state of a chart holds the custom data of the mark that was clicked."""

_MISSING: Final = "The chart is missing. Reload the page to try again."

# Sent with every chart, so it only names what the browser fetches once.
_SCRIPT: Final = f"""const at = path => new URL(path, document.baseURI);
export default (sent) => import(at("{scripts.CHART}")).then(
  (chart) => chart.show(sent, at("{scripts.PLOTLY}")),
  () => {{ sent.parentElement.lastChild.textContent = "{_MISSING}" }})"""
_show = st.components.v2.component("corvana.chart", js=_SCRIPT, isolate_styles=False)


def plot(
    figure: go.Figure, *, key: str, alt: str, on_click: Callable[[], None] | None = None
) -> None:
    """Draw a figure of a height that it states; `alt` stands in for it as text.

    Its title is broken where its place ends, and makes it higher or lower.

    `on_click` is called once a mark with custom data is clicked; `st.session_state[key][CLICKED]`
    holds that data then.
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
