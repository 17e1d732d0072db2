"""What is said of escalations: how often, by whom, and which policy runs out of people."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.answers.escalations import answer, back_test, foremost
from corvana.analysis.answers.selection import Selected

SELECTED = Selected("", "", "from 3 Nov to 24 Nov")
NAMES = {"P1": "Pay_ments"}


def summary(**changed):
    """Two policies and the selection."""
    known = {
        "escalation_policy_id": ["P1", "P2", None], "n": [63, 937, 1_000], "n_escalated": 380,
        "escalated": 0.38, "escalated_low": 0.35, "escalated_high": 0.41,
        "timeout_escalations": 310, "manual_escalations": 180, "unknown_escalations": 10,
        "n_exhausted": [40, 9, 49], "exhausted": [0.63, 0.01, 0.05],
        "exhausted_low": [0.5, 0.0, 0.04],
    }  # fmt: skip
    return pd.DataFrame(known | changed)


def test_it_tells_how_often_by_whom_and_which_policy_with_the_population_of_each():
    assert answer(summary(), NAMES, SELECTED) == (
        "**38 % of the 1,000 high-urgency incidents paged through a policy from 3 Nov to 24 Nov "
        "escalate** (35 to 41 %); 62 % of the 500 escalations were by the timer. **Pay\\_ments** "
        "most often runs out of people to page: 63 % of its 63 incidents."
    )


YOUNG = pd.DataFrame({"arrived_by": ["first"] * 12, "delay": 900.0})


def test_incidents_that_may_still_escalate_are_told_apart():
    eight = summary(n=[3, 5, 8], n_escalated=0)
    assert answer(eight, NAMES, SELECTED, YOUNG) == (
        "**8 high-urgency incidents paged through a policy from 3 Nov to 24 Nov**, none of them "
        "escalated; fewer than 10 are counted and not judged. 12 more are not counted: younger "
        "than the delay of 15 min."
    )
    assert answer(summary(n=0), NAMES, SELECTED, YOUNG) == (
        "**12 high-urgency incidents paged through a policy from 3 Nov to 24 Nov**, none of them "
        "escalated so far, younger than the delay of 15 min."
    )


def test_a_filter_is_named_and_the_urgency_is_that_of_what_escalates():
    narrowed = Selected("low-urgency", "Orders", "from 3 Nov to 24 Nov")
    assert "of the 1,000 high-urgency incidents of Orders paged through a policy from" in answer(
        summary(), NAMES, narrowed
    )


@pytest.mark.parametrize(
    ("n", "escalated", "told"),
    [
        (
            1,
            0,
            "**1 high-urgency incident paged through a policy from 3 Nov to 24 Nov**, not escal",
        ),
        (
            1,
            1,
            "**1 high-urgency incident paged through a policy from 3 Nov to 24 Nov**, escalated",
        ),
        (
            2,
            0,
            "**2 high-urgency incidents paged through a policy from 3 Nov to 24 Nov**, none of th",
        ),
        (9, 2, "**9 high-urgency incidents paged through a policy from 3 Nov to 24 Nov**, 2 of th"),
    ],
)
def test_fewer_than_ten_incidents_are_counted_and_not_judged(n, escalated, told):
    said = answer(summary(n=n, n_escalated=escalated), NAMES, SELECTED)
    assert said.startswith(told)
    assert said.endswith("escalated; fewer than 10 are counted and not judged.")


def test_where_nothing_escalates_it_says_none():
    none = summary(n=20, n_escalated=0, escalated=0.0, escalated_low=0.0, escalated_high=0.16)
    assert answer(none, NAMES, SELECTED).startswith(
        "**None of the 20 high-urgency incidents paged through a policy from 3 Nov to 24 Nov "
        "escalated**: 0 % (0 to 16 %). **Pay"
    )


@pytest.mark.parametrize(
    ("exhausted", "told"),
    [
        ([0, 0, 0], "No incident ran out of people to page."),
        ([1, 0, 1], "1 incident ran out of people to page: too few to compare policies."),
        ([9, 9, 18], "18 incidents ran out of people to page, fewer than 10 on each policy."),
    ],
)
def test_a_policy_that_seldom_runs_out_of_people_is_not_named(exhausted, told):
    assert answer(summary(n_exhausted=exhausted), NAMES, SELECTED).endswith(told)


def test_a_policy_alone_is_not_the_one_that_does_it_most_often():
    alone = summary().iloc[[0, 2]]
    assert "**Pay\\_ments** runs out of people to page" in answer(alone, NAMES, SELECTED)


def test_the_foremost_policy_is_the_one_that_the_answer_names():
    assert foremost(summary()) == "P1"
    assert foremost(summary(n_exhausted=[9, 9, 18])) is None


def test_few_escalations_are_counted():
    few = summary(timeout_escalations=1, manual_escalations=0, unknown_escalations=0)
    assert "; 1 of 1 escalation was by the timer." in answer(few, NAMES, SELECTED)


def test_nothing_paged_through_a_policy_is_said():
    assert answer(summary(n=0), NAMES, SELECTED).startswith("No high-urgency incident was paged")


PREDICTED = pd.DataFrame(
    {"n": [120], "p90": [300.0], "p90_observed": [400.0], "p90_high": [500.0], "distance": [0.5],
     "predictor": ["replay"], "backtest": [0.05], "n_backtests": [34], "ran_out": [0.02],
     "ran_out_replayed": [0.02], "cut_off": [7], "extrapolated": [False]}
)  # fmt: skip


def test_the_back_test_names_its_population_and_what_the_whisker_is():
    assert back_test(PREDICTED) == (
        "Of those acknowledged among the 120 incidents that began on this policy. Predicted by "
        "replaying them. Typical error in 34 back-tests with delays changed as much: 5 %. Whisker: "
        "95 % range for a similar period."
    )
    assert back_test(PREDICTED.iloc[:0]) == "A P90 needs 20 acknowledged incidents."
    assert back_test(PREDICTED.assign(p90_observed=np.nan)) == back_test(PREDICTED.iloc[:0])


def test_a_plainer_prediction_is_named_where_it_was_better():
    shift = back_test(PREDICTED.assign(predictor="shift"))
    assert "Predicted by shifting every page: in back-tests this was better" in shift
    none = back_test(PREDICTED.assign(predictor="none"))
    assert "Predicted as no change: in back-tests this was better than a replay." in none


def test_without_a_back_test_no_error_is_told():
    told = back_test(PREDICTED.assign(n_backtests=0, backtest=np.nan))
    assert "No policy of the account has enough incidents for a back-test." in told


def test_with_the_same_delays_the_two_halves_of_a_period_are_compared():
    assert (
        "With the same delays, one half of a period was typically 5 % off the other half "
        "(34 back-tests)." in back_test(PREDICTED.assign(distance=1.0))
    )


def test_why_paging_earlier_slows_an_answer_is_said():
    slower = PREDICTED.assign(p90=500.0)
    assert (
        "Paging earlier slows the answer here: 7 answers of a level would come after the next "
        "level is paged, and the next level answers later." in back_test(slower)
    )
    assert (
        "Paging earlier slows the answer here, because more incidents run out of people before "
        "anybody answers: 12 % instead of 2 %." in back_test(slower.assign(ran_out=0.12))
    )
    for other in (PREDICTED, slower.assign(distance=2.0), slower.assign(cut_off=0)):
        assert "slows" not in back_test(other)


def test_beyond_what_was_observed_the_caption_says_so():
    beyond = PREDICTED.assign(extrapolated=True, p90=np.nan)
    assert back_test(beyond).endswith(
        "The new delays lie beyond what was observed, so there is only a range."
    )
    assert back_test(beyond.assign(p90_high=np.nan)).endswith("It has no known upper end.")
