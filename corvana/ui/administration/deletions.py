"""How long the oldest deletion waits, for the administrator; an alarm after half of its time."""

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.jobs import lateness
from corvana.ui import process

_WHAT_TO_DO: Final = (
    "1. Open `/readyz` on the server: it says whether the database answers and a worker runs. "
    "Start what does not run.\n"
    "2. If both run, look for `not attended` in the workers' log. `disk full` or an error of the "
    "file system means that the data folder cannot be written: make room, or repair its rights.\n"
    "3. When that is repaired, the deletion goes on by itself. To begin it at once, run "
    "`corvana purge --connection ID` on the server."
)


def draw() -> None:
    """Draw the age of the oldest deletion that is not finished, and what to do when it is late."""
    oldest = lateness.oldest_deletion(process.settings(), process.engine())
    if oldest is None:
        st.caption("No deletion waits. Whatever is disconnected is deleted at once.")
        return
    age = max(datetime.now(UTC) - oldest, timedelta(0))
    waited = f"The oldest deletion has waited for {wording.duration(age.total_seconds())}"
    promised = f"{lateness.PROMISED_WITHIN / timedelta(hours=1):.0f} hours are promised"
    if lateness.is_late(age):
        st.error(f"**{waited}; {promised}.**\n\n{_WHAT_TO_DO}", icon=":material/alarm:")
    else:
        st.warning(
            f"{waited}; {promised}. It is tried again every few seconds.",
            icon=":material/hourglass_top:",
        )
