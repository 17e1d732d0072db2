"""Small results kept by connection, data version and arguments, never by a frame's content."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from corvana.memory import give_back
from corvana.ui.data import SnapshotView

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def by_version(
    analyse: Callable[Concatenate[SnapshotView, Arguments], Result],
) -> Callable[Concatenate[SnapshotView, Arguments], Result]:
    """Compute once a data version and set of arguments, for all sessions.

    Results are copied in and out, so they should be small; arguments must be values that their
    `repr` tells apart.
    """
    name = f"{analyse.__module__}.{analyse.__qualname__}"

    @wraps(analyse)
    def recall(
        snapshot: SnapshotView, /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        def compute() -> Result:
            found = analyse(snapshot, *arguments, **named)
            give_back()  # what was needed on the way is many times as large as the result
            return found

        key = (snapshot.connection_id, snapshot.version, name, arguments, named)
        # As text: Streamlit takes a millisecond to make a key of a selection.
        result: Result = _kept(repr(key), compute)
        return result

    return recall


@st.cache_data(max_entries=1_024, show_spinner=False)
def _kept(key: str, _compute: Callable[[], Any]) -> Any:  # noqa: ARG001 - the cache key
    return _compute()
