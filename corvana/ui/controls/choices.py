"""A choice of one among a few, all of them in view; what is chosen stands in the URL."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st


def one_in_view(
    label: str,
    options: Iterable[str],
    key: str,
    label_visibility: Literal["visible", "collapsed"] = "collapsed",
) -> str:
    """Draw the options beside each other, the first chosen to begin with; return the chosen one."""
    offered = list(options)
    chosen = st.segmented_control(
        label,
        offered,
        default=offered[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility=label_visibility,
    )
    return str(chosen)
