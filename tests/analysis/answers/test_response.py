"""What is said of response times: how fast, where it differs, and whether it changed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis import wording
from corvana.analysis.answers import response as answers_response
from corvana.analysis.answers.response import change
from corvana.analysis.response import durations
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

LEVELS = pd.DataFrame(
    {"start": pd.to_datetime(["2026-09-07", "2026-10-12"]), "value": [300.0, 480.0],
     "ratio": [np.nan, 1.6], "ratio_low": [np.nan, 1.3], "ratio_high": [np.nan, 1.97]}
)  # fmt: skip


def split(weeks: int = 12, detectable: float = 1.25) -> pd.DataFrame:
    return pd.DataFrame({"weeks": [weeks], "detectable": [detectable]})


def test_a_change_is_told_with_its_levels_its_interval_and_the_smallest_that_would_show() -> None:
    assert change(LEVELS, split()) == (
        "Typically 5 min before 12 Oct, 8 min since: 1.60 times (1.30 to 1.97). Its place was "
        "chosen by the data, which overstates it; one of 25 % longer or 20 % shorter would most "
        "likely have shown."
    )


def test_no_change_says_what_would_have_shown() -> None:
    assert change(LEVELS.iloc[:1], split()) == (
        "No lasting change in 12 whole weeks; one of 25 % longer or 20 % shorter would most likely "
        "have shown."
    )


@pytest.mark.parametrize(
    ("weeks", "detectable", "told"),
    [
        (5, np.nan, "A change can be told from chance from 6 whole weeks on."),
        (8, np.nan, "Too few values in 8 weeks to tell a change from chance."),
    ],
)
def test_too_little_data_is_said(weeks: int, detectable: float, told: str) -> None:
    assert change(LEVELS.iloc[:0], split(weeks, detectable)) == told


def test_data_that_could_show_hardly_anything_says_so() -> None:
    assert change(LEVELS.iloc[:1], split(detectable=40.0)).endswith(
        "this much data would hardly have shown any."
    )


def summary(**other):
    empty = pd.DataFrame()
    given: dict[str, Any] = {
        "n": 212, "n_done": 200, "n_open": 2, "n_competing": 10, "n_merged": 3, "n_auto": 10,
        "p50": UNKNOWN, "p90": UNKNOWN, "p95": UNKNOWN, "half": Estimate(250, 230, 275),
        "share_done": Estimate(0.94, 0.9, 0.97), "curve": empty,
    }  # fmt: skip
    return durations.Summary(**(given | other))


def test_the_answer_is_made_from_the_numbers():
    got = answers_response.answer(summary(), "acknowledged", "*Payments* is slow.")
    assert got == (
        "Half of all incidents are acknowledged within **4 min 10 s** (3 min 50 s to 4 min 35 s). "
        "*Payments* is slow."
    )


CALM = Estimate(1.0, 0.9, 1.1)
STEADY = Estimate(0.0, -0.02, 0.02)


@pytest.mark.parametrize(
    ("half", "share_done", "told"),
    [
        (Estimate(0.78, 0.63, 0.96), STEADY, "22 % shorter (4 to 37 %)"),
        (Estimate(1.5, 1.2, 1.9), STEADY, "50 % longer (20 to 90 %)"),
        (CALM, Estimate(0.1, 0.05, 0.15), "no clear change"),
        (Estimate(0.8, 0.6, np.nan), STEADY, "no clear change"),
        (UNKNOWN, Estimate(0.1, 0.05, 0.15), "+10.0 points (+5.0 to +15.0)"),
        (UNKNOWN, Estimate(-0.1, -0.15, -0.05), "−10.0 points (−15.0 to −5.0)"),
        (UNKNOWN, STEADY, "no clear change"),
    ],
)
def test_the_change_told_is_that_of_the_number_the_answer_begins_with(half, share_done, told):
    change = durations.Change(half=half, share_done=share_done, volume=CALM)
    answer = answers_response.answer(
        summary(), "acknowledged", "*Payments* is slow.", change=change
    )
    assert answer.endswith(f"Against the period before: {told}. *Payments* is slow.")


def test_a_change_that_is_not_known_is_not_told():
    change = durations.Change(half=UNKNOWN, share_done=UNKNOWN, volume=CALM)
    assert answers_response.answer(summary(), "acknowledged", change=change).endswith(
        "(3 min 50 s to 4 min 35 s)."
    )
    assert answers_response.answer(summary(n=6), "acknowledged", change=change).endswith("(n = 6).")


def test_the_answer_and_the_card_tell_the_same_change():
    half = Estimate(0.78, 0.63, 0.96)
    change = durations.Change(half=half, share_done=STEADY, volume=CALM)
    assert wording.ratio_change(half) == "−22 %"
    assert "22 % shorter" in answers_response.answer(summary(), "acknowledged", change=change)


def test_the_answer_admits_what_it_cannot_say():
    assert answers_response.answer(summary(n=6), "resolved") == "Not enough data to say (n = 6)."
    assert (
        answers_response.answer(summary(n=0), "resolved") == "No incident matches this selection."
    )
    assert answers_response.answer(summary(half=UNKNOWN), "resolved").startswith(
        "Fewer than half of 212"
    )


GROUPS = pd.DataFrame(
    {"id": ["S1", "S2"], "enough": [True, True], "q_value": [0.01, 0.5], "times": [3.05, 0.9],
     "n_done": [212, 900], "p50": [915.0, 270.0]}
)  # fmt: skip


def test_the_standout_is_named_with_its_size_and_its_name_is_no_markup():
    assert answers_response.standout(GROUPS, {"S1": "Pay*ments"}) == (
        "*Pay\\*ments* takes three times the overall median, and it is not chance (n = 212)."
    )


def test_the_group_that_costs_most_time_stands_out_before_a_smaller_one_with_a_larger_ratio():
    groups = pd.DataFrame(
        {"id": ["tiny", "busy"], "enough": True, "q_value": 0.01, "times": [9.0, 2.0],
         "n_done": [10, 500], "p50": [2700.0, 600.0]}
    )  # fmt: skip
    told = answers_response.standout(groups, {})
    assert told is not None
    assert told.startswith("*busy* takes twice")


def test_what_may_be_chance_is_not_named():
    assert answers_response.standout(GROUPS.assign(q_value=0.4), {}) is None
    assert answers_response.standout(GROUPS.iloc[:0], {}) is None


def test_composition_tells_what_the_figures_rest_on():
    assert answers_response.composition(summary(), "acknowledged") == (
        "n = 212 · 200 acknowledged · 2 still waiting · 10 resolved without an acknowledgement · "
        "3 merged and left out"
    )
