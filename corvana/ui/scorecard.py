"""The scorecard: five dimensions, each opening to the checks behind its score."""

from typing import Final

import pandas as pd
import streamlit as st

from corvana.analysis.answers.scorecard import short_of, told
from corvana.analysis.scorecard import dimensions
from corvana.ui import components
from corvana.ui.data import SnapshotView

_WIDE: Final = 170


def checks(snapshot: SnapshotView) -> pd.DataFrame:
    """Return SCORECARD of all that was collected."""
    return snapshot.frame("scorecard")


def draw(checked: pd.DataFrame) -> None:
    """Draw a card a dimension: its score, from how many checks, and these."""
    scores = dimensions(checked)
    with st.grid(max(len(scores), 1), min_column_width=_WIDE):
        for row in scores.to_dict("records"):
            name = str(row["dimension"])
            with st.container(border=True, height="stretch", gap="xsmall"):
                known = bool(row["known_checks"])
                value = f"{row['score']:.0f}" if known else "–"
                st.metric(name, f"{value} of 100")
                if known:
                    st.progress(row["score"] / 100)
                own = checked[checked["dimension"].eq(name)]
                with st.popover(short_of(own), type="tertiary", icon=":material/checklist:"):
                    _checks(name, own)


def _checks(name: str, checked: pd.DataFrame) -> None:
    st.markdown(f"**{name}** is the mean of the points of its known checks.")
    for line in told(checked):
        st.markdown(line)
    components.method("Scorecard")
