"""Loads of on-call turns, and the same loads dealt anew: by hand, and by a second route."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.staffing.turn_loads import dealt_anew, turn_loads
from corvana.frames import INSTANT

MONDAY = pd.Timestamp("2026-03-02", tz="UTC")
HOUR = pd.Timedelta(hours=1)


def spans(*rows):
    """Rows of person, first and last hour since Monday."""
    table = [(who, MONDAY + first * HOUR, MONDAY + last * HOUR) for who, first, last in rows]
    return pd.DataFrame(table, columns=["responder", "start", "end"])


def events(*rows):
    """Rows of person, hour since Monday and size."""
    table = [(who, MONDAY + hour * HOUR, size) for who, hour, size in rows]
    return pd.DataFrame(table, columns=["responder", "at", "size"]).astype({"at": INSTANT})


def loads(*rows):
    return pd.DataFrame(rows, columns=["responder", "week", "seconds", "load"])


def test_what_is_on_call_without_a_break_is_one_turn():
    worked = spans(("ann", 9, 9 + 14 * 24), ("bob", 9 + 14 * 24, 9 + 21 * 24))
    found = turn_loads(events(("ann", 12, 1.0), ("ann", 300, 2.0)), worked, worked)
    assert found[["responder", "seconds", "load"]].to_numpy().tolist() == [
        ["ann", 14 * 86_400, 3.0],
        ["bob", 7 * 86_400, 0.0],
    ]


def test_what_begins_in_one_week_is_one_turn():
    """Every other day on call: the week's four days are one turn."""
    worked = spans(*(("ann", 24 * day, 24 * day + 24) for day in range(0, 14, 2)))
    found = turn_loads(events(("ann", 50, 1.0)), worked, worked)
    assert found[["seconds", "load"]].to_numpy().tolist() == [[4 * 86_400, 1.0], [3 * 86_400, 0.0]]


def test_more_than_31_days_without_a_break_are_a_turn_of_each_week():
    worked = spans(("ann", 0, 32 * 24))
    found = turn_loads(events(("ann", 31.5 * 24, 1.0)), worked, worked)
    assert (found["seconds"] / 86_400).tolist() == [7, 7, 7, 7, 4]
    assert found["load"].tolist() == [0, 0, 0, 0, 1]
    whole = spans(("ann", 0, 31 * 24))
    assert len(turn_loads(events(), whole, whole)) == 1


def test_only_turns_with_time_that_counts_are_left_and_hold_what_came_outside():
    """In the second week ann has no night: the page of that week counts for the turn before."""
    worked = spans(("ann", 0, 168), ("ann", 200, 220))
    night = spans(("ann", 22, 32))
    found = turn_loads(events(("ann", 210, 1.0), ("ann", -5, 2.0)), night, worked)
    assert found[["seconds", "load"]].to_numpy().tolist() == [[36_000, 3.0]]


def test_of_turns_as_long_the_loads_are_permuted():
    turns = {"a": [9, 9, 0, 0], "b": [0, 0, 0, 4]}
    told = loads(
        *(
            (who, 2 * turn + (who == "b"), 100.0, load)
            for who, each in turns.items()
            for turn, load in enumerate(each)
        )
    )
    drawn = dealt_anew(told, 1.0, np.random.default_rng(1), 4_000)
    assert drawn.sum(axis=1) == pytest.approx(np.full(4_000, 22.0))
    values, n = np.unique(drawn[:, 0].round(6), return_counts=True)
    assert values.tolist() == [0, 4, 9, 13, 18, 22]
    # Four of eight turns: none of the three, the 4 alone, a 9 alone, and so on.
    ways = np.array([5, 10, 20, 20, 10, 5]) / 70
    assert n / 4_000 == pytest.approx(ways, abs=0.025)


def test_a_bad_week_of_all_stays_a_bad_week_of_all():
    """Two people share every week; in one of twelve both have ten nights: nobody has more."""
    told = loads(
        *((who, week, 100.0, 10.0 if week == 3 else 1.0) for week in range(12) for who in "ab")
    )
    drawn = dealt_anew(told.sort_values(["responder", "week"]), 1.0, np.random.default_rng(1), 500)
    assert np.abs(drawn[:, 0] - drawn[:, 1]).max() < 1e-9


def test_a_short_turn_keeps_the_load_of_a_short_turn():
    """An hour's stand-in with one page is no example of a week."""
    told = loads(*(("a", week, 168.0, 2.0) for week in range(10)), ("b", 3, 1.0, 1.0))
    drawn = dealt_anew(told, 1.0, np.random.default_rng(1), 500)
    assert drawn[:, 1].max() < 1
    assert drawn[:, 0] == pytest.approx(np.full(500, 20.0), rel=0.06)


@pytest.mark.parametrize("shared", [False, True], ids=["own turns", "bad weeks of all"])
def test_very_many_turns_spread_as_wide_as_if_each_was_dealt(shared, monkeypatch):
    rng = np.random.default_rng(2)
    weeks = rng.gamma(1, 3, 40) if shared else np.full(40, 3.0)
    told = loads(*((f"R{who}", week, 100.0, float(rng.poisson(weeks[week])))
                   for who in range(20) for week in range(40)))  # fmt: skip
    dealt = dealt_anew(told, 1.0, np.random.default_rng(3), 2_000)
    monkeypatch.setattr("corvana.analysis.staffing.turn_loads._DEALT_ONE_BY_ONE", 10)
    limit = dealt_anew(told, 1.0, np.random.default_rng(4), 2_000)
    assert limit.mean() == pytest.approx(dealt.mean(), rel=0.06)
    assert limit.std(axis=1).mean() == pytest.approx(dealt.std(axis=1).mean(), rel=0.15)
