"""The scorecard: five dimensions, each opening to the checks behind its score."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from corvana.analysis.answers.scorecard import short_of, told
from corvana.analysis.scorecard import dimensions
from corvana.ui import components
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView

_WIDE: Final = 170


@dataclass(frozen=True, slots=True)
class Score:
    """A dimension as it is shown; `points` are None where nothing is known."""

    dimension: str
    points: float | None
    short_of: str
    checks: str
    """In Markdown."""


@by_version
def scores(snapshot: SnapshotView) -> tuple[Score, ...]:
    """Return the dimensions of SCORECARD of all that was collected."""
    checked = snapshot.frame("scorecard")
    return tuple(
        Score(name, float(points) if known else None, short_of(own), "\n\n".join(told(own)))
        for name, points, known, own in (
            (
                str(row["dimension"]),
                row["score"],
                row["known_checks"],
                checked[checked["dimension"].eq(row["dimension"])],
            )
            for row in dimensions(checked).to_dict("records")
        )
    )


def draw(shown: tuple[Score, ...]) -> None:
    """Draw a card a dimension: its score, how many checks lose points, and these."""
    with st.grid(max(len(shown), 1), min_column_width=_WIDE):
        for score in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                value = "–" if score.points is None else f"{score.points:.0f}"
                st.metric(score.dimension, f"{value} of 100")
                if score.points is not None:
                    st.progress(score.points / 100)
                with st.popover(score.short_of, type="tertiary", icon=":material/checklist:"):
                    st.markdown(
                        f"**{score.dimension}** is the mean of the points of its known checks."
                        f"\n\n{score.checks}"
                    )
                    components.method("Scorecard")
