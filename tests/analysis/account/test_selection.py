"""Which incidents a selection holds."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.account.selection import NO_PRIORITY, Filters, previous, select

START, END = datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)
FRAME = pd.DataFrame(
    {
        "incident_id": ["before", "first", "last", "after"],
        "created_at": pd.to_datetime(
            ["2026-11-08T23:59:59Z", "2026-11-09T00:00:00Z", "2026-11-15T23:59:59Z",
             "2026-11-16T00:00:00Z"]
        ),
        "service_id": ["S1", "S1", "S2", "S2"],
        "escalation_policy_id": ["P1", "P1", "P2", "P2"],
        "team_ids": pd.Series(["T1", "T1 T2", None, "T12"], dtype="str"),
        "urgency": ["high", "low", "high", "high"],
        "priority": pd.Series(["ONE", "TWO", None, "ONE"], dtype="category"),
        "hours_class": pd.Categorical(["sleep", "sleep", None, "off"]),
        "days_class": pd.Categorical(["weekday", "weekend", None, "weekday"]),
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, ["first", "last"]),
        ({"services": ("S2",)}, ["last"]),
        ({"policies": ("P1", "P2")}, ["first", "last"]),
        ({"urgency": "low"}, ["first"]),
        ({"teams": ("T2",)}, ["first"]),
        ({"teams": ("T1",), "services": ("S2",)}, []),
        ({"teams": ("T",)}, []),
        ({"priorities": ("TWO",)}, ["first"]),
        ({"priorities": (NO_PRIORITY,)}, ["last"]),
        ({"priorities": (NO_PRIORITY, "TWO")}, ["first", "last"]),
        ({"priorities": ("ONE",)}, []),
        ({"hours": ("sleep",)}, ["first"]),
        ({"hours": ("off", "business")}, []),
        ({"hours": ("sleep", "off", "business")}, ["first"]),
        ({"days": "weekend"}, ["first"]),
        ({"days": "weekday"}, []),
        ({"days": "weekend", "hours": ("off",)}, []),
    ],
)
def test_every_filter_narrows_and_the_end_is_exclusive(given, kept):
    assert select(FRAME, Filters(START, END, **given))["incident_id"].tolist() == kept


@pytest.mark.parametrize("order", [[3, 1, 0, 2], [1, 0, 3, 2]])
def test_incidents_out_of_order_are_selected_all_the_same(order):
    got = select(FRAME.iloc[order], Filters(START, END))
    assert got["incident_id"].tolist() == [
        name for name in FRAME["incident_id"].iloc[order] if name in ("first", "last")
    ]


def test_a_period_of_incidents_in_order_is_no_copy():
    frame = pd.concat([FRAME] * 3, ignore_index=True).sort_values("created_at", kind="stable")
    numbered = frame.assign(number=range(len(frame)))
    got = select(numbered, Filters(START, END))
    assert np.shares_memory(got["number"].to_numpy(), numbered["number"].to_numpy())
    assert set(got["incident_id"]) == {"first", "last"}


def test_a_period_without_incidents_is_empty():
    assert select(FRAME, Filters(END + timedelta(days=1), END + timedelta(days=2))).empty
    assert select(FRAME.iloc[:0], Filters(START, END)).empty


def test_a_team_matches_whole_ids_only():
    every = Filters(
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), teams=("T1",)
    )
    assert select(FRAME, every)["incident_id"].tolist() == ["before", "first"]


def test_the_previous_period_ends_where_this_one_starts():
    got = previous(Filters(START, END, services=("S1",)))
    assert (got.start, got.end) == (datetime(2026, 11, 2, tzinfo=UTC), START)
    assert got.services == ("S1",)
    assert got.weeks == 1


@pytest.mark.parametrize(
    ("chosen", "narrows", "of_places", "of_times"),
    [
        ({}, False, False, False),
        ({"compare": False}, False, False, False),
        ({"teams": ("T1",)}, True, True, False),
        ({"urgency": "low"}, True, False, False),
        ({"priorities": ("ONE",)}, True, False, False),
        ({"hours": ("sleep",)}, True, False, True),
        ({"days": "weekend"}, True, False, True),
    ],
)
def test_what_narrows_a_selection_is_known(chosen, narrows, of_places, of_times):
    filters = Filters(START, END, **chosen)
    assert (filters.narrows, filters.of_places, filters.of_times) == (narrows, of_places, of_times)
    assert not filters.period.narrows
    assert (filters.period.start, filters.period.end) == (START, END)
    assert filters.period.compare == filters.compare
