"""The layout of charts on a page."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_NARROWEST: Final = 360
"""Pixels: the width that the lines of a chart's title need."""


def side_by_side(charts: int = 2) -> list[DeltaGenerator]:
    """Return one place per chart, side by side if each is wide enough for its title."""
    row = st.grid(charts, min_column_width=_NARROWEST, gap="large")
    return [row.cell() for _ in range(charts)]
