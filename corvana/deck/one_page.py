"""The whole story on one page of A4, as HTML that prints.

The page has room for so many lines. Long names are cut in the middle, and what to do is told as far
as there is room for it; the deck and the report hold everything.
"""

import base64
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers.findings import effect
from corvana.analysis.answers.reviewed import NOT_REVIEWED
from corvana.analysis.answers.scorecard import GOOD_POINTS, good, weakest
from corvana.analysis.findings.registry import KINDS
from corvana.deck import measured
from corvana.deck.chosen import Item
from corvana.deck.slides.account import TITLE, prepared
from corvana.deck.slides.closing import limits
from corvana.deck.slides.findings import NOT_SET, effort, why_none, worth
from corvana.deck.story import Story, story
from corvana.questions.cover import UNKNOWN, Cover
from corvana.questions.view import View
from corvana.questions.walkthrough import told as told_of
from corvana.report import summary
from corvana.report.page import page

ONE_PAGE: Final = "corvana-one-page.html"
_STYLE: Final = Path(__file__).with_name("one_page.css")
_MOST: Final = 13
"""So many findings have room."""
_LINES: Final = 34
"""Lines of the page that are left for findings."""
_TEXT: Final = 8.0
"""Points of the texts in the table, when the page is printed."""
_WIDE: Final = 500.0
"""Points of a line over the whole page."""
_FINDING: Final = 214.0
"""Points of a line in its first column."""
_HEADINGS: Final = (
    ("Finding, and what to do", 43),
    ("Size (95 % interval)", 18),
    ("Avoidable a month", 17),
    ("Owner, due, effort", 22),
)
"""The columns of the table with their widths in percent."""


def one_page_html(view: View, cover: Cover = UNKNOWN) -> str:
    """Return the page as one self-contained HTML document."""
    try:
        return _page(view, cover)
    finally:
        measured.forget()


def _page(view: View, cover: Cover) -> str:
    told = story(view, cover)
    body = (
        f'<main class="story">{_head(told)}'
        f"{summary.lead((told.answer, weakest(told.checks)))}"
        f"{summary.numbers(told.acks, told.resolves, told_of(view), told.services)}"
        f"{_findings(told)}{summary.scores(told.checks)}{_good(told)}{_unseen(told)}"
        f"{_method(told)}</main>"
    )
    name = measured.shortened(told.name, _TEXT, 200, 1) if told.name else ""
    foot = " · ".join(part for part in (TITLE, name, told.period) if part)
    style = _STYLE.read_text(encoding="utf-8")
    return page(TITLE, body, foot=foot, accent=cover.accent, style=style)


def _head(told: Story) -> str:
    cover = told.cover
    facts = {
        "Client": cover.client,
        "PagerDuty account": cover.account_in_words,
        "Scope": " ".join(cover.scope.split()),
        "Period": told.period,
        "Prepared": prepared(cover),
    }
    listed = "".join(
        f"<div><dt>{escape(name)}</dt>"
        f"<dd>{escape(measured.shortened(value, _TEXT, 160, 2, bold=True))}</dd></div>"
        for name, value in facts.items()
        if value
    )
    return f'<header><h1>{TITLE}</h1>{_logo(cover)}<dl class="facts">{listed}</dl></header>'


def _logo(cover: Cover) -> str:
    if not cover.logo:
        return ""
    content = base64.b64encode(cover.logo).decode()
    told = escape(f"Logo of {cover.client}" if cover.client else "Logo of the client")
    return f'<img src="data:{escape(cover.logo_type)};base64,{content}" alt="{told}">'


def _findings(told: Story) -> str:
    mark = "" if told.is_reviewed or not told.items else f" ({NOT_REVIEWED})"
    if not told.items:
        return f"<h2>What we found</h2><p>{why_none(told)}</p>"
    shown = told.items[:_MOST]
    room = _LINES // len(shown) - 2
    head = "".join(
        f'<th scope="col" style="width:{share}%">{name}</th>' for name, share in _HEADINGS
    )
    rows = "".join(_row(number, item, room) for number, item in enumerate(shown, start=1))
    left = len(told.items) - len(shown)
    more = (
        f'<p class="note">{wording.plural(left, "more finding is", "more findings are")} in the '
        "deck.</p>"
        if left
        else ""
    )
    return (
        f"<h2>What we found{mark}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{more}"
    )


def _row(number: int, item: Item, room: int) -> str:
    title = measured.abridged(item.numbered(number), _TEXT, _FINDING, 2, bold=True)
    advice = ""
    if room > 0 and item.advice:
        short = measured.shortened(item.advice, _TEXT, _FINDING, min(room, 5))
        advice = f"<p>{escape(short)}</p>"
    cells = (_size(item), worth(item).replace(" a month", ""), _plan(item))
    told = "".join(f"<td>{escape(wording.unbroken(cell))}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(title)}{advice}</th>{told}</tr>'


def _size(item: Item) -> str:
    if item.told is None:
        return "not measured"
    return f"{effect(item.told.finding)}, {item.told.certainty}"


def _plan(item: Item) -> str:
    parts: Mapping[str, str] = {
        "owner": measured.shortened(item.owner, _TEXT, 104, 1) if item.owner else "",
        "due": item.due_in_words,
        "effort": f"{effort(item)} effort" if item.effort else "",
        "status": item.status if item.status != NOT_REVIEWED else "",
    }
    return ", ".join(part for part in parts.values() if part) or NOT_SET


def _good(told: Story) -> str:
    known, met = told.checks[told.checks["is_known"]], good(told.checks)
    if known.empty:
        return "<h2>What is good</h2><p>No check has enough data yet.</p>"
    counted = wording.some_of(len(met), len(known), "check has", "checks have")
    names = f": {', '.join(met['check'])}" if len(met) else ""
    text = f"{counted} at least {wording.count(GOOD_POINTS)} of 100 points{names}."
    if told.absent:
        kinds = wording.plural(len(told.absent), "kind of problem was", "kinds of problems were")
        text += f" {kinds} looked for and not found."
    return _section("What is good", text, 3)


def _unseen(told: Story) -> str:
    return _section("What we could not see", " ".join(limits(told)), 4)


def _method(told: Story) -> str:
    text = (
        f"{wording.count(len(KINDS))} kinds of findings were tested together, so that at most 10 % "
        "of those listed are expected to be chance. Avoidable time is an upper limit. Incidents "
        "that come together count as fewer than they are. Data version "
        f"{wording.count(told.version)}, collected until {told.as_of}; figures rest on "
        f"{told.rests_on}. Every number stands in the evidence pack."
    )
    return _section("Method", text, 3)


def _section(title: str, text: str, most: int) -> str:
    short = measured.shortened(text, _TEXT, _WIDE, most)
    return f"<h2>{title}</h2><p>{escape(short)}</p>"
