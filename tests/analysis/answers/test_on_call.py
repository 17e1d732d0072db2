"""The on-call page's answer, in words, from numbers written by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.answers.on_call import answer, evenness, every
from corvana.analysis.staffing.burden import SHARED, Totals
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

TOTALS = Totals(
    responders=12,
    named_only=3,
    interruptions=250,
    interruptions_on_call=200,
    on_call_hours=1_000.0,
    shifts=40,
    per_hour=Estimate(0.2, 0.16, 0.25),
    asleep=Estimate(0.3, 0.25, 0.36),
    over_norm=Estimate(0.1, 0.04, 0.23),
)
LEVELS = pd.DataFrame(
    {"escalation_policy_id": ["P1", "P2"], "level": [2, 1], "gaps": [4, 1],
     "uncovered": [0.125, 0.01], "doubled": [0.0, 0.0]}
)  # fmt: skip
SPLIT = Fairness(
    responders=12,
    events=80,
    total=80.0,
    left_out=0.0,
    gini=0.41,
    expected=Estimate(0.25, 0.22, 0.29),
    p_value=0.001,
    lorenz=pd.DataFrame(),
)


def test_the_answer_tells_how_often_and_where_nobody_is():
    assert answer(TOTALS, LEVELS, {"P1": "Pay_ments"}) == (
        "**Whoever is on call is interrupted every 5 h** (4 h to 6 h 15 min); 30 % of all "
        "interruptions come in sleep hours (25 to 36 %). Level 2 of **Pay\\_ments** has nobody on "
        "call for 12 % of the time it is needed; 1 more level has gaps."
    )


def test_without_gaps_every_level_has_somebody():
    assert answer(TOTALS, LEVELS.assign(gaps=0), {}).endswith(
        "All 2 levels of the policies in use have somebody on call."
    )
    assert answer(TOTALS, LEVELS.iloc[:1].assign(gaps=0), {}).endswith(
        "The only level of the policies in use has somebody on call."
    )


def test_nobody_on_call_and_no_policy_are_said_plainly():
    nobody = TOTALS._replace(responders=0, per_hour=UNKNOWN)
    assert answer(nobody, LEVELS.iloc[:0], {}) == (
        "Nobody was on call by schedule in this selection. "
        "Coverage is unknown: no schedule of a policy in use was collected."
    )


def test_quiet_shifts_are_no_division_by_zero():
    quiet = TOTALS._replace(interruptions_on_call=0, per_hour=Estimate(0.0, 0.0, 0.004))
    assert answer(quiet, LEVELS, {}).startswith("Nobody was interrupted in 1,000 hours on call. ")
    assert every(quiet.per_hour) == "never"
    assert every(UNKNOWN) == "never"


@pytest.mark.parametrize(
    ("gini", "p", "told"),
    [
        (0.41, 0.001, "is **more uneven than chance would have it**"),
        (0.27, 0.3, "is no more uneven than chance would have it"),
        (0.10, 1.0, "is more even than chance would have it"),
    ],
)
def test_the_gini_stands_beside_what_chance_gives(gini, p, told):
    said = evenness(replace(SPLIT, gini=gini, p_value=p), SHARED[0])
    assert said == (
        f"The split of nights with pages over 12 people {told}: Gini {gini:.2f}, where falling at "
        "random in proportion to on-call time in sleep hours gives 0.25 (0.22 to 0.29)."
    )


def test_a_few_nights_say_nothing_about_evenness():
    assert evenness(replace(SPLIT, events=9), SHARED[1]).startswith("Not enough data")
    nothing = replace(SPLIT, gini=np.nan, events=0)
    assert evenness(nothing, SHARED[2]) == "No engaged time to share among people on call."
