"""The numbers on the cards of the on-call page."""

from corvana.analysis.staffing.burden import totals
from corvana.analysis.staffing.covered_levels import covered_levels
from corvana.ui.cards.on_call import on_call_cards
from tests.builders.analysis.on_call_account import account
from tests.builders.analysis.rotations import rules, shifts


def turns(*people):
    return shifts(*(("S1", who, 24 * i, 24 * i + 24) for i, who in enumerate(people)))


def test_cards_tell_rate_night_norm_coverage_and_people():
    pages = [("a", 3, "P1"), ("a", 12, "P1"), ("lee", 12, "P1")]
    known = account(pages, shifts=turns("a", "b"), rules=rules(("P1", 1, "S1"), ("P1", 2, "lee")))
    now = totals(known.loads)
    cards = on_call_cards(now, None, covered_levels(known))
    assert [card.value for card in cards] == ["0.0417", "33 %", "0 %", "100 %", "2"]
    assert cards[0].note.endswith("every 1 day on call")
    assert cards[4].note == "by schedule; 1 more only named in a policy"
    assert [card.change for card in cards] == [""] * 5
    same = on_call_cards(now, now, covered_levels(known))
    assert [card.change for card in same[:3]] == ["no clear change"] * 3


def test_cards_of_an_account_without_shifts_are_dashes():
    nobody = account()
    cards = on_call_cards(totals(nobody.loads), None, covered_levels(nobody))
    assert [card.value for card in cards] == ["–", "–", "–", "–", "0"]
