"""How numbers read."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from corvana.analysis import wording
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
        (Estimate(60, np.nan, np.nan), "interval not known"),
        (UNKNOWN, "not enough data"),
    ],
)
def test_an_interval_names_the_bound_it_lacks(estimate, text):
    assert wording.interval(estimate) == text


def test_a_change_is_told_only_when_its_interval_excludes_none():
    assert wording.ratio_change(Estimate(0.5, 0.4, 0.6)) == "−50 %"
    assert wording.ratio_change(Estimate(0.9, 0.7, 1.1)) == "no clear change"
    assert wording.ratio_change(Estimate(3.0, np.nan, np.nan)) == "too few weeks to tell"
    assert wording.ratio_change(UNKNOWN) == ""
    assert wording.point_change(Estimate(0.05, 0.01, 0.09)) == "+5.0 points"
    assert wording.point_change(Estimate(0.05, -0.01, 0.09)) == "no clear change"
    assert wording.point_change(Estimate(0.3, np.nan, np.nan)) == "too few weeks to tell"
    assert wording.point_change(UNKNOWN) == ""


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


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (120, 180, "2–3 min"),
        (40, 60, "40 s–1 min"),
        (86_400, 129_600, "1–1.5 days"),
        (3_600, 5_400, "1 h–1 h 30 min"),
    ],
)
def test_a_range_of_durations_names_a_shared_unit_once(low, high, text):
    assert wording.between(low, high) == text


@pytest.mark.parametrize(
    ("share", "n", "text"),
    [(0.5, 2, "1 of 2"), (0.0, 1, "0 of 1"), (0.5, 10, "50 %"), (0.5, 0, "–"), (np.nan, 5, "–")],
)
def test_a_share_of_few_is_a_count(share, n, text):
    assert wording.proportion(share, n) == text


@pytest.mark.parametrize(
    ("number", "n", "text"),
    [
        (0, 1, "0 of 1 level has"),
        (1, 1, "1 of 1 level has"),
        (1, 3, "1 of 3 levels has"),
        (0, 3, "0 of 3 levels have"),
        (1_200, 3_000, "1,200 of 3,000 levels have"),
    ],
)
def test_noun_and_verb_of_a_part_agree(number, n, text):
    assert wording.some_of(number, n, "level has", "levels have") == text


def test_a_share_that_a_sum_misses_by_its_rounding_is_all_or_nothing():
    assert wording.percent(1 - 1e-16) == "100 %"
    assert wording.percent(1 - sum([0.1] * 10)) == "0 %"


@pytest.mark.parametrize(
    ("incidents", "told"),
    [
        (0, "No incident in a usual week"),
        (0.5, "About 0.5 incidents in a usual week"),
        (1, "About 1 incident in a usual week"),
        (2.5, "About 2.5 incidents in a usual week"),
        (1_200, "About 1,200 incidents in a usual week"),
    ],
)
def test_a_usual_week_may_lie_between_two_numbers(incidents, told):
    assert wording.in_a_usual_week(incidents) == told
