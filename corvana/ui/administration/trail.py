"""The audit trail on the administrators' page."""

from typing import Final

import streamlit as st

from corvana.store import engagements
from corvana.store.people import audit, members
from corvana.ui import process

_SHOWN: Final = 200


def draw() -> None:
    """Draw the newest entries, and how to get all of them."""
    entries = audit.newest(process.engine(), _SHOWN)
    names = {one.id: one.name for one in engagements.listed(process.engine())}
    people = members.addresses(process.engine())
    st.dataframe(
        {
            "Time (UTC)": [f"{entry.at:%Y-%m-%d %H:%M:%S}" for entry in entries],
            "What": [entry.action for entry in entries],
            "Detail": [_readable(entry.detail, people) for entry in entries],
            "Who": [people.get(entry.by, entry.by) for entry in entries],
            "Engagement": [names.get(entry.engagement_id or "", "") for entry in entries],
            "Reference": [entry.id for entry in entries],
        },
        hide_index=True,
        height=360,
    )
    st.html('<a href="/audit.jsonl" download>All entries as JSON lines</a>')
    st.caption(f"The newest {_SHOWN} entries. The database refuses to change or delete an entry.")


def _readable(detail: str, people: dict[str, str]) -> str:
    """Replace a person's id by the address."""
    return " ".join(people.get(word, word) for word in detail.split())
