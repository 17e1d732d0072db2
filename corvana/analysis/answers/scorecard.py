"""The checks of the scorecard in words."""

from typing import Any, Final

import pandas as pd

from corvana.analysis.answers.findings import size
from corvana.analysis.scorecard import dimensions
from corvana.analysis.wording import count, plain

_FULL: Final = 100


def told(checks: pd.DataFrame) -> list[str]:
    """Return each check of SCORECARD in Markdown: points, value, thresholds and their source."""
    return [_told(row) for row in checks.itertuples()]


def weakest(checks: pd.DataFrame) -> str:
    """Return the dimension of SCORECARD with the lowest score, and its worst check; empty if no
    check is known."""
    known = dimensions(checks).dropna(subset=["score"])
    if known.empty:
        return ""
    least = known.nsmallest(1, "score").iloc[0]
    own = checks[checks["dimension"].eq(least["dimension"]) & checks["is_known"]]
    worst = own.nsmallest(1, "points").iloc[0]
    return (
        f"The weakest of the scores is **{str(least['dimension']).lower()}**, "
        f"{least['score']:.0f} of 100; worst there: “{plain(worst['check'])}”, "
        f"{count(worst['points'])} points."
    )


def short_of(checks: pd.DataFrame) -> str:
    """Return how many checks of a dimension lose points, and how many are not known."""
    known = checks[checks["is_known"]]
    below, unknown = int(known["points"].lt(_FULL).sum()), len(checks) - len(known)
    missing = f", {count(unknown)} unknown" if unknown else ""
    return f"{count(below)} of {count(len(known))} checks below {_FULL}{missing}"


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
