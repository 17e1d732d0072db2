"""PagerDuty's own coverage of schedules beside ours.

PagerDuty says for each coming span which percentage of it has a person on call
(`final_schedule.rendered_coverage_percentage`). Ours is the time that the collected shifts cover.
Both are of a schedule and not of a level: a level with a second schedule, or with a person named
directly, can be covered while one of its schedules is not.
"""

from typing import Final

import pandas as pd

from corvana.analysis.statistics import time_intervals

AGREES: Final = 0.001
"""The largest difference of two shares that counts as none. PagerDuty rounds to a hundredth of a
percent; a thousandth of 84 days is two hours."""

_SPAN: Final = ["schedule_id", "since"]


def coverage_compared(coverage: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Return the coming coverage of each schedule, PagerDuty's and ours.

    Parameters
    ----------
    coverage, shifts
        SCHEDULE_COVERAGE and SHIFTS.

    Returns
    -------
    DataFrame
        `schedule_id`, `since`, `until` · `theirs` and `ours`, shares of that time with a person on
        call · `differs`, by more than AGREES; the largest difference first. A schedule whose
        coverage PagerDuty did not give has no row.
    """
    spans = coverage.rename(columns={"since": "start", "until": "end"}).assign(
        since=coverage["since"]
    )
    whole = spans[[*_SPAN, "start", "end"]]
    coming = shifts[shifts["end"].gt(coverage["since"].min())]
    held = coming.merge(whole[_SPAN], on="schedule_id")[[*_SPAN, "start", "end"]]
    both = time_intervals.overlap(whole, held, _SPAN)
    covered = time_intervals.seconds(both, "schedule_id")
    length = time_intervals.lengths(whole)
    return (
        spans.assign(length=length, theirs=spans["percentage"] / 100 * length)
        .groupby("schedule_id", as_index=False)
        .agg(
            since=("start", "min"),
            until=("end", "max"),
            length=("length", "sum"),
            theirs=("theirs", "sum"),
        )
        .astype({"length": "float64", "theirs": "float64"})
        .assign(
            ours=lambda each: (
                each["schedule_id"].map(covered).astype("float64").fillna(0.0) / each["length"]
            ),
            theirs=lambda each: each["theirs"] / each["length"],
        )
        .assign(gap=lambda each: (each["theirs"] - each["ours"]).abs())
        .sort_values(["gap", "schedule_id"], ascending=[False, True], ignore_index=True)
        .assign(differs=lambda each: each["gap"].gt(AGREES))[
            ["schedule_id", "since", "until", "theirs", "ours", "differs"]
        ]
    )
