"""A choice among a few visible options; the URL holds the chosen option."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st


def one_in_view(
    label: str,
    options: Iterable[str],
    key: str,
    label_visibility: Literal["visible", "collapsed"] = "collapsed",
    usual: str | None = None,
) -> str:
    """Draw the options side by side and return the chosen one; initially, this is `usual`, or else
    the first."""
    offered = list(options)
    chosen = st.segmented_control(
        label,
        offered,
        default=usual or offered[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility=label_visibility,
    )
    return str(chosen)
