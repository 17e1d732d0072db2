"""Pages whose data is stored, and cannot be shown by this computer now: why, and what to do."""

from typing import Final, NoReturn

import streamlit as st

_INTEGRATIONS: Final = "../../pages/integrations.py"
_AWAY: Final = (
    "**The store of data versions cannot be reached from this computer.** Nothing is lost, and "
    "PagerDuty stays connected. Try again in a minute. If it stays like this, whoever runs Corvana "
    "has to look at the store: its address (`CORVANA_SNAPSHOT_URL`), what this computer may do "
    "there, and the network. `/readyz` tells when it is reached again."
)
_NUMBERS_IN_MEMORY: Final = (
    "**The store of data versions cannot be reached from this computer.** What is shown was read "
    "before. Newer numbers, other periods and baselines may be missing until it is reached again; "
    "whoever runs Corvana sees in `/readyz` when that is."
)


def without_key() -> NoReturn:
    """Say that this computer cannot open the data, and what to do; stop the page."""
    st.title("This data cannot be opened here", anchor=False)
    st.error(
        "**The key of this account is missing on this computer.** The data is stored, but nothing "
        "of it can be read without its key. Whoever runs Corvana has to give this computer the "
        "folder of keys (`CORVANA_KEYS_DIR`), or restore it from its backup. On *Integrations*, "
        "everything can still be deleted.",
        icon=":material/key_off:",
    )
    _offer_integrations()
    st.stop()


def without_store() -> NoReturn:
    """Say that the object store cannot be reached, and what to do; stop the page."""
    st.title("This data cannot be reached now", anchor=False)
    tell_away()
    st.stop()


def without_files() -> NoReturn:
    """Say that the data version has no files, and what to do; stop the page."""
    st.title("This data is not there now", anchor=False)
    st.error(
        "**The files of the newest data version are missing.** Nothing has to be connected again: "
        "the next collection makes them anew from what is stored. Start one on *Integrations*.",
        icon=":material/folder_off:",
    )
    _offer_integrations()
    st.stop()


def tell_away() -> None:
    """Say that the object store cannot be reached, and what to do."""
    st.error(_AWAY, icon=":material/cloud_off:")


def warn_of_age() -> None:
    """Say that the object store cannot be reached, above numbers that were read before."""
    st.warning(_NUMBERS_IN_MEMORY, icon=":material/cloud_off:")


def _offer_integrations() -> None:
    st.page_link(_INTEGRATIONS, label="Open Integrations", icon=":material/arrow_forward:")
