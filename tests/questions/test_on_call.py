"""The on-call questions: nobody is told apart in a small group."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from corvana.analysis.account.selection import Filters
from corvana.analysis.people import is_recognisable
from corvana.questions import on_call
from corvana.questions.cache import Key
from corvana.questions.view import View
from corvana.versions.files import open_version
from tests.builders.analysis.on_call_account import WEEK, account
from tests.builders.analysis.rotations import at, rules, shifts

FILTERS = Filters(start=at(0), end=at(WEEK))


@pytest.fixture
def ask(tmp_path):
    """Ask one question of an account, with nothing kept from before."""

    def of(question, known, *arguments):
        view = View.of_version(open_version(tmp_path, "C1", 0))
        view.cache.narrowed.put(Key("C1", 0, FILTERS), known)
        return question(view, FILTERS, *arguments)

    return of


def turns(*people):
    return shifts(*(("S1", who, 24 * i, 24 * i + 24) for i, who in enumerate(people)))


def test_four_people_are_not_drawn_one_by_one_and_five_are(ask):
    chain = rules(("P1", 1, "S1"))
    four, five = (account(shifts=turns(*"abcde"[:n]), rules=chain) for n in (4, 5))
    assert ask(on_call.burdens, four, on_call.RESPONDERS).empty
    assert len(ask(on_call.burdens, five, on_call.RESPONDERS)) == 5
    assert is_recognisable(4)
    assert not is_recognisable(5)


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
    nothing = open_version(Path(), "C1", 0)
    view = View.of_version(replace(nothing, frames={**nothing.frames, "labels": known}))
    ids = pd.Series(["7f2kabcd"])
    assert on_call.names(view, on_call.RESPONDERS, ids) == {"7f2kabcd": "Responder 7F2K"}
    assert on_call.names(view, on_call.ROTATIONS, ids) == {"S1": "Nights"}
