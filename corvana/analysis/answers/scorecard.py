"""The checks of the scorecard as people read them."""

from typing import Any

import pandas as pd

from corvana.analysis.answers.findings import size
from corvana.analysis.wording import count, plain


def told(checks: pd.DataFrame) -> list[str]:
    """Return each check of SCORECARD in Markdown: points, value, thresholds and their source."""
    return [_told(row) for row in checks.itertuples()]


def weakest(scores: pd.DataFrame) -> str:
    """Return which dimension of DIMENSION_SCORES scores least; empty when nothing is known."""
    known = scores.dropna(subset=["score"])
    if known.empty:
        return ""
    least = known.nsmallest(1, "score").iloc[0]
    return (
        f"The weakest side is **{str(least['dimension']).lower()}**: {least['score']:.0f} of 100 "
        f"points, {least['coverage']}."
    )


def _told(row: Any) -> str:
    value, low, high, fails, meets = (
        size(part, row.unit) for part in (row.value, row.low, row.high, row.fails_at, row.meets_at)
    )
    points = f"{count(row.points)} points" if row.is_known else "not known"
    interval = "" if low == high == "–" else f" (95 % interval {low} to {high})"
    measured = f"{value}{interval}" if row.is_known else "Too little data"
    source = f"Thresholds: {plain(row.source)}. Look at: {plain(row.setting)}."
    return (
        f"**{plain(row.check)}: {points}**  \n"
        f"{plain(row.measures)}: {measured}, n = {count(row.n)}. No points at {fails}, all 100 "
        f"from {meets}.  \n:small[:gray[{source}]]"
    )
