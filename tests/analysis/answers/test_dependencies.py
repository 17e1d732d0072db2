"""The answer on dependencies: which follow-on failures are clearest, which pair is undeclared."""

import pandas as pd

from corvana.analysis.answers.dependencies import answer
from corvana.charts.dependencies import plot_pairs

NAMES = {"db": "Orders_db", "api": "Orders", "mail": "Mail", "sms": "SMS"}
ASSOCIATION = "Failing together is an association: a common cause outside the two looks the same."
PAIRS = pd.DataFrame(
    {
        "supporting_id": ["db", "api", "mail"],
        "dependent_id": ["api", "mail", "sms"],
        "is_declared": [True, True, False],
        "n_supporting": [100, 40, 60],
        "n_dependent": [80, 50, 60],
        "together": [62, 20, 50],
        "expected": [4.0, 2.0, 2.5],
        "lift": [15.5, 10.0, 20.0],
        "lift_low": [11.9, 6.1, 14.8],
        "beyond_chance": [True, True, True],
        "lift_high": [19.9, 15.4, 26.4],
        "followed": [0.6, 0.5, 0.8],
        "followed_low": [0.5, 0.35, 0.68],
        "followed_high": [0.69, 0.65, 0.88],
    }
)


def test_it_names_the_clearest_follow_on_failures_against_chance_and_the_undeclared_pair() -> None:
    assert answer(PAIRS, NAMES) == (
        "**Orders\\_db has the clearest follow-on failures:** 60 % of its 100 failures (50 to "
        "69 %) were followed within ten minutes by one of Orders, which is declared to need it; by "
        "chance 2 %. **Mail** and **SMS** fail together 20 times as often as by chance (15 to 26; "
        f"seen 50 times), although no dependency between them is declared. {ASSOCIATION}"
    )


def test_the_surest_share_wins_not_the_largest() -> None:
    few = PAIRS.iloc[[0, 1]].assign(followed=[0.6, 0.7], followed_low=[0.5, 0.3])
    assert answer(few, NAMES).startswith(
        "**Orders\\_db has the clearest follow-on failures:** 60 %"
    )


def test_a_share_under_twenty_points_above_chance_is_not_called_often() -> None:
    # By chance: four expected together, half of them in this order, of a hundred failures.
    at_floor = PAIRS.iloc[[0]].assign(followed=0.22)
    assert answer(at_floor, NAMES).startswith(
        "**Orders\\_db has the clearest follow-on failures:** 22 %"
    )
    below = PAIRS.iloc[[0]].assign(followed=0.21)
    assert answer(below, NAMES).startswith(
        "**No service often has follow-on failures.** They are clearest after Orders\\_db: 21 % of"
    )


def test_an_answer_about_some_services_says_so() -> None:
    about = "Only pairs with a chosen service are counted."
    assert answer(PAIRS, NAMES, of_chosen=True).endswith(about)
    assert about not in answer(PAIRS, NAMES)


def test_a_service_that_failed_fewer_than_ten_times_is_never_named() -> None:
    seldom = PAIRS.iloc[[0]].assign(n_supporting=9)
    assert answer(seldom, NAMES) == (
        "1 declared edge joins services that failed: too few failures to tell from chance. No pair "
        "without a declared edge fails together beyond chance."
    )


def test_where_no_two_services_have_ten_failures_nothing_is_said_of_chance() -> None:
    nothing = PAIRS.iloc[:0]
    assert answer(nothing, NAMES, can_tell=False).endswith(
        "Of pairs without a declared edge there are too few failures to tell from chance."
    )
    assert "No pair with a chosen service without a declared edge fails together" in answer(
        nothing, NAMES, of_chosen=True
    )


def test_nothing_beyond_chance_claims_no_association() -> None:
    said = answer(PAIRS.iloc[[0, 1]].assign(beyond_chance=False), NAMES)
    assert said.startswith("2 declared edges join services that failed; none fails")
    assert ASSOCIATION not in said


def test_without_declared_edges_the_undeclared_pair_is_still_told() -> None:
    said = answer(PAIRS.iloc[[2]], NAMES)
    assert said.startswith("No declared edge joins two services that both failed")
    assert "**Mail** and **SMS** fail together 20 times" in said
    assert said.endswith(ASSOCIATION)


def test_without_any_pair_it_says_so() -> None:
    assert answer(PAIRS.iloc[:0], NAMES) == (
        "No declared edge joins two services that both failed in this period. No pair without a "
        "declared edge fails together beyond chance."
    )


def test_the_sentence_and_the_chart_name_the_same_pair() -> None:
    """The undeclared pair is followed most surely; another one has a higher lift."""
    other = PAIRS.iloc[[2]].assign(
        supporting_id="sms", dependent_id="db", followed_low=0.3, lift_low=40.0
    )
    pairs = pd.concat([PAIRS, other]).assign(
        direction="unclear", lag=60.0, lag_low=30.0, lag_high=90.0, n_dependent=40
    )
    assert "**Mail** and **SMS** fail together" in answer(pairs, NAMES)
    title = plot_pairs(pairs, NAMES).layout.title.text.replace("<br>", " ")
    assert title.startswith("SMS follows 80 % of Mail’s 60 failures")


def test_failures_at_the_same_instant_are_not_called_follow_on_failures() -> None:
    """Two services that fail in the same second fail together, and neither follows the other."""
    at_once = PAIRS.iloc[[0]].assign(followed=0.0, followed_low=0.0, followed_high=0.04)
    assert answer(at_once, NAMES) == (
        "**Orders\\_db** and **Orders** fail together 16 times as often as by chance (12 to 20; "
        "seen 62 times), mostly at the same instant: which failure follows which is not known. "
        "Orders is declared to need Orders\\_db. No pair without a declared edge fails together "
        f"beyond chance. {ASSOCIATION}"
    )
