"""The scorecard: five dimensions; each opens to show the checks behind its score."""

from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.questions.scorecard import Score
from corvana.ui import components

_WIDE: Final = 170


def draw(shown: tuple[Score, ...], basis: str) -> None:
    """Draw a card a dimension: its score, its weakest check, and all its checks.

    `basis` names the data that scores and findings are of.
    """
    st.caption(f"Scores and findings {basis}. The filters below do not change them.")
    with st.grid(max(len(shown), 1), min_column_width=_WIDE):
        for score in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                value = "–" if score.points is None else f"{score.points:.0f}"
                st.metric(score.dimension, f"{value} of 100")
                if score.points is not None:
                    st.progress(score.points / 100)
                st.caption(wording.unbroken(wording.sentence_case(score.short_of)))
                with st.popover("All checks", type="tertiary", icon=":material/checklist:"):
                    st.markdown(
                        f"**{score.dimension}** is the mean of the points of its known checks."
                        f"\n\n{score.checks}"
                    )
                    components.method("Scorecard")
