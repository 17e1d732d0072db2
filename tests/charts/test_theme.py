"""Axes that people can read."""

from typing import Any

import pandas as pd

from corvana.charts.theme import week_axis


def named(weeks: int) -> list[str]:
    mondays = pd.Series(pd.date_range("2026-08-24", periods=weeks, freq="7D"))
    axis: Any = week_axis(mondays)
    return [f"{day:%a %-d %b}" for day in axis["tickvals"]]


def test_weeks_are_named_by_their_mondays() -> None:
    assert named(3) == ["Mon 24 Aug", "Mon 31 Aug", "Mon 7 Sep"]


def test_of_many_weeks_at_most_six_are_named() -> None:
    assert named(13) == [
        "Mon 24 Aug", "Mon 14 Sep", "Mon 5 Oct", "Mon 26 Oct", "Mon 16 Nov",
    ]  # fmt: skip
    assert len(named(12)) == 6
    assert len(named(17)) == 6
    assert len(named(104)) == 6


def test_no_week_is_no_mistake() -> None:
    assert named(0) == []
