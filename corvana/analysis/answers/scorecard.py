"""The checks of the scorecard in words."""

import math
from typing import Any, Final

import pandas as pd

from corvana.analysis.answers.findings import size
from corvana.analysis.scorecard import check_of, dimensions
from corvana.analysis.wording import count, percent, plain, proportion

_FULL: Final = 100
GOOD_POINTS: Final = 80
"""From so many points on, a check is told of as good: a fifth at most lies between its value and
the threshold that gives all points."""
_VERBS: Final = {
    "have": "has",
    "are": "is",
    "join": "joins",
    "take": "takes",
    "acknowledge": "acknowledges",
}
"""The verbs that stand in brackets in `Check.says`, after a count such as "3 of 4", and what they
are after "1 of 4"."""


def told(checks: pd.DataFrame) -> list[str]:
    """Return each check of SCORECARD in Markdown: points, value, thresholds and their source."""
    return [_told(row) for row in checks.itertuples()]


def weakest(checks: pd.DataFrame) -> str:
    """Return the dimension of SCORECARD with the lowest score, and its weakest check; empty if no
    check is known."""
    known = dimensions(checks).dropna(subset=["score"])
    if known.empty:
        return ""
    least = known.nsmallest(1, "score").iloc[0]
    if least["score"] >= _FULL:
        return "All known scores are 100 of 100."
    own = checks[checks["dimension"].eq(least["dimension"])]
    return (
        f"The weakest score is **{str(least['dimension']).lower()}**, "
        f"{least['score']:.0f} of 100; {short_of(own)}."
    )


def good(checks: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of SCORECARD with `GOOD_POINTS` or more, most points first."""
    met = checks[checks["points"].ge(GOOD_POINTS)]
    return met.sort_values("points", ascending=False, kind="stable", ignore_index=True)


def short_of(checks: pd.DataFrame) -> str:
    """Return the weakest check of a dimension with its value, and how many are not known."""
    known = checks[checks["is_known"]]
    unknown = len(checks) - len(known)
    missing = f"; {count(unknown)} of {count(len(checks))} not known" if unknown else ""
    if known.empty:
        return "no check has enough data"
    worst: Any = next(known.nsmallest(1, "points").itertuples())
    if worst.points >= _FULL:
        return f"all known checks have 100 points{missing}"
    return f"weakest check: {_says(worst)}{missing}"


def _says(row: Any) -> str:
    """The value of a check in a sentence."""
    says, says_never = _sentences(row)
    if not says:
        return f"{plain(row.check)}, {count(row.points)} points"
    if math.isinf(row.value):
        return says_never.format(n=count(row.n))
    is_share = row.unit == "share"
    rest = 1 - row.value if is_share else row.value
    some, others = (_share_of(part, row.n) if is_share else "" for part in (row.value, rest))
    counted = others if "{others}" in says else some
    value = f"{row.value:.1f}" if row.unit == "per month" else size(row.value, row.unit)
    return says.format(
        n=count(row.n),
        value=value,
        rest=percent(rest) if is_share else value,
        some=some,
        others=others,
        **(_VERBS if counted.startswith("1 of ") else dict(zip(_VERBS, _VERBS, strict=True))),
    )


def _sentences(row: Any) -> tuple[str, str]:
    """`says` and `says_never` of a row; those of the check of its name where a row of an earlier
    release has none, and empty for a check of another release."""
    if pd.notna(row.says):
        return str(row.says), str(row.says_never)
    check = check_of(str(row.check))
    return (check.says, check.says_never) if check else ("", "")


def _share_of(share: float, n: int) -> str:
    told = proportion(share, n)
    return f"{told} of" if told.endswith("%") else told


def measured(value: float, low: float, high: float, unit: Any) -> str:
    """Return a measured value with its interval, if it has one."""
    if math.isinf(value):
        return "fewer than half were"
    told, least, most = (size(part, unit) for part in (value, low, high))
    return told if least == most == "–" else f"{told} (95 % interval {least} to {most})"


def _told(row: Any) -> str:
    fails, meets = (size(part, row.unit) for part in (row.fails_at, row.meets_at))
    points = f"{count(row.points)} points" if row.is_known else "not known"
    found = measured(row.value, row.low, row.high, row.unit) if row.is_known else "Too little data"
    source = f"Thresholds: {plain(row.source)}. Look at: {plain(row.setting)}."
    return (
        f"**{plain(row.check)}: {points}**  \n"
        f"{plain(row.measures)}: {found}, n = {count(row.n)}. No points at {fails}, all 100 "
        f"from {meets}.  \n:small[:gray[{source}]]"
    )
