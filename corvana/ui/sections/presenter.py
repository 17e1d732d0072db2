"""The keys of presenters: they turn the walkthrough's steps beside the buttons' own arrows."""

from typing import Final

import streamlit as st

# A button of Streamlit has one key. Space on a control is that control's own.
_SCRIPT: Final = """export default ({ data, parentElement }) => {
  if (parentElement.turns) return;
  const turns = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const isSpace = event.key === " ";
    const controls = "button, a, input, textarea, select, summary, [role=button], [role=listbox]";
    if (isSpace && event.target.closest(controls)) return;
    const forth = event.key === "PageDown" || (isSpace && !event.shiftKey);
    const back = event.key === "PageUp" || (isSpace && event.shiftKey);
    if (!forth && !back) return;
    event.preventDefault();
    document.querySelector(`.st-key-${forth ? data.forth : data.back} button`)?.click();
  };
  parentElement.turns = turns;
  addEventListener("keydown", turns);
  return () => {
    removeEventListener("keydown", turns);
    delete parentElement.turns;
  };
}"""
_listen = st.components.v2.component("corvana.presenter", js=_SCRIPT, isolate_styles=False)


def turn_with_keys(*, forth: str, back: str) -> None:
    """Let Page Down and Space press the button with the key `forth`, Page Up and Shift + Space that
    with the key `back`."""
    _listen(key="presenter", data={"forth": forth, "back": back})
