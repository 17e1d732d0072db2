"""Texts and tables on a slide, each no larger than its place."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.table import Table, _Cell
from pptx.text.text import TextFrame
from pptx.util import Emu, Pt

from corvana.analysis import wording
from corvana.deck import look, measured
from corvana.deck.look import Area
from corvana.deck.template import emu

INK: Final = MSO_THEME_COLOR.TEXT_1
QUIET: Final = MSO_THEME_COLOR.TEXT_2
ACCENT: Final = MSO_THEME_COLOR.ACCENT_1
LINE: Final = MSO_THEME_COLOR.BACKGROUND_2
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_ESCAPED: Final = re.compile(r"\\(.)")
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table style without lines and colours."""
_CELL: Final = (4.0, 6.0)
"""Points above and below, and at each side of, the text of a cell."""
SIDES: Final = 2 * _CELL[1]
"""The points of a column that its text leaves free."""
_DRAWING: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


class Text(NamedTuple):
    """A paragraph. `space` are points above it."""

    text: str
    size: float = look.TEXT
    bold: bool = False
    colour: MSO_THEME_COLOR = INK
    space: float = 0.0


class Column(NamedTuple):
    """A column of a table, its width in points."""

    name: str
    wide: float
    is_number: bool = False
    bold: bool = False


def plain(markdown: str) -> str:
    """Return a sentence of the pages as plain text: no bold, no escapes, no invisible signs."""
    return _ESCAPED.sub(r"\1", _BOLD.sub(r"\1", markdown)).replace("\u2060", "")


def high(texts: Iterable[Text], wide: float) -> float:
    """Return the points that paragraphs take, one below the other."""
    return sum(
        one.space + measured.height(one.text, one.size, wide, bold=one.bold) for one in texts
    )


def write(slide: Slide, area: Area, texts: Sequence[Text], name: str) -> None:
    """Write paragraphs into a text box; `name` is what the list of the slide's objects calls it.

    Raises `ValueError` if they do not fit: whoever writes has to measure before.
    """
    if high(texts, area.wide) > area.high + 0.5:
        raise ValueError(f"the texts of {name!r} are higher than their place")
    box = slide.shapes.add_textbox(*(Emu(emu(one)) for one in area))
    box.name = name
    fill(box.text_frame, texts)


def fill(frame: TextFrame, texts: Sequence[Text]) -> None:
    """Write paragraphs into a frame of any shape."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    for place, one in enumerate(_lines(texts)):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.space_before = Pt(one.space if place else 0)
        run = paragraph.add_run()
        run.text = wording.unbroken(one.text)
        run.font.size = Pt(one.size)
        run.font.bold = one.bold
        run.font.color.theme_color = one.colour


def _lines(texts: Sequence[Text]) -> list[Text]:
    """A paragraph for each line that somebody broke."""
    return [
        one._replace(text=line, space=0 if place else one.space)
        for one in texts
        for place, line in enumerate(measured.clean(one.text).split("\n"))
    ]


def panel(slide: Slide, area: Area, texts: Sequence[Text], name: str) -> None:
    """Write paragraphs on a light panel."""
    if high(texts, area.wide - 24) > area.high - 16 + 0.5:
        raise ValueError(f"the texts of {name!r} are higher than their place")
    box = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(emu(one)) for one in area))
    box.name = name
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor.from_string(look.PANEL)
    box.line.fill.background()
    box.shadow.inherit = False
    fill(box.text_frame, texts)
    frame = box.text_frame
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Emu(emu(12))
    frame.margin_top = frame.margin_bottom = Emu(emu(8))
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT


def row_heights(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], size: float
) -> list[float]:
    """Return how high each row of a table has to be, in points."""
    vertical, sides = _CELL
    return [
        2 * vertical
        + max(
            measured.height(text, size, column.wide - 2 * sides, bold=column.bold)
            for column, text in zip(columns, row, strict=True)
        )
        for row in rows
    ]


def pages(heights: Sequence[float], room: float) -> list[slice]:
    """Return which rows stand on which slide, so that none is higher than `room`."""
    found, start, used = [], 0, 0.0
    for place, one in enumerate(heights):
        if place > start and used + one > room:
            found.append(slice(start, place))
            start, used = place, 0.0
        used += one
    return [*found, slice(start, len(heights))]


def table(
    slide: Slide,
    area: Area,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    alternative: str,
    *,
    size: float = look.SMALL,
    heights: Sequence[float] | None = None,
) -> None:
    """Draw a table with a heading row; `alternative` says in a sentence what it is.

    `heights` are those of the heading and of each row; default: as high as the texts.
    """
    head = [column.name for column in columns]
    texts = [head, *rows]
    each = heights or row_heights(columns, texts, size)
    frame = slide.shapes.add_table(
        len(texts), len(columns), *(Emu(emu(one)) for one in area._replace(high=sum(each)))
    )
    frame.name = alternative.split(".", maxsplit=1)[0]
    describe(frame, alternative)
    made: Table = frame.table
    _restyle(made)
    for place, column in enumerate(columns):
        made.columns[place].width = Emu(emu(column.wide))
    for place, (row, points) in enumerate(zip(texts, each, strict=True)):
        made.rows[place].height = Emu(emu(points))
        for number, (column, text) in enumerate(zip(columns, row, strict=True)):
            is_bold = column.bold or not place
            colour = QUIET if not place else INK
            _cell(made.cell(place, number), Text(text, size, is_bold, colour), column)


def describe(shape: Any, alternative: str) -> None:
    """Set the text alternative of a picture, chart or table."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", measured.clean(alternative))  # noqa: SLF001 - it has no other way


def _restyle(made: Table) -> None:
    """No colours and bands of PowerPoint's: a heading row and thin lines between rows."""
    properties = made._tbl.tblPr  # noqa: SLF001 - the style has no other way
    properties.set("bandRow", "0")
    for style in properties.xpath("a:tableStyleId"):
        style.text = _NO_STYLE


def _cell(cell: _Cell, text: Text, column: Column) -> None:
    vertical, sides = _CELL
    fill(cell.text_frame, [text])
    cell.margin_left = cell.margin_right = Emu(emu(sides))
    cell.margin_top = cell.margin_bottom = Emu(emu(vertical))
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    if column.is_number:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    edge = f'<a:lnB {_DRAWING} w="9525"><a:solidFill><a:schemeClr val="bg2"/></a:solidFill></a:lnB>'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(edge))  # noqa: SLF001 - lines have no other way
