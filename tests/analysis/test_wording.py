"""How numbers read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis import wording
from corvana.analysis.answers import response as answers_response
from corvana.analysis.response import durations
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (42.4, "42 s"),
        (59.6, "1 min"),
        (252, "4 min 12 s"),
        (3_599.6, "1 h"),
        (12_000, "3 h 20 min"),
        (86_399, "1 day"),
        (86_400, "1 day"),
        (216_000, "2.5 days"),
        (99.96 * 86_400, "100 days"),
        (100.4 * 86_400, "100 days"),
        (16_211.7 * 86_400, "16,212 days"),
        (np.nan, "–"),
    ],
)
def test_durations_read_as_people_say_them(seconds, text):
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.004, "0.4 %"),
        (0.5, "50 %"),
        (0.996, "99.6 %"),
        (0.99999, "99.9 %"),
        (1, "100 %"),
    ],
)
def test_shares_never_round_to_all_or_nothing(share, text):
    assert wording.percent(share) == text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(60, 30, 120), "30 s to 2 min"),
        (Estimate(60, 30, np.nan), "at least 30 s"),
        (Estimate(60, np.nan, 120), "at most 2 min"),
        (Estimate(60, np.nan, np.nan), "interval needs more data"),
        (UNKNOWN, "not enough data"),
    ],
)
def test_an_interval_names_the_bound_it_lacks(estimate, text):
    assert wording.interval(estimate) == text


def test_a_change_is_told_only_when_its_interval_excludes_none():
    assert wording.ratio_change(Estimate(0.5, 0.4, 0.6)) == "−50 %"
    assert wording.ratio_change(Estimate(0.9, 0.7, 1.1)) == "no clear change"
    assert wording.ratio_change(UNKNOWN) == ""
    assert wording.point_change(Estimate(0.05, 0.01, 0.09)) == "+5.0 points"
    assert wording.point_change(Estimate(0.05, -0.01, 0.09)) == "no clear change"


def test_ages_and_dates():
    now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    ages = [timedelta(seconds=5), timedelta(minutes=3), timedelta(hours=5), timedelta(days=4)]
    assert [wording.ago(now - age, now) for age in ages] == [
        "just now", "3 min ago", "5 h ago", "4 days ago",
    ]  # fmt: skip
    assert wording.instant(now) == "3 Nov"


def test_two_dates_have_their_years_where_these_differ():
    end = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert wording.span(end - timedelta(days=21), end) == "3 Nov to 24 Nov"
    assert wording.span(end - timedelta(days=21), end, joint=" – ") == "3 Nov – 24 Nov"
    assert wording.span(end - timedelta(days=21), end, year=True) == "3 Nov to 24 Nov 2026"
    assert wording.span(end - timedelta(days=365), end) == "24 Nov 2025 to 24 Nov 2026"


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


def test_a_responder_is_shown_by_the_beginning_of_the_pseudonym():
    assert wording.responder("7f2kzzzzzzzzzzzzzzzz") == "Responder 7F2K"


def test_a_weekly_course_is_told_by_its_ends_and_its_bounds():
    told = wording.course([240.0, 600.0, 180.0, 300.0], wording.duration)
    assert told == "4 weeks: from 4 min in the first to 5 min in the last, between 3 min and 10 min"


def test_a_course_without_a_week_is_not_told():
    assert wording.course([], wording.count) == "not enough data"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("within 4 min 12 s of it", "within 4_min_12_s of it"),
        ("3 h 20 min, 2.5 days, 1 day", "3_h_20_min, 2.5_days, 1_day"),
        ("**84 %** (82 to 86 %, n = 1,352)", "**84_%** (82 to 86_%, n_=_1,352)"),
        ("2 services of 45, 10 minutes later", "2 services of 45, 10 minutes later"),
    ],
)
def test_no_line_ends_inside_a_number(text, held):
    assert wording.unbroken(text) == held.replace("_", "\u00a0")
