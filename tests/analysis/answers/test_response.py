"""What is said of response times: how fast, where it differs, and whether it changed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis import wording
from corvana.analysis.answers import response as answers_response
from corvana.analysis.answers.response import change
from corvana.analysis.answers.selection import Selected
from corvana.analysis.response import durations, period_change
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate
from corvana.charts.breakdowns import plot_breakdown

SELECTED = Selected("high-urgency", "Pay\\_ments", "from 3 Nov to 24 Nov")
INCIDENTS = "212 high-urgency incidents of Pay\\_ments from 3 Nov to 24 Nov"
LEVELS = pd.DataFrame(
    {"start": pd.to_datetime(["2026-09-07", "2026-10-12"]), "value": [300.0, 480.0],
     "ratio": [np.nan, 1.6], "ratio_low": [np.nan, 1.3], "ratio_high": [np.nan, 1.97]}
)  # fmt: skip


def split(weeks: int = 12, detectable: float = 1.25) -> pd.DataFrame:
    return pd.DataFrame({"weeks": [weeks], "detectable": [detectable]})


def test_a_change_is_told_with_its_levels_its_interval_and_the_smallest_that_would_show() -> None:
    assert change(LEVELS, split()) == (
        "Geometric mean 5 min before 12 Oct, 8 min since: 1.60 times (1.30 to 1.97). The date was "
        "chosen from the data, which overstates the change; a change to 25 % longer or 20 % "
        "shorter would most likely have shown."
    )


def test_no_change_says_what_would_have_shown() -> None:
    assert change(LEVELS.iloc[:1], split()) == (
        "No lasting change in 12 whole weeks; a change to 25 % longer or 20 % shorter would most "
        "likely have shown."
    )


@pytest.mark.parametrize(
    ("weeks", "detectable", "told"),
    [
        (5, np.nan, "A change can be tested once 6 whole weeks are collected."),
        (8, np.nan, "Too few values in 8 weeks to tell a change from chance."),
    ],
)
def test_too_little_data_is_said(weeks: int, detectable: float, told: str) -> None:
    assert change(LEVELS.iloc[:0], split(weeks, detectable)) == told


def test_durations_that_are_all_the_same_have_not_changed() -> None:
    assert change(LEVELS.iloc[:1], split(8, np.nan), 200) == (
        "No change: all 200 took the same time."
    )
    assert "Too few" in change(LEVELS.iloc[:1], split(8, np.nan), 9)


def test_data_that_could_show_hardly_anything_says_so() -> None:
    assert change(LEVELS.iloc[:1], split(detectable=40.0)).endswith(
        "with this much data, hardly any change would have shown."
    )


def summary(**other):
    empty = pd.DataFrame()
    given: dict[str, Any] = {
        "n": 212, "n_done": 200, "n_open": 2, "n_competing": 10, "n_merged": 3,
        "n_in_maintenance": 0, "n_auto": 10,
        "p50": UNKNOWN, "p90": UNKNOWN, "p95": UNKNOWN, "half": Estimate(250, 230, 275),
        "share_done": Estimate(0.94, 0.9, 0.97), "curve": empty,
    }  # fmt: skip
    return durations.Summary(**(given | other))


def test_the_answer_is_made_from_the_numbers():
    got = answers_response.answer(summary(), "acknowledged", SELECTED, "*Payments* is slow.")
    assert got == (
        f"Half of the {INCIDENTS} are acknowledged within **4 min 10 s** (3 min 50 s to 4 min "
        "35 s). *Payments* is slow."
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
        (Estimate(3.0, np.nan, np.nan), STEADY, "too few weeks to tell"),
        (UNKNOWN, Estimate(0.1, 0.05, 0.15), "+10.0 points (+5.0 to +15.0)"),
        (UNKNOWN, Estimate(-0.1, -0.15, -0.05), "−10.0 points (−15.0 to −5.0)"),
        (UNKNOWN, STEADY, "no clear change"),
        (UNKNOWN, Estimate(0.3, np.nan, np.nan), "too few weeks to tell"),
    ],
)
def test_the_change_told_is_that_of_the_number_the_answer_begins_with(half, share_done, told):
    change = period_change.Change(half=half, share_done=share_done, volume=CALM)
    answer = answers_response.answer(
        summary(), "acknowledged", SELECTED, "*Payments* is slow.", change=change
    )
    assert answer.endswith(f"Against the period before: {told}. *Payments* is slow.")


def test_a_change_that_is_not_known_is_not_told():
    change = period_change.Change(half=UNKNOWN, share_done=UNKNOWN, volume=CALM)
    said = answers_response.answer(summary(), "acknowledged", SELECTED, change=change)
    assert said.endswith("(3 min 50 s to 4 min 35 s).")


def test_the_answer_and_the_card_tell_the_same_change():
    half = Estimate(0.78, 0.63, 0.96)
    change = period_change.Change(half=half, share_done=STEADY, volume=CALM)
    assert wording.ratio_change(half) == "−22 %"
    said = answers_response.answer(summary(), "acknowledged", SELECTED, change=change)
    assert "22 % shorter" in said


def test_fewer_than_ten_done_foretell_nothing():
    few = summary(n=20, n_done=8, n_open=12, n_competing=0, curve=pd.DataFrame(
        {"seconds": [120.0, 300.0]}
    ))  # fmt: skip
    said = answers_response.answer(few, "acknowledged", SELECTED)
    assert said == (
        f"**8 of the {INCIDENTS.replace('212', '20')} were acknowledged so far**, after 2 min to "
        "5 min; 12 are still open, and fewer than 10 tell nothing of them."
    )


def test_fewer_than_half_is_said_with_the_share():
    said = answers_response.answer(summary(half=UNKNOWN), "resolved", SELECTED)
    assert said == f"Fewer than half of the {INCIDENTS} were resolved: 94 % (90 to 97 %)."


def test_none_and_all_at_the_same_time_are_said_as_such():
    none = summary(n_done=0, half=UNKNOWN, share_done=Estimate(0.0, 0.0, 0.02))
    said = answers_response.answer(none, "acknowledged", SELECTED)
    assert said == f"None of the {INCIDENTS} was acknowledged: 0 % (0 to 2 %)."
    alike = summary(
        n_done=212, half=Estimate(240.0, np.nan, np.nan), curve=pd.DataFrame({"seconds": [240.0]})
    )
    said = answers_response.answer(alike, "acknowledged", SELECTED)
    assert said == f"Each of the {INCIDENTS} was acknowledged after **4 min**."


def test_half_of_which_most_are_still_open_is_told_as_an_expectation():
    begun = summary(n_done=80, n_open=132, share_done=Estimate(0.38, 0.31, 0.44))
    said = answers_response.answer(begun, "resolved", SELECTED)
    assert said.startswith(f"Half of the {INCIDENTS} will be resolved within **")
    assert said.endswith(
        ", if the 132 incidents that are still open go on like the others. So far it is 38 % (31 "
        "to 44 %)."
    )


ONE = "**1 high-urgency incident of Pay\\_ments from 3 Nov to 24 Nov**"
NINE = "**9 high-urgency incidents of Pay\\_ments from 3 Nov to 24 Nov**"


def few(n, *seconds):
    """The summary of so many incidents, some of them acknowledged after these seconds."""
    curve = pd.DataFrame({"seconds": sorted(set(seconds))})
    return summary(n=n, n_done=len(seconds), curve=curve)


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        (few(1, 180.0), f"{ONE}, acknowledged after 3 min"),
        (few(1), f"{ONE}, not acknowledged"),
        (few(9), f"{NINE}, none of them acknowledged"),
        (few(9, 180.0, 720.0), f"{NINE}, 2 of them acknowledged after 3 min to 12 min"),
    ],
)
def test_fewer_than_ten_incidents_are_counted_and_not_judged(counted, told):
    change = period_change.Change(half=UNKNOWN, share_done=UNKNOWN, volume=CALM)
    said = answers_response.answer(
        counted, "acknowledged", SELECTED, "*Payments* is slow.", change=change
    )
    assert said == f"{told}; fewer than 10 are counted and not judged."


def test_a_selection_without_an_incident_that_counts_says_why():
    away, both = (
        answers_response.answer(summary(n=0, n_merged=n, n_in_maintenance=1), "resolved", SELECTED)
        for n in (0, 2)
    )
    assert away.endswith("was created in a maintenance window: no times to measure.")
    assert away.startswith("1 high-urgency incident of ")
    assert both.startswith("3 high-urgency incidents of ")
    assert both.endswith(
        "were merged into others or created in a maintenance window: no times to measure."
    )


def test_nothing_and_nothing_but_merged_incidents_are_told_apart():
    nothing, merged, several = (
        answers_response.answer(summary(n=0, n_merged=n), "resolved", SELECTED) for n in (0, 1, 12)
    )
    assert nothing == "No incident matches this selection."
    assert merged.startswith("1 high-urgency incident of Pay\\_ments from 3 Nov to 24 Nov was merg")
    assert several.startswith("12 high-urgency incidents of Pay\\_ments from 3 Nov to 24 Nov were")


GROUPS = pd.DataFrame(
    {"id": ["S1", "S2"], "enough": [True, True], "q_value": [0.01, 0.5], "times": [3.05, 0.9],
     "n_done": [212, 900], "p50": [915.0, 270.0]}
)  # fmt: skip


def test_the_slowest_is_held_against_the_median_of_the_same_population():
    of_all = summary(n_done=1_112, p50=Estimate(300, 280, 320))
    said = answers_response.standout(GROUPS, {"S1": "Pay*ments"}, of_all, "acknowledged")
    assert said == (
        "*Pay\\*ments* is slowest: a median of 15 min 15 s among its 212 acknowledged incidents, "
        "three times as long as the 5 min of all 1,112 acknowledged in the selection, more than "
        "chance explains."
    )


def test_a_ratio_that_is_not_round_is_told_with_its_decimal():
    of_all = summary(p50=Estimate(300, 280, 320))
    said = answers_response.standout(GROUPS.assign(times=8.9), {}, of_all, "acknowledged")
    assert said is not None
    assert "8.9 times as long as the 5 min" in said


def test_the_sentence_and_the_chart_name_the_same_slowest_service():
    groups = pd.DataFrame(
        {"id": ["unsure", "slow", "busy"], "enough": True, "q_value": [0.4, 0.01, 0.01],
         "times": [12.0, 9.0, 2.0], "n_done": [10, 40, 500], "n_open": 0,
         "p50": [3_600.0, 2_700.0, 600.0], "low": np.nan, "high": np.nan}
    )  # fmt: skip
    said = answers_response.standout(groups, {}, summary(), "acknowledged")
    assert said is not None
    assert said.startswith("*slow* is slowest")
    title = plot_breakdown(groups, {}).layout.title.text
    assert title.startswith("slow is clearly slower: median 45 min")


def test_what_may_be_chance_is_not_named():
    maybe = GROUPS.assign(q_value=0.4)
    assert answers_response.standout(maybe, {}, summary(), "acknowledged") is None
    assert answers_response.standout(GROUPS.iloc[:0], {}, summary(), "acknowledged") is None


def test_composition_tells_what_the_figures_rest_on():
    assert answers_response.composition(summary(), "acknowledged") == (
        "n = 212 · 200 acknowledged · 2 still waiting · 10 resolved without an acknowledgement · "
        "3 merged and left out"
    )
    some = summary(n_in_maintenance=2)
    assert answers_response.composition(some, "acknowledged").endswith(
        " · 3 merged and left out · 2 left out: created in a maintenance window"
    )
    assert some.n_all == 212 + 3 + 2


def test_what_is_not_resolved_is_not_called_open_because_a_reopened_incident_may_be():
    assert "2 not resolved yet" in answers_response.composition(summary(), "resolved")
