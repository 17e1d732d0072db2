"""Covered levels to draw."""

import pandas as pd

from corvana.analysis.staffing.covered_levels import Cover

SINCE, AS_OF, UNTIL = (
    pd.Timestamp(day, tz="UTC") for day in ("2026-03-01", "2026-03-29", "2026-06-21")
)


def cover(levels, *stretches, until=UNTIL):
    """`levels` are numbers of gaps and doubled seconds; `stretches` level, start, end, state."""
    table = pd.DataFrame(
        [("P1", i + 1, gaps, doubled) for i, (gaps, doubled) in enumerate(levels)],
        columns=["escalation_policy_id", "level", "gaps", "doubled_seconds"],
    ).astype({"level": "Int16"})
    found = pd.DataFrame(
        [("P1", level, pd.Timestamp(a, tz="UTC"), pd.Timestamp(b, tz="UTC"), state, other)
         for level, a, b, state, other in stretches],
        columns=["escalation_policy_id", "level", "start", "end", "state", "other_level"],
    ).astype(
        {"level": "Int16", "other_level": "Int16",
         "start": "datetime64[us, UTC]", "end": "datetime64[us, UTC]"}
    )  # fmt: skip
    return Cover(table, found, SINCE, AS_OF, until, 0)
