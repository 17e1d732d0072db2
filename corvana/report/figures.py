"""Plotly figures inside the report; the report contains plotly.js once."""

from html import escape

import plotly.graph_objects as go
import plotly.io as pio

_WIDTH = 640
_CONFIG = {"displayModeBar": False, "responsive": True}


def figure(drawn: go.Figure, name: str, caption: str) -> str:
    """Return a figure as HTML, without plotly.js; `name` is its id.

    `caption` replaces its title and is its alternative text. Its colours are those of the page's
    style sheet, so that light, dark and print all work.
    """
    drawn = go.Figure(drawn).update_layout(
        title=None,
        margin={"t": 8},
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
        f'<figure><div role="img" aria-label="{escape(caption)}">{made}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
