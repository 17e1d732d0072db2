"""Every text of every page, of accounts whose facts are known from the telling."""

from pathlib import Path

import pytest

from tests.builders.sentences import grammar, heard, places, truth
from tests.builders.sentences.grid import ACCOUNTS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("told", ACCOUNTS, ids=lambda told: told.name)
def test_no_sentence_is_false_or_badly_put(told):
    wrong = {
        f"{each.case.name} | {each.said.page} | {each.said.where} | {each.said.text}": found
        for each in heard.account(told).heard
        if (found := [*grammar.faults(each.said.text), *truth.faults(each)])
    }
    assert wrong == {}


def test_every_place_of_a_text_is_known():
    """A new card, chart or sentence is looked at here before it can be shown."""
    said = [each.said for account in heard.everything() for each in account.heard]
    unknown = {(each.page, each.where) for each in said if not places.is_known(each)}
    assert unknown == set()


def test_every_page_and_every_chart_is_looked_at():
    pages = {each.said.page for account in heard.everything() for each in account.heard}
    files = {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")}
    assert files - pages == places.WITHOUT_AN_ACCOUNT | places.LOOKED_AT_ELSEWHERE
    drawn = set().union(*(account.charts for account in heard.everything()))
    assert places.every_chart() - drawn == places.DRAWN_ELSEWHERE
