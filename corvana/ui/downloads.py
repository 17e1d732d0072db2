"""Downloads. A file is made only when a reader asks for it."""

from collections.abc import Callable

import streamlit as st

from corvana.ui import open_page


def of_account(
    label: str,
    make: Callable[[], bytes | str],
    *,
    file_name: str,
    mime: str = "text/csv",
    icon: str = ":material/download:",
    key: str | None = None,
) -> None:
    """Draw the button for a file of the account that the page shows.

    If the account was deleted, also while the page was open, the file is empty.
    """
    _button(
        label, lambda: _unless_deleted(make), file_name=file_name, mime=mime, icon=icon, key=key
    )


def of_nobody(label: str, content: str, file_name: str, mime: str) -> None:
    """Draw the button for a file that is the same for every account."""
    _button(
        label,
        lambda: content,
        file_name=file_name,
        mime=mime,
        icon=":material/download:",
        key=None,
    )


def _unless_deleted(make: Callable[[], bytes | str]) -> bytes | str:
    if open_page.is_deleted():
        return b""
    made = make()
    return b"" if open_page.is_deleted() else made  # making a large file takes a while


def _button(
    label: str,
    make: Callable[[], bytes | str],
    *,
    file_name: str,
    mime: str,
    icon: str,
    key: str | None,
) -> None:
    st.download_button(
        label, make, file_name=file_name, mime=mime, on_click="ignore", icon=icon, key=key
    )
