"""The sliders of the escalation what-if."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

LONGEST: Final = 60
"""Minutes; PagerDuty's own limit is higher, but nobody waits an hour for the next level."""


def delay_sliders(policy: str, present: Mapping[int, int]) -> dict[int, int]:
    """Draw a slider a level, initially at the present delay; return the minutes by level.

    No level follows the last one, so its delay matters only if the policy repeats.
    """
    chosen: dict[int, int] = {}
    with st.grid(max(len(present), 1), min_column_width=200):
        for level, minutes in present.items():
            chosen[level] = st.slider(
                f"Level {level}: minutes until the next",
                1,
                max(LONGEST, minutes),
                minutes,
                key=f"delay_{policy}_{level}",
                bind="query-params",
                help=f"Now {minutes} min.",
            )
    return chosen
