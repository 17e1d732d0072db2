"""The on-call page's answer, in words, from numbers written by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.answers.on_call import answer, evenness, every
from corvana.analysis.answers.selection import Selected
from corvana.analysis.staffing.burden import SHARED, LevelLoad, Totals
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

FIRST = LevelLoad("level 1", 200, 1_520.0, Estimate(1 / 7.6, 1 / 8.75, 1 / 6.6))
SECOND = LevelLoad("level 2 and above", 0, 4_100.0, Estimate(0.0, 0.0, 0.001))
TOTALS = Totals(
    responders=12,
    named_only=3,
    interruptions=250,
    shifts=40,
    levels=(FIRST, SECOND),
    asleep=Estimate(0.36, 0.3, 0.42),
    over_norm=Estimate(0.1, 0.04, 0.23),
)
PERIOD = Selected("", "", "from 3 Nov to 24 Nov")
LEVELS = pd.DataFrame(
    {"escalation_policy_id": ["P1", "P2"], "level": [2, 1], "gaps": [4, 1],
     "uncovered": [0.125, 0.01], "doubled": [0.0, 0.0]}
)  # fmt: skip
SPLIT = Fairness(
    responders=12,
    events=80,
    total=80.0,
    left_out=0.0,
    turns=60,
    gini=0.41,
    expected=Estimate(0.25, 0.22, 0.29),
    p_value=0.001,
    surplus=12.0,
    lorenz=pd.DataFrame(),
)


def test_the_answer_tells_how_often_by_level_and_where_nobody_is():
    assert answer(TOTALS, LEVELS, {"P1": "Pay_ments"}, PERIOD) == (
        "From 3 Nov to 24 Nov: **on level 1, people are interrupted every 7 h 36 min** (6 h 36 min "
        "to 8 h 45 min); on level 2 and above, never in 4,100 h on call. 36 % of the 250 "
        "interruptions, on shift or not, fall in sleep hours (30 to 42 %). Level 2 of "
        "**Pay\\_ments** has nobody on call for 12 % of the time needed, past and coming; 1 more "
        "level has gaps."
    )


def test_a_selection_is_named():
    narrowed = Selected("high-urgency", "Pay\\_ments", "from 3 Nov to 24 Nov")
    said = answer(TOTALS, LEVELS.assign(gaps=0), {}, narrowed)
    assert said.startswith("Pay\\_ments, high urgency, from 3 Nov to 24 Nov: **on level 1")
    assert said.endswith(
        "Both levels of the policies of this selection have somebody on call, past and coming."
    )


def test_without_gaps_every_level_has_somebody():
    assert answer(TOTALS, LEVELS.assign(gaps=0), {}, PERIOD).endswith(
        "Both levels of the policies in use have somebody on call, past and coming."
    )
    four = pd.concat([LEVELS, LEVELS]).assign(gaps=0)
    assert "All 4 levels of the policies in use have" in answer(TOTALS, four, {}, PERIOD)
    assert answer(TOTALS, LEVELS.iloc[:1].assign(gaps=0), {}, PERIOD).endswith(
        "The only level of the policies in use has somebody on call, past and coming."
    )


def test_nobody_on_call_and_no_policy_are_said_plainly():
    nobody = TOTALS._replace(responders=0, interruptions=0, levels=())
    assert answer(nobody, LEVELS.iloc[:0], {}, PERIOD) == (
        "From 3 Nov to 24 Nov: nobody was on call by schedule. No schedules are known for the "
        "policies in use."
    )


def test_quiet_shifts_are_no_division_by_zero():
    quiet = TOTALS._replace(interruptions=0, levels=(FIRST._replace(interruptions=0), SECOND))
    assert answer(quiet, LEVELS, {}, PERIOD).startswith(
        "From 3 Nov to 24 Nov: nobody was interrupted on call, in 5,620 h. Level 2"
    )


def test_few_interruptions_are_counted_and_have_no_rate():
    once = FIRST._replace(interruptions=1, hours=1_344.0)
    few = TOTALS._replace(interruptions=1, levels=(once,), asleep=Estimate(1.0, 0.2, 1.0))
    assert answer(few, LEVELS, {}, PERIOD).startswith(
        "From 3 Nov to 24 Nov: **on level 1, people are interrupted once in 1,344 h on call**. "
        "1 of 1 interruption falls in sleep hours, on shift or not."
    )
    second = TOTALS._replace(levels=(SECOND._replace(level="level 1"), once))
    assert "on level 1, nobody was interrupted in 4,100 h on call; on level 1, once" in answer(
        second, LEVELS, {}, PERIOD
    )
    assert [every(once._replace(interruptions=n)) for n in (0, 9)] == [
        "never in 1,344 h on call",
        "9 times in 1,344 h on call",
    ]


@pytest.mark.parametrize(
    ("gini", "p", "told"),
    [
        (0.41, 0.001, "is **more uneven than by chance**"),
        (0.27, 0.3, "is no more uneven than by chance"),
        (0.285, 0.04, "is no more uneven than by chance"),
        (0.10, 1.0, "is more even than by chance"),
    ],
)
def test_the_gini_stands_beside_what_chance_gives(gini, p, told):
    said = evenness(replace(SPLIT, gini=gini, p_value=p), SHARED[0])
    assert said == (
        f"The split of nights with pages over 12 people {told}: Gini {gini:.2f}; chance alone, "
        "in proportion to on-call time in sleep hours and with bad turns as they come, gives 0.25 "
        "(0.22 to 0.29)."
    )


@pytest.mark.parametrize(
    ("gini", "band", "verdict"),
    [
        (0.4149, (0.30, 0.4051), "no more uneven"),  # 0.41 in 0.30 to 0.41
        (0.4151, (0.30, 0.4149), "**more uneven"),  # 0.42 over 0.41
        (0.2951, (0.3049, 0.5), "no more uneven"),
    ],
)
def test_the_verdict_is_that_of_the_numbers_as_they_are_told(gini, band, verdict):
    said = evenness(replace(SPLIT, gini=gini, expected=Estimate(0.36, *band)), SHARED[0])
    assert f"is {verdict} than by chance" in said


@pytest.mark.parametrize(
    ("turns", "told"), [(9, "9 turns are"), (1, "1 turn is"), (23, "23 turns are")]
)
def test_too_few_turns_give_no_verdict(turns, told):
    """Twelve people need two each."""
    few = replace(SPLIT, turns=turns, expected=UNKNOWN, p_value=np.nan)
    assert evenness(few, SHARED[0]) == (
        f"Nights with pages over 12 people: Gini 0.41. {told} too few to tell an unfair share from "
        "a bad turn."
    )


def test_a_few_nights_say_nothing_about_evenness():
    assert evenness(replace(SPLIT, events=9), SHARED[1]) == (
        "Weekend hours: n = 9; fewer than 10 are counted and not judged."
    )
    nothing = replace(SPLIT, gini=np.nan, events=0)
    assert evenness(nothing, SHARED[2]) == "No engaged time to share among people on call."
