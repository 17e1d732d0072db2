"""Small results kept by connection, data version and arguments, never by a frame's content."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from corvana.memory import give_back
from corvana.snapshot import prepared_file
from corvana.ui import prepared
from corvana.ui.data import SnapshotView
from corvana.ui.process import settings, vault

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_noted: ContextVar[dict[str, Any] | None] = ContextVar("noted", default=None)


def by_version(
    analyse: Callable[Concatenate[SnapshotView, Arguments], Result],
) -> Callable[Concatenate[SnapshotView, Arguments], Result]:
    """Compute once a data version and set of arguments, for all sessions; not at all what the
    worker has prepared.

    Results are copied in and out, so they should be small; arguments must be values that their
    `repr` tells apart.
    """
    name = f"{analyse.__module__}.{analyse.__qualname__}"

    @wraps(analyse)
    def recall(
        snapshot: SnapshotView, /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        # As text: Streamlit takes a millisecond to make a key of a selection.
        key = repr((snapshot.connection_id, snapshot.version, name, arguments, named))

        def compute() -> Result:
            known = _prepared_of(snapshot).get(key)
            if known is not None:
                answer: Result = prepared.answer(known)
                return answer
            found = analyse(snapshot, *arguments, **named)
            give_back()  # what was needed on the way is many times as large as the result
            return found

        result: Result = _kept(key, compute)
        notes = _noted.get()
        if notes is not None:
            notes[key] = result
        return result

    return recall


@contextmanager
def noting() -> Iterator[Mapping[str, Any]]:
    """Give every result asked for inside, by its key."""
    notes: dict[str, Any] = {}
    before = _noted.set(notes)
    try:
        yield notes
    finally:
        _noted.reset(before)


def _prepared_of(snapshot: SnapshotView) -> Mapping[str, bytes]:
    folder, connection_id, version = (
        settings().snapshot_dir,
        snapshot.connection_id,
        snapshot.version,
    )
    # Looked for again and again: it comes a while after the version.
    if not prepared_file(folder, connection_id, version).exists():
        return prepared.NOTHING
    return _read(connection_id, version)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(connection_id: str, version: int) -> Mapping[str, bytes]:
    return prepared.read(settings().snapshot_dir, connection_id, version, vault())


@st.cache_data(max_entries=1_024, show_spinner=False)
def _kept(key: str, _compute: Callable[[], Any]) -> Any:  # noqa: ARG001 - the cache key
    return _compute()
