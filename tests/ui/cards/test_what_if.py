"""The cards of the what-if: a replay is held against a replay; what happened stands beside."""

import numpy as np
import pandas as pd

from corvana.ui.cards.escalations import what_if_cards

PREDICTED = pd.DataFrame(
    {"p90": [1_100.0], "p90_low": [900.0], "p90_high": [1_400.0], "p90_replayed": [1_236.0],
     "p90_observed": [1_154.0], "acked": [0.94], "acked_replayed": [0.93], "acked_observed": [0.91],
     "night_pages": [64.0], "night_pages_replayed": [58.0], "night_pages_observed": [71.0],
     "n": [84], "n_acked": [76], "extrapolated": [False]}
)  # fmt: skip


def test_every_number_stands_beside_the_replay_of_today_s_delays_and_what_was_observed() -> None:
    told = {card.label: (card.value, card.note) for card in what_if_cards(PREDICTED)}
    assert told == {
        "P90 to first ack": (
            "18 min 20 s",
            "15 min to 23 min 20 s · with today's delays 20 min 36 s, observed 19 min 14 s",
        ),
        "Acknowledged": ("94 %", "with today's delays 93 %, observed 91 %"),
        "Pages in sleep hours": ("64", "with today's delays 58, observed 71"),
    }


def test_the_replay_of_today_s_delays_is_named_only_where_it_differs() -> None:
    alike = PREDICTED.assign(p90_replayed=1_154.0, acked_replayed=0.911)
    told = {card.label: card.note for card in what_if_cards(alike)}
    assert told["P90 to first ack"] == "15 min to 23 min 20 s · observed 19 min 14 s"
    assert told["Acknowledged"] == "observed 91 %"


def test_beyond_what_was_observed_a_range_is_told_and_no_number() -> None:
    beyond = PREDICTED.assign(extrapolated=True, p90=np.nan, acked=np.nan, night_pages=np.nan)
    told = {card.label: (card.value, card.note) for card in what_if_cards(beyond)}
    assert told == {
        "P90 to first ack": (
            "15 min to 23 min 20 s",
            "beyond what was observed, so no number; observed 19 min 14 s",
        ),
        "Acknowledged": ("–", "beyond what was observed, so no number; observed 91 %"),
        "Pages in sleep hours": ("–", "beyond what was observed, so no number; observed 71"),
    }
    endless = what_if_cards(beyond.assign(p90_high=np.nan))[0]
    assert endless.value == "at least 15 min"


def test_too_few_acknowledgements_for_a_p90_are_said() -> None:
    few = PREDICTED.assign(p90=np.nan, p90_low=np.nan, p90_high=np.nan, p90_replayed=np.nan)
    card = what_if_cards(few)[0]
    assert card.value == "–"
    assert card.note == "needs 20 acknowledged incidents"


def test_fewer_than_ten_acknowledgements_predict_nothing() -> None:
    few = PREDICTED.assign(n=14, n_acked=2)
    told = {card.label: (card.value, card.note) for card in what_if_cards(few)}
    needs = ("–", "needs 10 acknowledged incidents; 2 were")
    assert told["Acknowledged"] == told["Pages in sleep hours"] == needs


def test_the_share_acknowledged_says_that_incidents_passed_on_by_hand_are_not() -> None:
    acked = next(card for card in what_if_cards(PREDICTED) if card.label == "Acknowledged")
    assert "before somebody resolved them or passed them on by hand" in acked.help


def test_fewer_than_ten_incidents_predict_nothing() -> None:
    (card,) = what_if_cards(PREDICTED.assign(n=1))
    assert (card.value, card.note) == ("–", "needs 10 incidents; 1 incident began on this policy")


def test_a_policy_on_which_nothing_began_says_so() -> None:
    assert what_if_cards(PREDICTED.iloc[:0])[0].note == "no incident began on this policy"
