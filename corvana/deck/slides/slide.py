"""One slide: title, sentence, number and notes. What stands below is drawn by the other files."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any, Final

from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from corvana.deck import look, measured
from corvana.deck.measured import Named
from corvana.deck.shapes import Text, fill
from corvana.deck.sources import Shown, notes
from corvana.deck.template import CONTENT_LAYOUT, SAID

_TITLE_SIZES: Final = (look.TITLE, 24.0, 22.0, 20.0)
_NUMBER: Final = 12
"""The number of the layout's placeholder for the slide's number."""
_SAID_SIZES: Final = (look.LEAD, 15.0, look.TEXT, 13.0)


def begin(deck: Deck, title: str | Named, said: str, shown: Sequence[Shown] = ()) -> Slide:
    """Return a new slide with a title, a sentence, and notes that name the sources.

    A title or a sentence that is too long is shortened; the notes then hold it whole.
    """
    slide = deck.slides.add_slide(deck.slide_layouts[CONTENT_LAYOUT])
    named = title if isinstance(title, Named) else Named("", title)
    head, sentence = _title(named), _sentence(said)
    fill(slide.shapes.title.text_frame, [head])
    fill(slide.placeholders[SAID].text_frame, [sentence])
    pairs = ((head.text, named.whole), (sentence.text, said))
    write_notes(slide, said, shown, [whole for short, whole in pairs if short != whole])
    return slide


def _title(named: Named) -> Text:
    area = look.HEAD
    size = measured.largest(named.whole, _TITLE_SIZES, area.wide, area.high, bold=True)
    size = size or min(_TITLE_SIZES)
    most = int(area.high / (size * measured.LINE))
    return Text(measured.abridged(named, size, area.wide, most, bold=True), size, bold=True)


def _sentence(said: str) -> Text:
    area = look.SAID
    size = measured.largest(said, _SAID_SIZES, area.wide, area.high) or min(_SAID_SIZES)
    most = int(area.high / (size * measured.LINE))
    return Text(measured.shortened(said, size, area.wide, most), size)


def write_notes(slide: Slide, said: str, shown: Sequence[Shown], more: Iterable[str] = ()) -> None:
    """Write the speaker notes."""
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        raise TypeError("the notes have no place for text")
    frame.text = measured.clean(notes(said, shown, [one for one in more if one != said]))


def finish(deck: Deck) -> None:
    """Number every slide but the first; the number is its last object."""
    for slide in list(deck.slides)[1:]:
        for place in slide.slide_layout.placeholders:
            if place.placeholder_format.idx == _NUMBER:
                _number(slide, place.element)


def _number(slide: Slide, element: Any) -> None:
    """Give a slide its own copy of the number's place: the layout's own one is not shown."""
    tree = slide.shapes.element
    copied = deepcopy(element)
    taken = [int(one) for one in tree.xpath(".//p:cNvPr/@id")]
    copied.xpath(".//p:cNvPr")[0].set("id", str(max(taken) + 1))
    tree.append(copied)
