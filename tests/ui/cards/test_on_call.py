"""The numbers on the cards of the on-call page."""

import numpy as np

from corvana.analysis.staffing.burden import totals
from corvana.analysis.staffing.burden_change import Change
from corvana.analysis.staffing.covered_levels import covered_levels
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate
from corvana.ui.cards.on_call import on_call_cards
from tests.builders.analysis.on_call_account import account
from tests.builders.analysis.rotations import rules, shifts


def turns(*people):
    return shifts(*(("S1", who, 24 * i, 24 * i + 24) for i, who in enumerate(people)))


def test_cards_tell_rate_night_norm_coverage_and_people():
    pages = [("a", 3, "P1"), ("a", 12, "P1"), ("lee", 12, "P1")]
    known = account(pages, shifts=turns("a", "b"), rules=rules(("P1", 1, "S1"), ("P1", 2, "lee")))
    now = totals(known)
    cards = on_call_cards(now, None, covered_levels(known))
    assert [card.value for card in cards] == ["2", "1 of 3", "0 of 2", "100 %", "2"]
    assert [card.note for card in cards] == [
        "in 48 h on call; fewer than 10, no rate",
        "of 3 interruptions",
        "of 2 shifts",
        "0 of 1 level has coverage gaps",
        "by schedule; 1 more only named in a policy",
    ]
    assert cards[0].label == "Interruptions on level 1", "a count is not called a rate"
    same = on_call_cards(now, Change(UNKNOWN, UNKNOWN, UNKNOWN), covered_levels(known))
    assert [card.change for card in same[:3]] == [""] * 3, "too few for a change"


def test_rates_and_shares_have_intervals_from_ten_on():
    pages = [("a", hour, "P1") for hour in range(12)]
    known = account(pages, shifts=turns("a"), rules=rules(("P1", 1, "S1")))
    now = totals(known)
    since = Change(Estimate(1.0, 0.4, 2.5), Estimate(0.3, np.nan, np.nan), UNKNOWN)
    rate, asleep, *_ = on_call_cards(now, since, covered_levels(known))
    assert (rate.label, rate.value) == ("Per hour on level 1", "0.5")
    assert rate.note == "interruptions, 0.258 to 0.873 · every 2 h"
    assert (asleep.value, asleep.note) == ("67 %", "39 to 86 % · of 12 interruptions")
    assert "Level 2 and above" not in rate.help
    assert [rate.change, asleep.change] == ["no clear change", "too few weeks to tell"]


def test_cards_of_an_account_without_shifts_are_dashes():
    nobody = account()
    cards = on_call_cards(totals(nobody), None, covered_levels(nobody))
    assert [card.value for card in cards] == ["–", "–", "–", "–", "0"]


def test_other_levels_are_told_in_the_help_so_that_the_card_is_as_short_as_the_others():
    pages = [("a", hour, "P1") for hour in range(12)]
    chain = rules(("P1", 1, "S1"), ("P1", 2, "S2"))
    known = account(pages, shifts=shifts(("S1", "a", 0, 24), ("S2", "b", 0, 24)), rules=chain)
    rate, *_ = on_call_cards(totals(known), None, covered_levels(known))
    assert "level 2" not in rate.note.lower()
    assert "Level 2 and above: never in 24 h on call." in rate.help
