"""Where charts stand on a page."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_NARROWEST: Final = 360
"""Pixels; the lines of a chart's title need as much."""


def side_by_side(charts: int = 2) -> list[DeltaGenerator]:
    """Return a place a chart, beside each other while each is wide enough for its title."""
    row = st.grid(charts, min_column_width=_NARROWEST, gap="large")
    return [row.cell() for _ in range(charts)]
