"""The deck of a data version; the same version and cover make the same bytes."""

import io
import zipfile
from datetime import datetime, time
from typing import Final

from pptx.presentation import Presentation as Deck

from corvana.deck import look, measured, template
from corvana.deck.slides import account, closing, findings, roadmap
from corvana.deck.slides.slide import finish
from corvana.deck.story import Story, story
from corvana.deck.template import Brand
from corvana.questions.cover import UNKNOWN, Cover
from corvana.questions.view import View

DECK: Final = "corvana-deck.pptx"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every part: the earliest date of the zip format. The properties have the real day."""


def deck_pptx(view: View, cover: Cover = UNKNOWN) -> bytes:
    """Return the deck of a data version as a PowerPoint file."""
    try:
        return _deck(view, cover)
    finally:
        measured.forget()


def _deck(view: View, cover: Cover) -> bytes:
    told = story(view, cover)
    accent = cover.accent or f"#{look.ACCENT}"
    deck = template.empty(Brand(_foot(told), measured.clean(told.name), accent, cover.logo))
    account.title(deck, told)
    account.numbers(deck, told)
    account.scores(deck, told)
    findings.slides(deck, told)
    closing.strengths(deck, told)
    roadmap.roadmap(deck, told)
    closing.unseen(deck, told)
    closing.method(deck, told)
    finish(deck)
    _properties(deck, told, view.as_of)
    return _written(deck)


def _foot(told: Story) -> str:
    name = measured.shortened(measured.clean(told.name), look.FOOT, 420, 1)
    return " · ".join(part for part in (name, account.TITLE, told.period) if part)


def _properties(deck: Deck, told: Story, as_of: datetime) -> None:
    day = told.cover.prepared_on
    made = datetime.combine(day, time(), as_of.tzinfo) if day else as_of
    properties = deck.core_properties
    name = measured.shortened(measured.clean(told.name), look.FOOT, 420, 1)
    properties.title = f"{account.TITLE}: {name}" if name else account.TITLE
    properties.author = properties.last_modified_by = _author(told)
    properties.language = look.LANGUAGE
    properties.created = properties.modified = made.replace(tzinfo=None, microsecond=0)
    properties.revision = 1


def _author(told: Story) -> str:
    """Who prepared it. The properties of a file hold at most 255 signs."""
    return measured.clean(told.cover.prepared)[:255] or "Corvana"


def _written(deck: Deck) -> bytes:
    """The file, with the language of every text and without the hour at which it was made."""
    for part in deck.part.package.iter_parts():
        _speak(part)
    made, target = io.BytesIO(), io.BytesIO()
    deck.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            file.writestr(entry, source.read(name))
    return target.getvalue()


def _speak(part: object) -> None:
    """Set the language of every text, so that a screen reader and the spelling know it."""
    element = getattr(part, "_element", None)
    if element is None:
        return
    for run in element.iter(f"{_DRAWING}r"):
        run.get_or_add_rPr()
    for name in ("rPr", "defRPr", "endParaRPr"):
        for properties in element.iter(f"{_DRAWING}{name}"):
            properties.set("lang", look.LANGUAGE)
