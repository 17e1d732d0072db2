"""Evenness of burdens written by hand, against values worked out on paper, and against chance."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.staffing.fairness import (
    _by_chance,
    engaged_seconds,
    fairness,
    gini,
    lorenz,
    night_pages,
    weekend_seconds,
)
from corvana.frames import INSTANT


def burden(**sizes: list[float]) -> pd.DataFrame:
    rows = [(who, size) for who, each in sizes.items() for size in each]
    return pd.DataFrame(rows, columns=["responder", "size"]).astype({"size": "float64"})


def hours(**on_call: float) -> pd.Series:
    return pd.Series(on_call, dtype="float64") * 3600


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        ([5, 5, 5, 5], 0.0),
        ([0, 0, 0, 8], 0.75),  # (n − 1) / n
        ([1, 2, 3, 4], 0.25),
        ([4, 1, 3, 2], 0.25),
        ([1, 3], 0.25),
        ([0, 1], 0.5),
    ],
)
def test_the_gini_is_zero_when_equal_and_near_one_when_one_has_it_all(loads, expected):
    assert gini(np.array(loads)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("loads", [[], [3], [0, 0]])
def test_without_a_burden_or_somebody_to_share_it_there_is_no_gini(loads):
    assert np.isnan(gini(np.array(loads)))


def test_the_gini_is_half_the_mean_difference_relative_to_the_mean():
    loads = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    pairs = np.abs(loads[:, None] - loads[None, :]).mean()
    assert gini(loads) == pytest.approx(pairs / (2 * loads.mean()))


def test_the_lorenz_curve_rises_from_nothing_to_all():
    curve = lorenz(np.array([6, 1, 3]))
    assert curve["share_of_responders"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert curve["share_of_load"].tolist() == pytest.approx([0, 0.1, 0.4, 1])


def test_the_lorenz_curve_of_no_burden_is_unknown():
    assert lorenz(np.array([0, 0]))["share_of_load"].isna().tolist() == [False, True, True]


def test_two_pages_over_two_people_are_uneven_half_of_the_time_by_chance():
    # Both on one (Gini 1/2) or one each (0), with probability 1/2 each: 1/4 on average.
    found = fairness(burden(ann=[1], bob=[1]), hours(ann=10, bob=10), seed=1, draws=20_000)
    assert found.gini == 0.0
    assert found.expected.value == pytest.approx(0.25, abs=0.01)
    assert (found.expected.low, found.expected.high) == (0.0, 0.5)
    assert found.p_value == 1.0


def test_by_chance_pages_follow_the_on_call_hours():
    # With a quarter and three quarters of the hours many pages come to a Gini of 1/4.
    pages = burden(ann=[1] * 25_000, bob=[1] * 75_000)
    found = fairness(pages, hours(ann=10, bob=30), seed=1)
    assert found.gini == 0.25
    assert found.expected.value == pytest.approx(0.25, abs=0.001)
    assert found.expected.low < 0.25 < found.expected.high


def test_all_pages_on_one_of_three_is_more_than_chance():
    found = fairness(burden(ann=[1] * 20), hours(ann=10, bob=10, cat=10), seed=1)
    assert found.gini == pytest.approx(2 / 3)
    assert found.expected.high < 0.5
    assert found.p_value == 1 / 1001


def test_the_p_value_is_the_share_of_draws_at_least_as_uneven():
    # All three on one: 2 of 8 ways.
    found = fairness(burden(ann=[1] * 3), hours(ann=10, bob=10), seed=1, draws=20_000)
    assert found.p_value == pytest.approx(0.25, abs=0.01)


def test_sizes_are_thrown_as_they_are():
    # One of 3 and one of 1: apart (Gini 1/4) or together (1/2), half of the time each.
    found = fairness(burden(ann=[3], bob=[1]), hours(ann=10, bob=10), seed=1, draws=20_000)
    assert found.gini == 0.25
    assert found.expected.value == pytest.approx(0.375, abs=0.005)


@pytest.mark.parametrize("shares", [[0.1, 0.2, 0.4, 0.3], [0.25] * 4])
def test_many_sizes_spread_as_wide_as_if_each_was_thrown(shares: list[float]):
    sizes = np.random.default_rng(7).exponential(60, size=4_000)
    people = hours(**dict(zip(("ann", "bob", "cat", "dan"), shares, strict=True)))
    found = fairness(burden(ann=sizes.tolist()), people, seed=1, draws=2_000)
    thrown = np.random.default_rng(2).choice(4, p=shares, size=(2_000, 4_000))
    each = [gini(np.bincount(draw, sizes, minlength=4)) for draw in thrown]
    assert found.expected.value == pytest.approx(np.mean(each), abs=0.0005)
    assert found.expected.low == pytest.approx(np.quantile(each, 0.025), abs=0.002)
    assert found.expected.high == pytest.approx(np.quantile(each, 0.975), abs=0.002)


def test_whoever_it_falls_on_nothing_is_lost():
    sizes, share = np.linspace(1, 2, 3_000), np.array([0.5, 0.3, 0.2])
    loads = _by_chance(sizes, share, np.random.default_rng(1), 50)
    assert loads.sum(axis=1) == pytest.approx(np.full(50, sizes.sum()))


def test_the_same_seed_gives_the_same_answer():
    rows, people = burden(ann=[1, 1], bob=[1], cat=[]), hours(ann=1, bob=2, cat=3)
    first, again = (fairness(rows, people, seed=5).expected for _ in range(2))
    assert first == again
    assert first != fairness(rows, people, seed=6).expected


def test_who_was_never_on_call_is_left_out_and_who_was_never_paged_is_not():
    rows = burden(ann=[1, 1], lee=[1, 1, 1])
    found = fairness(rows, hours(ann=10, bob=10, lee=0), seed=1)
    assert (found.responders, found.events, found.total, found.left_out) == (2, 2, 2.0, 3.0)
    assert found.gini == 0.5


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        (burden(), hours(ann=1, bob=1)),
        (burden(ann=[1]), hours(ann=1)),
        (burden(ann=[1]), hours()),
        (burden(lee=[1]), hours(ann=1, bob=1)),
    ],
)
def test_where_nothing_can_be_said_all_is_unknown(rows, people):
    found = fairness(rows, people, seed=1)
    assert np.isnan([found.gini, *found.expected, found.p_value]).all()
    assert len(found.lorenz) == len(people) + 1


def test_the_lorenz_curve_has_its_band_by_chance():
    # One page over two people: whoever gets it, the lesser has nothing and the greater all.
    curve = fairness(burden(ann=[1]), hours(ann=1, bob=1), seed=1).lorenz
    for column in ("share_of_load", "expected", "low", "high"):
        assert curve[column].tolist() == [0.0, 0.0, 1.0]


def test_the_pages_of_one_night_are_one_event_on_the_own_clock():
    # In Singapore it is 8 hours later: 15:00 and 22:00 UTC are one night, 14:00 a day on the next.
    utc = ["2026-03-04T15:00Z", "2026-03-04T22:00Z", "2026-03-05T14:00Z", "2026-03-05T08:00Z"]
    pages = pd.DataFrame(
        {
            "responder": "ann",
            "at": pd.to_datetime(utc),
            "time_zone": "Asia/Singapore",
            "hours_class": ["sleep", "sleep", "sleep", "business"],
        }
    )
    other = pages.iloc[:1].assign(responder="bob", time_zone="UTC")
    found = night_pages(pd.concat([pages, other], ignore_index=True))
    assert found.to_numpy().tolist() == [["ann", 2.0], ["ann", 1.0], ["bob", 1.0]]


def test_nobody_paged_at_night_is_no_burden():
    pages = pd.DataFrame(columns=["responder", "at", "time_zone", "hours_class"], dtype="str")
    assert night_pages(pages.astype({"at": INSTANT})).empty


def test_burdens_are_weekends_and_engagements():
    saturday = pd.Timestamp("2026-03-07", tz="UTC")
    weekend = pd.DataFrame(
        {"responder": ["ann"], "start": [saturday], "end": [saturday + pd.Timedelta(hours=2)]}
    )
    assert weekend_seconds(weekend).to_numpy().tolist() == [["ann", 7200.0]]
    engaged = pd.DataFrame({"responder": ["ann", "bob"], "engaged_seconds": [0.0, 60.0]})
    assert engaged_seconds(engaged).to_numpy().tolist() == [["bob", 60.0]]
