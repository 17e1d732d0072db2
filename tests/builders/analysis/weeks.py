"""Weeks of incidents written by hand."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from corvana import frames
from corvana.analysis.response import changes
from corvana.analysis.response.weekly import weeks as weeks_of

MONDAY = datetime(2026, 8, 31, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def incidents(*rows):
    """Return INCIDENTS; what a row does not give is empty, false or zero."""
    neutral = {frames.FLAG: False, frames.COUNT: 0, "int64": 0}
    blank = {name: neutral.get(dtype) for name, dtype in frames.INCIDENTS.items()}
    given = [{**blank, "resolution": "responder", **row} for row in rows]
    return frames.conform(pd.DataFrame(given, columns=list(blank)), frames.INCIDENTS)


def weekly(*seconds, count=10, **other):
    """`count` incidents a week, half acknowledged in 1.5 times these seconds, half in ÷ 1.5."""
    return [
        {
            "service_id": "S",
            "created_at": MONDAY + week * WEEK + timedelta(hours=hour),
            "seconds_to_first_ack": typical * (1.5 if hour % 2 else 1 / 1.5),
            **other,
        }
        for week, typical in enumerate(seconds)
        for hour in range(count)
    ]


def weeks(rows, number=12, since=MONDAY, time_zone="UTC"):
    return weeks_of(
        incidents(*rows), since=since, as_of=MONDAY + number * WEEK, time_zone=time_zone
    )


def trend(table, measure):
    return changes.trends(table).set_index("measure").loc[measure]
