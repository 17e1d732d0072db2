"""A sentence that a screen reader says when it changes, and that nobody sees."""

from typing import Final

import streamlit as st

# Streamlit puts new text in place of the old element. A reader says only what changes in an element
# that stays, so a component of ours keeps one.
_SCRIPT: Final = """export default ({ data, parentElement }) => {
  let place = parentElement.querySelector("[role=status]");
  if (!place) {
    place = document.createElement("div");
    place.setAttribute("role", "status");
    place.className = "corvana-announced";
    parentElement.append(place);
  }
  if (place.textContent !== data) place.textContent = data;
}"""
_STYLE: Final = """
.st-key-announced { position: absolute; width: 1px; min-width: 0; overflow: hidden; }
.corvana-announced { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
"""
_say = st.components.v2.component("corvana.announced", js=_SCRIPT, css=_STYLE, isolate_styles=False)


def announce(sentence: str) -> None:
    """Say a sentence to a screen reader whenever it differs from the one before."""
    _say(key="announced", data=sentence)
