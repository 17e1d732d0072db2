"""The answer on dependencies: which service takes most with it, which pair is undeclared."""

import pandas as pd

from corvana.analysis.answers.dependencies import answer

NAMES = {"db": "Orders_db", "api": "Orders", "mail": "Mail", "sms": "SMS"}
ASSOCIATION = "Failing together is an association: a common cause outside both looks the same."
PAIRS = pd.DataFrame(
    {
        "supporting_id": ["db", "api", "mail"],
        "dependent_id": ["api", "mail", "sms"],
        "is_declared": [True, True, False],
        "n_supporting": [100, 40, 60],
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


def test_it_names_who_takes_most_with_it_against_chance_and_the_undeclared_pair() -> None:
    assert answer(PAIRS, NAMES) == (
        "**Orders\\_db takes most with it:** 60 % of its failures (50 to 69 %, n = 100) were "
        "followed by one of Orders, which is declared to need it, within ten minutes; by chance "
        "2 %. **Mail** and **SMS** fail together 20 times as often as by chance (15 to 26, 50 "
        f"times), although nothing is declared between them. {ASSOCIATION}"
    )


def test_the_surest_share_wins_not_the_largest() -> None:
    few = PAIRS.iloc[[0, 1]].assign(followed=[0.6, 0.7], followed_low=[0.5, 0.3])
    assert answer(few, NAMES).startswith("**Orders\\_db takes most with it:** 60 %")


def test_a_share_under_twenty_points_above_chance_is_not_called_often() -> None:
    # By chance: four expected together, half of them in this order, of a hundred failures.
    at_floor = PAIRS.iloc[[0]].assign(followed=0.22)
    assert answer(at_floor, NAMES).startswith("**Orders\\_db takes most with it:** 22 %")
    below = PAIRS.iloc[[0]].assign(followed=0.21)
    assert answer(below, NAMES).startswith(
        "**No service often takes another with it.** The most is Orders\\_db: 21 % of its failures"
    )


def test_an_answer_about_some_services_says_so() -> None:
    about = "This is about pairs with the services chosen only."
    assert answer(PAIRS, NAMES, of_chosen=True).endswith(about)
    assert about not in answer(PAIRS, NAMES)


def test_a_service_that_failed_fewer_than_ten_times_is_never_named() -> None:
    seldom = PAIRS.iloc[[0]].assign(n_supporting=9)
    assert answer(seldom, NAMES) == (
        "Of the declared edges between services that failed (1), none fails together beyond chance "
        "in this period. No pair without a declared edge fails together beyond chance."
    )


def test_nothing_beyond_chance_claims_no_association() -> None:
    said = answer(PAIRS.iloc[[0, 1]].assign(beyond_chance=False), NAMES)
    assert said.startswith("Of the declared edges between services that failed (2), none")
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
