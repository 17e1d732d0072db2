"""Spans of time, of owners that never meet: exact borders."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.statistics import time_intervals

MIDNIGHT = pd.Timestamp("2026-03-02", tz="UTC")


def at(hours: float) -> pd.Timestamp:
    return MIDNIGHT + pd.Timedelta(hours=hours)


def rows(*owned: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"who": who, "start": at(start), "end": at(end)} for who, start, end in owned],
        columns=["who", "start", "end"],
    ).astype({"start": "datetime64[us, UTC]", "end": "datetime64[us, UTC]", "who": "str"})


def seen(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    hours = [
        ((frame[border] - MIDNIGHT).dt.total_seconds() / 3600).tolist()
        for border in ("start", "end")
    ]
    return list(zip(frame["who"].tolist(), *hours, strict=True))


def test_a_union_counts_overlaps_once_and_joins_what_touches():
    spent = rows(("ann", 0, 4), ("ann", 2, 6), ("ann", 6, 8), ("ann", 9, 10), ("ann", 2, 3))
    assert seen(time_intervals.union(spent, ["who"])) == [("ann", 0, 8), ("ann", 9, 10)]


def test_owners_whose_spans_touch_stay_apart():
    spent = rows(("bob", 4, 6), ("ann", 0, 4), ("ann", 2, 3))
    assert seen(time_intervals.union(spent, ["who"])) == [("ann", 0, 4), ("bob", 4, 6)]


@pytest.mark.parametrize("lasting", [0, -1])
def test_a_span_of_no_length_is_none(lasting: float):
    spent = rows(("ann", 4, 4 + lasting), ("ann", 5, 6))
    assert seen(time_intervals.union(spent, ["who"])) == [("ann", 5, 6)]


def test_an_overlap_is_what_both_cover():
    left = rows(("ann", 0, 4), ("ann", 6, 9), ("bob", 0, 9))
    right = rows(("ann", 3, 7), ("cat", 0, 9))
    assert seen(time_intervals.overlap(left, right, ["who"])) == [("ann", 3, 4), ("ann", 6, 7)]


def test_a_difference_is_what_the_right_does_not_cover():
    left = rows(("ann", 0, 10), ("bob", 0, 2))
    right = rows(("ann", -1, 1), ("ann", 4, 5), ("ann", 4, 6), ("ann", 9, 12))
    assert seen(time_intervals.without(left, right, ["who"])) == [
        ("ann", 1, 4),
        ("ann", 6, 9),
        ("bob", 0, 2),
    ]


def test_segments_count_how_many_cover_each_stretch_between_the_first_and_last_border():
    cut = time_intervals.segments(["who"], rows(("ann", 0, 2), ("ann", 1, 2), ("ann", 3, 4)))
    assert seen(cut) == [("ann", 0, 1), ("ann", 1, 2), ("ann", 2, 3), ("ann", 3, 4)]
    assert cut["depth_0"].tolist() == [1, 2, 0, 1]


def test_a_missing_owner_is_an_owner():
    spent = rows(("ann", 0, 4), ("ann", 3, 5)).assign(who=pd.Series([None, None], dtype="str"))
    joined = time_intervals.union(spent, ["who"])
    assert joined["end"].tolist() == [at(5)]


def test_clipping_keeps_what_lies_inside_and_its_columns():
    spent = rows(("ann", 0, 4), ("bob", 4, 6), ("cat", 6, 8)).assign(level=[1, 2, 3])
    clipped = time_intervals.clip(spent, at(3), at(6))
    assert seen(clipped) == [("ann", 3, 4), ("bob", 4, 6)]
    assert clipped["level"].tolist() == [1, 2]
    assert seen(time_intervals.clip(spent, at(1), at(2))) == [("ann", 1, 2)]


def test_seconds_add_up_per_owner():
    spent = rows(("ann", 0, 1), ("ann", 2, 2.5), ("bob", 0, 1))
    assert time_intervals.seconds(spent, "who").to_dict() == {"ann": 5400.0, "bob": 3600.0}


def test_an_instant_is_found_in_the_span_that_includes_its_start_and_not_its_end():
    spent = rows(("ann", 0, 4), ("bob", 2, 3)).set_axis([7, 9])
    instants = pd.DataFrame(
        {
            "who": ["ann", "ann", "ann", "bob", "cat"],
            "at": [at(0), at(4), at(3.99), at(1), at(1)],
        },
        index=[5, 4, 3, 2, 1],
    )
    found = time_intervals.found(instants, spent, "who")
    assert found.index.tolist() == [5, 4, 3, 2, 1]
    assert found.fillna(-1).tolist() == [7, -1, 7, -1, -1]


def test_the_next_start_is_after_the_instant_and_the_owners_own():
    spent = rows(("ann", 8, 9), ("ann", 2, 3), ("bob", 5, 6))
    instants = pd.DataFrame(
        {
            "who": ["ann", "ann", "ann", "bob", "bob", "cat"],
            "at": [at(1), at(2), at(8), at(4.5), at(7), at(0)],
        },
        index=[9, 8, 7, 6, 5, 4],
    )
    following = time_intervals.next_start(instants, spent, "who")
    assert following.index.tolist() == [9, 8, 7, 6, 5, 4]
    assert following.dropna().to_dict() == {9: at(2), 8: at(8), 6: at(5)}
    categories = instants.astype({"who": "category"})
    pd.testing.assert_series_equal(time_intervals.next_start(categories, spent, "who"), following)


def test_nothing_comes_out_of_nothing():
    assert (
        time_intervals.next_start(rows().assign(at=at(0)), rows(("ann", 0, 1)), "who").tolist()
        == []
    )
    assert (
        time_intervals.next_start(rows(("ann", 0, 1)).assign(at=at(0)), rows(), "who").isna().all()
    )
    nothing = rows()
    assert seen(time_intervals.union(nothing, ["who"])) == []
    assert seen(time_intervals.overlap(nothing, rows(("ann", 0, 1)), ["who"])) == []
    assert seen(time_intervals.without(rows(("ann", 0, 1)), nothing, ["who"])) == [("ann", 0, 1)]
    assert time_intervals.found(rows().assign(at=at(0)), nothing, "who").tolist() == []
