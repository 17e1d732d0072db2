"""The on-call page: nobody is told apart in a small group, and the numbers on its cards."""

from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st

from corvana.analysis.burden import totals
from corvana.analysis.covered_levels import covered_levels
from corvana.analysis.selection import Filters
from corvana.ui import on_call
from corvana.ui.cards.on_call import on_call_cards
from tests.analysis.rotations import at, rules, shifts
from tests.analysis.test_burden import WEEK, account

FILTERS = Filters(start=at(0), end=at(WEEK))


@pytest.fixture
def ask(monkeypatch):
    """Ask one of the page's questions of an account, with nothing kept from before."""

    def of(question, known, *arguments):
        st.cache_data.clear()
        monkeypatch.setattr(on_call.accounts, "narrowed", lambda *_: known)
        snapshot = SimpleNamespace(connection_id="C1", version=1)
        return question(snapshot, FILTERS, *arguments)

    yield of
    st.cache_data.clear()


def turns(*people):
    return shifts(*(("S1", who, 24 * i, 24 * i + 24) for i, who in enumerate(people)))


def test_four_people_are_not_drawn_one_by_one_and_five_are(ask):
    chain = rules(("P1", 1, "S1"))
    four, five = (account(shifts=turns(*"abcde"[:n]), rules=chain) for n in (4, 5))
    assert ask(on_call.burdens, four, on_call.RESPONDERS).empty
    assert len(ask(on_call.burdens, five, on_call.RESPONDERS)) == 5
    assert on_call.is_recognisable(4)
    assert not on_call.is_recognisable(5)


def test_a_rotation_of_one_person_is_not_drawn(ask):
    worked = pd.concat([turns("a", "b"), shifts(("S2", "c", 0, 24))], ignore_index=True)
    known = account(shifts=worked, rules=rules(("P1", 1, "S1"), ("P2", 1, "S2")))
    assert ask(on_call.burdens, known, on_call.ROTATIONS)["id"].tolist() == ["S1"]


def test_hours_of_the_week_need_five_people_or_none(ask):
    few, many = (account([(who, 3, "P1") for who in "abcde"[:n]]) for n in (4, 5))
    assert ask(on_call.hours, few).empty
    assert ask(on_call.hours, many)["n"].sum() == 5
    assert len(ask(on_call.hours, account())) == 168


def test_the_table_has_names_for_ids_and_nobody_who_answers_most():
    services = pd.DataFrame({"service_id": ["S1", "S2"], "n": [1, 2], "top_responder": ["a", "b"]})
    table = on_call.named(services, "service_id", {"S1": "Pay"})
    assert table.columns.tolist() == ["service_id", "n"]
    assert table["service_id"].tolist() == ["Pay", "unnamed"]


def test_responders_are_codes_and_schedules_have_their_name():
    known = pd.DataFrame(
        {"kind": ["schedule", "service"], "id": ["S1", "S1"], "label": ["Nights", "Pay"]}
    )
    snapshot = SimpleNamespace(frame=lambda _: known)
    ids = pd.Series(["7f2kabcd"])
    assert on_call.labels(snapshot, on_call.RESPONDERS, ids) == {"7f2kabcd": "Responder 7F2K"}
    assert on_call.labels(snapshot, on_call.ROTATIONS, ids) == {"S1": "Nights"}


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
