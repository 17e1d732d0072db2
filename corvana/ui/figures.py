"""A cache of figures for all sessions: building a figure often takes longer than computing its
numbers."""

import pickle
from collections.abc import Callable
from typing import ParamSpec

import plotly.graph_objects as go
import streamlit as st

Arguments = ParamSpec("Arguments")


def draw_once(
    plot: Callable[Arguments, go.Figure], /, *arguments: Arguments.args, **named: Arguments.kwargs
) -> go.Figure:
    """Return the figure of a chart function. Equal arguments share a figure, so never change it.

    Arguments are compared by content, so they should be small.
    """
    # The pickle is only written, for comparison; it is never loaded.
    content = pickle.dumps((arguments, named), protocol=pickle.HIGHEST_PROTOCOL)
    key = (plot.__module__, plot.__qualname__, content)
    return _drawn(key, lambda: plot(*arguments, **named))


@st.cache_resource(max_entries=256, show_spinner=False)
def _drawn(key: tuple[str, str, bytes], _plot: Callable[[], go.Figure]) -> go.Figure:  # noqa: ARG001 - the cache key
    return _plot()
