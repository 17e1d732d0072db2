"""Every text of the grid: what each page says of each selection."""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from tests.builders.sentences.done import with_done
from tests.builders.sentences.grid import ACCOUNTS, CLOSELY, CONCLUDED, Case, cases_of
from tests.builders.sentences.pages import OPTIONS, PAGES, WITHOUT_FILTERS, Looked
from tests.builders.sentences.shown import NUMBER, Said, run
from tests.builders.sentences.stored import view_of
from tests.builders.sentences.told import Told

_MOST_STEPS: Final = 3
"""The walkthrough shows as many findings."""


class Heard(NamedTuple):
    """A text with the selection it is about and the options that were chosen."""

    case: Case
    looked: Looked
    said: Said


class Account(NamedTuple):
    """What the pages say of one account, and the charts they drew."""

    heard: list[Heard]
    charts: frozenset[str]


@cache
def account(told: Told) -> Account:
    """Return everything that is said of an account."""
    heard: list[Heard] = []
    charts: set[str] = set()
    view = view_of(told, is_concluded=told in CONCLUDED)
    for case in cases_of(told):
        for looked in _looked(case, len(view.frame("findings"))):
            shown = with_done(view) if looked.page == "timeline" else view
            said, drawn = run(looked.page, shown, case.filters, looked.options)
            heard += [Heard(case, looked, each) for each in said]
            charts |= drawn
    return Account(heard, frozenset(charts))


def everything() -> Iterator[Account]:
    """Yield what is said of each account."""
    yield from map(account, ACCOUNTS)


def _looked(case: Case, findings: int) -> list[Looked]:
    """The pages of a selection; with other options, too, where all of an account is looked at.

    Where an account is not looked at closely, the pages and the options take turns.
    """
    told = case.told
    turn, is_close = ACCOUNTS.index(told) + len(case.name), told in CLOSELY
    pages = [each for each in PAGES if each.page != "dependencies" or told.edges or is_close]
    if case.name != "everything":
        return pages[turn % 2 :: 2]
    numbered = [
        Looked(page, {NUMBER: str(number)})
        for page, n in zip(
            WITHOUT_FILTERS, (max(findings, 1), min(findings, _MOST_STEPS) + 2), strict=True
        )
        for number in range(n)
    ]
    other = OPTIONS if is_close or findings > 3 else OPTIONS[turn % 6 :: 6]
    return [*pages, *other, *numbered]
