"""Plotly figures inside the report; the report contains plotly.js once."""

from html import escape

import plotly.graph_objects as go
import plotly.io as pio

_WIDTH = 640
_CONFIG = {"displayModeBar": False, "responsive": True}


def figure(drawn: go.Figure, name: str, caption: str, alternative: str) -> str:
    """Return a figure as HTML, without plotly.js; `name` is its id.

    `caption` stands above it instead of its title; `alternative` is its text alternative. Its
    colours are those of the page's style sheet, so that light, dark and print all work.
    """
    drawn = go.Figure(drawn).update_layout(
        title=None,
        margin={"t": 2, "b": 2},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif"},
    )
    made = pio.to_html(
        drawn,
        config=_CONFIG,
        include_plotlyjs=False,
        full_html=False,
        div_id=name,
        default_width=f"min(100%, {_WIDTH}px)",
        default_height=f"{drawn.layout.height or 300}px",
    )
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<div role="img" aria-label="{escape(alternative)}">{made}</div></figure>'
    )
