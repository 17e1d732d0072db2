"""Evenness of burdens written by hand, against values worked out on paper, and against chance."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.staffing.fairness import (
    engaged_seconds,
    fairness,
    gini,
    lorenz,
    night_pages,
    weekend_seconds,
)
from corvana.frames import INSTANT

WEEK = pd.Timedelta(weeks=1)
MONDAY = pd.Timestamp("2026-03-02", tz="UTC")
SPAN = ["responder", "start", "end"]


def rotation(hours: float = 168, **nights: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weekly turns one person after the other, so many hours each, and events of size 1 in them: of
    each person, the number in each turn."""
    people, worked, rows = len(nights), [], []
    for place, (who, loads) in enumerate(nights.items()):
        for turn, load in enumerate(loads):
            start = MONDAY + (place + people * turn) * WEEK
            worked.append((who, start, start + pd.Timedelta(hours=hours)))
            rows += [(who, start + pd.Timedelta(minutes=night), 1.0) for night in range(int(load))]
    burden = pd.DataFrame(rows, columns=["responder", "at", "size"])
    turns = pd.DataFrame(worked, columns=SPAN).astype({"start": INSTANT, "end": INSTANT})
    return burden.astype({"at": INSTANT, "size": "float64"}), turns


def judged(burden: pd.DataFrame, worked: pd.DataFrame, draws: int = 1_000, seed: int = 1):
    return fairness(burden, worked, worked, seed=seed, draws=draws)


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


def test_two_bad_turns_are_uneven_when_they_fall_on_one_person():
    # Of ten turns two are bad. Both are one person's in 4 of 9 deals: Gini 1/2, else 0.
    found = judged(*rotation(ann=[9, 9, 0, 0, 0], bob=[0] * 5), draws=20_000)
    assert (found.gini, found.turns, found.events) == (0.5, 10, 18)
    assert found.expected.value == pytest.approx(0.5 * 4 / 9, abs=0.01)
    assert (found.expected.low, found.expected.high) == (0.0, 0.5)
    assert found.p_value == pytest.approx(4 / 9, abs=0.01)


def test_a_bad_turn_falls_on_somebody_and_is_not_unfair():
    found = judged(*rotation(ann=[30, 1, 1, 1, 1], bob=[1] * 5))
    assert found.gini == pytest.approx((34 - 5) / 39 / 2)
    # Whoever has it, the split is the same.
    assert [found.expected.value, found.expected.low, found.expected.high] == pytest.approx(
        [found.gini] * 3
    )
    assert found.p_value == 1.0
    assert found.surplus == pytest.approx(0.0)


def test_all_on_one_of_three_in_every_turn_is_more_than_chance():
    found = judged(*rotation(ann=[5] * 5, bob=[0] * 5, cat=[0] * 5))
    assert found.gini == pytest.approx(2 / 3)
    assert found.expected.high < 0.6
    assert found.p_value == pytest.approx(1 / 1001, abs=1 / 1000)
    # Two thirds of 25 nights more than a third of them, less what chance gives.
    assert 8 < found.surplus < 25 * 2 / 3


def test_by_chance_pages_follow_the_on_call_hours():
    """Bob's turns are three times as long, and every hour has as many pages."""
    often, short = rotation(42, ann=[10, 11, 9, 10, 12, 8])
    more, long = rotation(126, bob=[30, 33, 27, 30, 36, 24])
    found = judged(pd.concat([often, more]), pd.concat([short, long]))
    assert found.gini == pytest.approx(0.25)
    assert found.expected.value == pytest.approx(0.25, abs=0.02)
    assert found.expected.low < 0.25 < found.expected.high


def test_the_exposure_can_be_a_part_of_the_turns():
    """On call all day long, but only ann has nights: all nights are hers by chance, too."""
    nights, worked = rotation(ann=[3, 1, 4, 1, 5], bob=[0] * 5)
    asleep = worked[worked["responder"].eq("ann")]
    found = fairness(nights, asleep, worked, seed=1)
    assert (found.responders, found.turns) == (1, 5)
    assert np.isnan(found.gini)


def test_the_same_seed_gives_the_same_answer():
    told = rotation(ann=[1, 1, 0, 4, 2], bob=[1, 0, 0, 2, 6])
    assert judged(*told, seed=5).expected == judged(*told, seed=5).expected
    assert judged(*told, seed=5).expected != judged(*told, seed=6).expected


def test_who_was_never_on_call_is_left_out_and_who_was_never_paged_is_not():
    nights, worked = rotation(ann=[1, 1], bob=[0, 0])
    lee = nights.iloc[[0, 0, 0]].assign(responder="lee")
    found = judged(pd.concat([nights, lee], ignore_index=True), worked)
    assert (found.responders, found.events, found.total, found.left_out) == (2, 2, 2.0, 3.0)
    assert found.gini == 0.5


@pytest.mark.parametrize(
    ("told", "can_tell"),
    [
        ({"ann": [1] * 5, "bob": [0] * 5}, True),
        ({"ann": [1] * 5, "bob": [0] * 4}, False),
        ({name: [1, 0] for name in "abcdef"}, True),
        ({name: [1] * (1 if name == "a" else 2) for name in "abcdef"}, False),
    ],
    ids=["ten turns", "nine turns", "two each", "one has only one"],
)
def test_ten_turns_and_two_for_each_person_are_needed_to_tell(told, can_tell):
    found = judged(*rotation(**told))
    assert found.can_tell == can_tell
    assert np.isnan(found.expected.value) == np.isnan(found.p_value) == (not can_tell)
    assert not np.isnan(found.gini)


@pytest.mark.parametrize(
    "told",
    [{"ann": [0] * 9, "bob": [0] * 9}, {"ann": [1] * 20}, {}],
    ids=["no burden", "nobody to share with", "nobody"],
)
def test_where_nothing_can_be_said_all_is_unknown(told):
    found = judged(*rotation(**told))
    assert np.isnan([found.gini, *found.expected[:3], found.p_value]).all()
    assert len(found.lorenz) == len(told) + 1


def test_the_lorenz_curve_has_its_band_by_chance():
    # One bad turn of ten over two people: whoever has it, the lesser has nothing.
    curve = judged(*rotation(ann=[1, 0, 0, 0, 0], bob=[0] * 5)).lorenz
    for column in ("share_of_load", "expected", "low", "high"):
        assert curve[column].tolist() == pytest.approx([0.0, 0.0, 1.0])


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
    assert found[["responder", "size"]].to_numpy().tolist() == [
        ["ann", 2.0],
        ["ann", 1.0],
        ["bob", 1.0],
    ]
    assert found["at"].tolist() == [pages["at"][0], pages["at"][2], pages["at"][0]]


def test_nobody_paged_at_night_is_no_burden():
    pages = pd.DataFrame(columns=["responder", "at", "time_zone", "hours_class"], dtype="str")
    assert night_pages(pages.astype({"at": INSTANT})).empty


def test_burdens_are_weekends_and_engagements():
    saturday = pd.Timestamp("2026-03-07", tz="UTC")
    weekend = pd.DataFrame(
        {"responder": ["ann"], "start": [saturday], "end": [saturday + pd.Timedelta(hours=2)]}
    )
    assert weekend_seconds(weekend).to_numpy().tolist() == [["ann", saturday, 7200.0]]
    engaged = pd.DataFrame(
        {"responder": ["ann", "bob"], "engaged_at": saturday, "engaged_seconds": [0.0, 60.0]}
    )
    assert engaged_seconds(engaged).to_numpy().tolist() == [["bob", saturday, 60.0]]
