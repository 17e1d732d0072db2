"""Keys of the state of a browser session, and what is forgotten with an engagement."""

from typing import Final

import streamlit as st

ENGAGEMENT: Final = "chosen_engagement"
ENGAGEMENT_PICKER: Final = "engagement_picker"
NEW_ENGAGEMENT: Final = "new_engagement_name"
REFUSED: Final = "refused_engagement"
DETAILS: Final = "connection_details_open"
READING_ZONE: Final = "reading_zone"
"""The clock that the assessment of the open page sets; empty for the reader's own."""
GOING_ON: Final = "simulated_account_going_on"
"""How far the simulated account has gone on, while it does."""
WENT_ON: Final = "simulated_account_went_on"
"""What was done in the simulated account, once it is."""
ATTEMPT: Final = "refused_attempt"
"""Why the last attempt to connect was refused: told until another page is opened."""
REFERENCE: Final = "reference_of_refused_attempt"
"""What finds that refusal in the log and in the audit trail."""
TYPED_IN: Final = "typed_in_engagement"
"""The engagement that what is typed and not saved belongs to."""
_TYPED: Final = (
    *("register", "changed_meanwhile", "settings", "own-date", "own_dates", "target"),
    *("timeline-place", "baseline"),
)
"""How the keys begin under which something is kept that an assessor typed and did not save."""


def forget_what_was_typed() -> None:
    """Forget what was typed and not saved: it is about one engagement and its account."""
    for key in [str(each) for each in st.session_state]:
        if key.startswith(_TYPED):
            del st.session_state[key]
