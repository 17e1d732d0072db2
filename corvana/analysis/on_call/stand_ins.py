"""How often somebody stood in for the person of the rotation.

A stand-in is an override of a schedule: for some time another person is on call than the rotation
says. Many of them say that the rotation does not fit the lives of its people, or that they help
each other; the data cannot tell which. Nobody is named, and rotations in which fewer than three
people were on call are left out: their numbers would be those of one person.

Overrides are known for the past only; how a coming one changes who is on call is in the coming
shifts.
"""

from typing import Final

import pandas as pd

from corvana.analysis.statistics import time_intervals

FEWEST: Final = 3
"""The fewest people who were on call in a rotation that is shown."""

_TIMES: Final = ["schedule_id", "start", "end"]


def stand_ins(
    overrides: pd.DataFrame, shifts: pd.DataFrame, *, since: pd.Timestamp, until: pd.Timestamp
) -> pd.DataFrame:
    """Return the stand-ins of each schedule with time on call in [since, until).

    Parameters
    ----------
    overrides, shifts
        OVERRIDES and SHIFTS.

    Returns
    -------
    DataFrame
        `schedule_id` · `stand_ins`, overrides that touch the period · `seconds`, their time, and
        `on_call_seconds`, all time on call, both summed over people, so that two people at once
        count twice · `share`, the one of the other; largest share first.
        Rotations of fewer than FEWEST people have no row.
    """
    worked = time_intervals.clip(shifts, since, until)
    people = worked.groupby("schedule_id")["responder"].nunique()
    on_call = worked.loc[worked["schedule_id"].map(people).ge(FEWEST), _TIMES]
    told = time_intervals.clip(overrides, since, until)
    replaced = told.loc[told["schedule_id"].isin(on_call["schedule_id"]), _TIMES]
    return (
        pd.DataFrame({"on_call_seconds": time_intervals.seconds(on_call, "schedule_id")})
        .assign(
            stand_ins=replaced.groupby("schedule_id").size(),
            seconds=time_intervals.seconds(replaced, "schedule_id"),
        )
        .fillna({"stand_ins": 0, "seconds": 0.0})
        .astype({"stand_ins": "int64", "seconds": "float64", "on_call_seconds": "float64"})
        .assign(share=lambda each: each["seconds"] / each["on_call_seconds"])
        .rename_axis("schedule_id")
        .reset_index()
        .sort_values(["share", "schedule_id"], ascending=[False, True], ignore_index=True)[
            ["schedule_id", "stand_ins", "seconds", "on_call_seconds", "share"]
        ]
    )
