"""A chart in a page: a figure is drawn once, in place of the one before, in the page's colours."""

import json
from collections.abc import Callable
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from corvana.web import scripts

CLICKED: Final = "clicked"
"""Under this name, the state of a chart holds the custom data of the mark that was clicked."""

# Sent with every chart, so it only names what the browser fetches once.
_SCRIPT: Final = f"""
const at = (path) => new URL(path, document.baseURI).href;
const chart = import(at("{scripts.CHART}"));
export default async (sent) => (await chart).show(sent, at("{scripts.PLOTLY}"));
"""
_show = st.components.v2.component("corvana.chart", js=_SCRIPT, isolate_styles=False)


def plot(
    figure: go.Figure, *, key: str, alt: str, on_click: Callable[[], None] | None = None
) -> None:
    """Draw a figure of a height that it states; `alt` stands in for it as text.

    `on_click` is called once a mark with custom data is clicked; `st.session_state[key][CLICKED]`
    holds that data then.
    """
    told = f'{{"alt":{json.dumps(alt)},"clickable":{json.dumps(on_click is not None)},"figure":'
    _show(
        key=key,
        data=f"{told}{figure.to_json()}}}".encode(),
        height=figure.layout.height,
        on_clicked_change=on_click,
    )
