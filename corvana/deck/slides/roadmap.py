"""What to do when: the findings by effort, with the time that each could spare."""

from collections.abc import Sequence
from typing import Final

from pptx.presentation import Presentation as Deck

from corvana.analysis import wording
from corvana.deck import charts, look
from corvana.deck import measured as room
from corvana.deck.chosen import Item
from corvana.deck.look import Area
from corvana.deck.shapes import SIDES, Column, pages, table
from corvana.deck.slides.findings import NOT_SET, effort, sources, worth
from corvana.deck.slides.slide import begin
from corvana.deck.story import Story

_EFFORT_ORDER: Final = ("S", "M", "L", "")
_SAID_OF_ROADMAP: Final = (
    "Smallest effort first, then most avoidable time. Each time is an upper limit."
)
_HEAD: Final = 24.0
_ROW: Final = 38.0
_FINDING: Final = 300.0


def roadmap(deck: Deck, story: Story) -> None:
    """Draw the findings by effort, most avoidable time first, each with its time as a bar."""
    every = list(enumerate(story.items, start=1))
    numbered = sorted((pair for pair in every if pair[1].is_to_do), key=_by_effort)
    settled = len(every) - len(numbered)
    said = _SAID_OF_ROADMAP if numbered else "There is no finding to act on."
    if settled:
        finding = wording.plural(settled, "finding is", "findings are")
        said = f"{said} {finding} done or accepted as a risk and not listed here."
    if not numbered:
        begin(deck, "Roadmap", said)
        return
    most = max(item.minutes for item in story.items)
    parts = pages([_ROW] * len(numbered), look.TABLE_HIGH - _HEAD)
    for number, part in enumerate(parts, start=1):
        which = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
        _roadmap(deck, f"Roadmap{which}", said, numbered[part], most)


def _by_effort(numbered: tuple[int, Item]) -> tuple[int, float, int]:
    number, item = numbered
    return _EFFORT_ORDER.index(item.effort), -item.minutes, number


def _roadmap(
    deck: Deck, title: str, said: str, numbered: Sequence[tuple[int, Item]], most: float
) -> None:
    columns = (
        Column("Effort", 70),
        Column("Finding", _FINDING, bold=True),
        Column("Owner", 120),
        Column("Due", 84),
        Column("Avoidable a month", 130),
    )
    rows = [
        (
            effort(item),
            room.abridged(item.numbered(number), look.SMALLEST, _FINDING - SIDES, 2, bold=True),
            item.owner or NOT_SET,
            item.due_in_words or NOT_SET,
            worth(item).replace(" a month", ""),
        )
        for number, item in numbered
    ]
    short = [
        tuple(
            room.shortened(text, look.SMALLEST, column.wide - SIDES, 2, bold=column.bold)
            for column, text in zip(columns, row, strict=True)
        )
        for row in rows
    ]
    slide = begin(deck, title, said, [one for _, item in numbered for one in sources(item)])
    heights = [_HEAD, *([_ROW] * len(rows))]
    table(
        slide,
        look.BODY,
        columns,
        short,
        "Table of what to do. Smallest effort first, with owner, due date and avoidable time.",
        size=look.SMALLEST,
        heights=heights,
    )
    wide = sum(column.wide for column in columns)
    told = "; ".join(f"{item.numbered(number).whole}: {worth(item)}" for number, item in numbered)
    charts.beside_rows(
        slide,
        Area(
            look.BODY.x + wide + 12,
            look.BODY.y + _HEAD,
            look.BODY.wide - wide - 12,
            _ROW * len(rows),
        ),
        [item.numbered(number).whole for number, item in numbered],
        [item.minutes or None for _, item in numbered],
        most,
        f"Bar chart of the avoidable minutes a month. {told}.",
    )
