"""The cards of one finding: what its numbers are compared with, and what was not measured."""

import pytest

from corvana.analysis.findings.kind import Kind
from corvana.analysis.findings.registry import KINDS
from corvana.ui.cards.findings import finding_cards
from tests.builders.charts.findings import NAN, SLOW


def cards(finding):
    return {card.label: card for card in finding_cards(finding)}


def test_an_interval_whose_bounds_round_to_the_same_is_an_interval():
    narrow = SLOW._replace(effect=600.1, low=600.0, high=600.2)
    assert cards(narrow)["Effect"].note == "10 min to 10 min (95 % interval)"
    gap = SLOW._replace(kind="coverage_gap", effect=0.5, low=0.5, high=0.5, p_value=NAN)
    assert cards(gap)["Effect"].note == "exact, no interval"


def test_avoidable_time_that_was_not_measured_is_not_zero():
    none = cards(SLOW._replace(avoidable_minutes_per_month=0.0))["Avoidable a month"]
    assert (none.value, none.note) == ("–", "not measured")
    some = cards(SLOW)["Avoidable a month"]
    assert (some.value, some.note) == ("15 h 30 min", "at most; time incidents wait")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_avoidable_time_is_measured_against_is_said_of_that_time_only(kind: Kind):
    p_value = NAN if kind.probability_of == "not tested" else 0.001
    shown = cards(SLOW._replace(kind=kind.name, p_value=p_value))
    about = [label for label, card in shown.items() if kind.against in card.help]
    assert about == ["Avoidable a month"]
