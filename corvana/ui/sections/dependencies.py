"""The services that the drawing of dependencies leaves out, in a closed section."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.questions.dependencies import Folded

_MOST_NAMES: Final = 300


def draw_folded(folded: Folded, names: Mapping[str, str]) -> None:
    """Draw the names of the services that are not drawn; nothing if all are."""
    n = len(folded.linked) + len(folded.alone)
    if not n:
        return
    with st.expander(f"Not drawn: {wording.plural(n, 'service', 'services')}"):
        for ids, title in (
            (folded.linked, "Linked, with less exposure"),
            (folded.alone, "Without a declared dependency"),
        ):
            if ids:
                st.markdown(f"**{title} ({wording.count(len(ids))})**: {_named(ids, names)}")


def _named(ids: Sequence[str], names: Mapping[str, str]) -> str:
    told = ", ".join(wording.plain(names.get(each, "unnamed")) for each in ids[:_MOST_NAMES])
    more = len(ids) - _MOST_NAMES
    return f"{told} and {wording.count(more)} more." if more > 0 else f"{told}."
