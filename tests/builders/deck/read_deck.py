"""A deck read back from its bytes, as python-pptx and as plain XML see it."""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from pptx import Presentation

NOTED = re.compile(r"^(.*) ← (\S+), (.+)$")


@dataclass(frozen=True)
class Noted:
    """A line of the notes: what stands on the slide, and where it is in the evidence pack."""

    text: str
    file: str
    field: str


class ReadSlide:
    """One slide: its title, all its texts in the order in which they are read, its notes."""

    def __init__(self, slide: Any) -> None:
        self.slide = slide
        self.title = spaced(slide.shapes.title.text_frame.text)
        self.charts = [one.chart for one in slide.shapes if one.has_chart]
        self.tables = [
            [[spaced(cell.text) for cell in row.cells] for row in one.table.rows]
            for one in slide.shapes
            if one.has_table
        ]
        self.texts = [text for shape in slide.shapes for text in texts_of(shape)]
        self.notes = spaced(slide.notes_slide.notes_text_frame.text)
        found = (NOTED.match(line) for line in self.notes.split("\n"))
        self.noted = [Noted(*one.groups()) for one in found if one]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class ReadDeck:
    """A PowerPoint file."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.presentation = Presentation(io.BytesIO(content))
        self.slides = [ReadSlide(slide) for slide in self.presentation.slides]
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self.names = package.namelist()
            self.parts = {name: package.read(name) for name in self.names}

    @property
    def titles(self) -> list[str]:
        return [slide.title for slide in self.slides]

    @property
    def text(self) -> str:
        """Everything that can be read on slides and in notes."""
        return "\n".join(f"{slide.text}\n{slide.notes}" for slide in self.slides)

    def xml(self, start: str) -> dict[str, ET.Element]:
        """The parts whose name begins so, read as XML."""
        return {
            name: ET.fromstring(content)
            for name, content in self.parts.items()
            if name.startswith(start) and name.endswith((".xml", ".rels"))
        }

    def slide(self, beginning: str) -> ReadSlide:
        """The first slide whose title begins so."""
        return next(slide for slide in self.slides if slide.title.startswith(beginning))

    def every_text(self) -> str:
        """Every text of every part, workbooks inside charts included: for the search of codes."""
        found = [self.text]
        for name, content in self.parts.items():
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(content)) as book:
                    found += [book.read(one).decode() for one in book.namelist()]
            elif name.endswith((".xml", ".rels")):
                found.append(content.decode())
        return "\n".join(found)


def texts_of(shape: Any) -> list[str]:
    """All texts of a shape: of a text box, a table, or the names of a chart's bars."""
    if shape.has_chart:
        return [spaced(str(name)) for name in shape.chart.plots[0].categories]
    if shape.has_table:
        return [spaced(cell.text) for row in shape.table.rows for cell in row.cells]
    return [spaced(shape.text_frame.text)] if shape.has_text_frame else []


def spaced(text: str) -> str:
    """The text with plain spaces instead of those at which no line breaks."""
    return text.replace("\u00a0", " ")


def sheet_of(chart: Any) -> dict[str, str]:
    """The cells of the workbook behind a chart, by their names: `A1`."""
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)) as book:
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(one.itertext()) for one in strings.iterfind("s:si", space)]
    cells = {}
    for cell in sheet.iterfind(".//s:c", space):
        value = cell.findtext("s:v", "", space)
        is_text = cell.get("t") == "s"
        cells[str(cell.get("r"))] = spaced(texts[int(value)]) if is_text else value
    return cells
