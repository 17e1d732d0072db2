"""Two assessors changed the same: both texts are shown, and the second one chooses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple, Protocol, Self

import streamlit as st

from corvana.analysis import wording
from corvana.ui.assessment.who_wrote import who_wrote
from corvana.ui.controls.clock import when

_KEPT: Final = "changed_meanwhile"


class Saved(Protocol):
    """Something that somebody saved, as it is stored."""

    @property
    def changed_by(self) -> str: ...

    @property
    def changed_at(self) -> datetime | None: ...


class Conflict(NamedTuple):
    """What was to be saved and what is there, as texts by the name of the field.

    `by` and `at` say who saved what is there, and when; `at` is None if it was deleted.
    """

    yours: Mapping[str, str]
    theirs: Mapping[str, str]
    by: str = ""
    at: datetime | None = None

    @classmethod
    def of(cls, yours: Mapping[str, str], theirs: Mapping[str, str], saved: Saved | None) -> Self:
        """Return the conflict with what somebody else saved; None if it was deleted."""
        if saved is None:
            return cls(yours, theirs)
        return cls(yours, theirs, saved.changed_by, saved.changed_at)


def remember(key: str, conflict: Conflict) -> None:
    """Keep the conflict for the next drawing; `key` says where on which page it belongs."""
    st.session_state[f"{_KEPT} {key}"] = conflict


def is_open(key: str) -> bool:
    """Return whether a choice is still to be made there."""
    return f"{_KEPT} {key}" in st.session_state


def draw(key: str, *, save_yours: Callable[[], None], keep_theirs: Callable[[], None]) -> None:
    """Draw both texts and the choice; nothing without a conflict.

    The functions are called before the page is drawn again, and the conflict is then forgotten.
    """
    conflict: Conflict | None = st.session_state.get(f"{_KEPT} {key}")
    if conflict is None:
        return
    with st.container(border=True, key=f"{_KEPT}-{key}"):
        st.warning(f"**Changed meanwhile: nothing was saved.** {_who(conflict)}")
        st.dataframe(_beside(conflict), hide_index=True, height="content")
        with st.container(horizontal=True):
            for label, do in (("Save yours", save_yours), ("Keep theirs", keep_theirs)):
                st.button(label, key=f"{_KEPT} {label} {key}", on_click=_choose, args=(key, do))


def _choose(key: str, do: Callable[[], None]) -> None:
    # The conflict is forgotten before anything is saved, because saving may find another one.
    st.session_state.pop(f"{_KEPT} {key}", None)
    do()


def _who(conflict: Conflict) -> str:
    if conflict.at is None:
        return "Somebody deleted it."
    (who,) = who_wrote([conflict.by])
    return f"Theirs was saved by {wording.plain(who)} on {when(conflict.at)}."


def _beside(conflict: Conflict) -> dict[str, list[str]]:
    """The fields that differ."""
    names = [
        name
        for name in dict.fromkeys([*conflict.yours, *conflict.theirs])
        if conflict.yours.get(name) != conflict.theirs.get(name)
    ]
    return {
        "Field": names,
        "Yours": [conflict.yours.get(name, "") for name in names],
        "Theirs": [conflict.theirs.get(name, "") for name in names],
    }
