"""The word mark in the sidebar and the icon of the browser's tab, drawn by ourselves."""

from pathlib import Path
from typing import Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent / "brand"
TITLE: Final = "Corvana Assess"
ICON: Final = str(_FOLDER / "favicon.svg")


def word_mark() -> None:
    """Draw the word mark in the ink of the reader's theme; a closed sidebar leaves the sign."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(_FOLDER / f"word-mark-{theme}.svg"), icon_image=str(_FOLDER / f"mark-{theme}.svg"))
