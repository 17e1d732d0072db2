"""Charts of a deck: their whiskers, their workbooks, and their places."""

import pytest

from corvana.deck.document import deck_pptx
from tests.builders.analysis.ledger_of_findings import finding
from tests.builders.deck.read_deck import ReadDeck, sheet_of
from tests.builders.deck.reviewed import decided, view_of


def chart_of(found):
    return ReadDeck(deck_pptx(view_of([found], decided(found)))).slide("1. ").charts[0]


def whisker(chart):
    (plus,), (minus,) = (
        chart._chartSpace.xpath(f"//c:errBars/c:{side}//c:v/text()") for side in ("plus", "minus")
    )
    return float(minus), float(plus)


def test_the_whisker_reaches_from_the_lower_to_the_upper_end_of_the_interval():
    chart = chart_of(finding("exhausted_policy", effect=0.5, low=0.4, high=0.65))
    assert whisker(chart) == pytest.approx((0.1, 0.15))
    series = chart._chartSpace.xpath("//c:ser")
    assert [len(one.xpath("c:errBars")) for one in series] == [1, 0]


def test_what_is_read_off_has_no_whisker_and_says_so():
    found = finding("exhausted_policy", effect=0.5, low=0.5, high=0.5)
    deck = ReadDeck(deck_pptx(view_of([found], decided(found))))
    (chart,) = deck.slide("1. ").charts
    assert chart._chartSpace.xpath("//c:errBars") == []
    assert "Read off the configuration" in deck.slide("1. ").text


def test_the_workbook_behind_a_chart_holds_the_values_and_the_whisker():
    sheet = sheet_of(chart_of(finding("exhausted_policy", effect=0.5, low=0.4, high=0.65)))
    assert {cell: sheet[cell] for cell in ("A1", "A2", "A3", "B1", "C1", "D1", "E1")} == {
        "A1": "in share",
        "A2": "50 % · Policy P1",
        "A3": "10 % · Other policies",
        "B1": "Incidents for which nobody was left to page",
        "C1": "Comparison value",
        "D1": "95 % interval, below",
        "E1": "95 % interval, above",
    }
    numbers = {cell: float(sheet[cell]) for cell in ("B2", "C3", "D2", "E2")}
    assert numbers == pytest.approx({"B2": 0.5, "C3": 0.1, "D2": 0.1, "E2": 0.15})
    assert not {"B3", "C2", "D3", "E3"} & set(sheet)


def test_the_whisker_points_to_its_cells_so_that_it_follows_when_data_are_edited():
    chart = chart_of(finding("exhausted_policy", effect=0.5, low=0.4, high=0.65))
    named = chart._chartSpace.xpath("//c:errBars//c:f/text()")
    assert named == ["Sheet1!$E$2:$E$3", "Sheet1!$D$2:$D$3"]


def test_shares_are_drawn_against_the_whole_and_other_values_against_the_largest():
    share = chart_of(finding("exhausted_policy", effect=0.5, low=0.4, high=0.65))
    assert (share.value_axis.minimum_scale, share.value_axis.maximum_scale) == (0, 1)
    times = chart_of(finding("slow_ack", effect=600.0, low=500.0, high=900.0, reference=60.0))
    assert times.value_axis.maximum_scale == pytest.approx(954.0)


def test_an_interval_without_an_end_breaks_nothing():
    chart = chart_of(finding("slow_ack", effect=600.0, low=500.0, high=float("nan")))
    assert chart._chartSpace.xpath("//c:errBars") == []
    assert chart.value_axis.maximum_scale == pytest.approx(636.0)
