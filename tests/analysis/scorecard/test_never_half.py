"""Where fewer than half are acknowledged, the time until half are has no end, and no points."""

from datetime import timedelta
from typing import Any

import pandas as pd

from corvana.analysis import scorecard
from tests.builders.analysis.written_account import END, account, incident

CLOSED = incident("db", resolved=45)
YOUNG = incident("db", created_at=END - timedelta(minutes=20))


def soon(*told: dict[str, Any]) -> pd.Series:
    card = scorecard.scorecard(account(told))
    return card[card["check"].eq("Half are acknowledged soon")].iloc[0]


def acked(minutes: float) -> dict[str, Any]:
    return incident("db", acked=minutes, resolved=minutes + 60, seconds_to_first_ack=minutes * 60)


def test_fewer_than_half_are_no_missing_data() -> None:
    found = soon(*[acked(5)] * 4, *[CLOSED] * 16)
    assert (found["value"], found["points"], found["n"]) == (float("inf"), 0, 20)
    assert found["is_known"]


def test_incidents_that_can_still_be_acknowledged_in_time_leave_it_unknown() -> None:
    found = soon(*[acked(40)] * 2, *[CLOSED] * 9, *[YOUNG] * 9)
    assert not found["is_known"]
    assert pd.isna(found["value"])


def test_fewer_than_ten_incidents_are_missing_data() -> None:
    assert not soon(*[CLOSED] * 9)["is_known"]
