"""Incidents created in a maintenance window change no time, share, curve or comparison."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pandas as pd
import pytest

from corvana.analysis import scorecard
from corvana.analysis.dependencies.blast_radius import blast_radius
from corvana.analysis.response import breakdowns, changes, comparison, stages, weekly
from tests.builders.analysis.climbing_incidents import AS_OF, START, at, incident, incidents_of
from tests.builders.analysis.declared_edges import edges
from tests.builders.analysis.maintained import maintained
from tests.builders.analysis.written_account import account
from tests.builders.analysis.written_account import incident as lived

PERIOD: dict[str, Any] = {"since": START, "as_of": AS_OF, "time_zone": "UTC"}
ACK: Final = "seconds_to_first_ack"


def timed(name: str, minutes: float, **more: Any) -> dict[str, Any]:
    return incident(
        name,
        acked=minutes,
        resolved=minutes + 5,
        service_id="S1",
        team_ids="T1 T2",
        seconds_to_first_ack=minutes * 60,
        seconds_to_resolve=(minutes + 5) * 60,
        first_paged_at=at(0),
        **more,
    )


COUNTED = [timed(f"Q{n}", n + 1.0) for n in range(12)]
AWAY = [
    timed("A1", 50.0, in_maintenance=True),
    timed("A2", 0.5, in_maintenance=True, reopened=True),
    incident("A3", service_id="S2", team_ids="T1", in_maintenance=True),
]
READERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "breakdown": lambda rows: breakdowns.breakdown(rows, ACK, "service"),
    "weekly_trend": lambda rows: breakdowns.weekly_trend(rows, ACK, "UTC"),
    "hour_of_week": lambda rows: breakdowns.hour_of_week(rows, ACK, "UTC"),
    "distribution": lambda rows: breakdowns.distribution(rows, ACK),
    "stages": lambda rows: stages.stages(rows, as_of=AS_OF),
    "typical_times": lambda rows: comparison.typical_times(rows, ACK, "team_ids").groups,
    "still_waiting": lambda rows: (
        comparison.still_waiting(rows, ACK, "service_id", seconds=300, as_of=AS_OF).groups
    ),
    "weeks": lambda rows: weekly.weeks(rows, **PERIOD),
    "ack_rises": lambda rows: changes.ack_rises(rows, "service_id", **PERIOD),
    "blast_radius": lambda rows: blast_radius(rows, edges("S1>S2"), as_of=AS_OF),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_they_are_left_out(read: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    rows, more = incidents_of(*COUNTED), incidents_of(*COUNTED, *AWAY)
    pd.testing.assert_frame_equal(read(more), read(rows))


CHECKS = (
    *("Half are acknowledged soon", "Acknowledged in time"),
    "Pages that a person acts on",
    *("Few incidents escalate", "Somebody is always left to page", "Acknowledged means taken"),
    *("Incidents find their owner", "Every level answers"),
)


def test_the_scorecard_leaves_them_out() -> None:
    good = [lived("db", acked=3, resolved=9, seconds_to_first_ack=180.0)] * 12
    later: datetime = START + pd.Timedelta(hours=30)
    bad = lived(
        "db",
        acked=90,
        resolved=99,
        seconds_to_first_ack=5_400.0,
        resolution="auto",
        created_at=later,
        exhausted=True,
        timeout_escalation_count=2,
        ack_timeout_count=3,
        reassignment_count=4,
    )
    known = maintained(account([*good, *[bad] * 12], db={}), db=[(39, 41)])
    with_maintenance, without = (
        scorecard.scorecard(each).set_index("check").loc[list(CHECKS), ["value", "n", "points"]]
        for each in (known, account(good, db={}))
    )
    pd.testing.assert_frame_equal(with_maintenance, without)
