"""Whether an assessor may still write: a page may have been drawn before the right ended."""

from typing import Final

import streamlit as st

from corvana.ui.access import Access, may_still_change

NOT_ANY_MORE: Final = "You may not change this engagement any more."


def may_write(access: Access) -> bool:
    """Return whether the right still holds, and tell the reader if it does not."""
    if may_still_change(access):
        return True
    st.toast(NOT_ANY_MORE)
    return False
