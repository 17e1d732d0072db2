"""A report read as a browser would, and data versions to make one of."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from corvana import frames
from corvana.questions.view import View
from corvana.report.document import report_html
from corvana.versions.files import DataVersion, open_version

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 1, tzinfo=UTC)
VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr", "col"}
LOADS = {"src", "srcset", "href", "data", "poster", "action", "background", "xlink:href"}


class Document(HTMLParser):
    """What a browser would make of the file: outline, text, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.loads: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.elements: list[list[str]] = []
        self.inside: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.loads += [value or "" for name, value in attrs if name in LOADS]
        if tag not in VOID:
            self.open.append(tag)
            self.inside.append([tag, ""])
            self.elements.append(self.inside[-1])

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside.pop()
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        kept = {"script": self.scripts, "style": self.styles}
        kept.get(self.open[-1] if self.open else "", self.said).append(data)
        for element in self.inside:
            element[1] += data

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch(r"h[1-6]", tag)]

    def titles(self, level: int) -> list[str]:
        """The texts of all headings of one level."""
        return self.texts_of(f"h{level}")

    def texts_of(self, tag: str) -> list[str]:
        """The whole text of every element with this tag."""
        return [" ".join(text.split()) for own, text in self.elements if own == tag]

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())


def reported(data: DataVersion) -> str:
    return report_html(View.of_version(data))


def version(**given: pd.DataFrame) -> DataVersion:
    empty = open_version(Path(), "c", 0)
    return DataVersion("c", 3, AS_OF, SINCE, (), {**empty.frames, **given}, AS_OF)


def labels(**named: str) -> pd.DataFrame:
    rows = [
        {"kind": "schedule" if identity.startswith("H") else "escalation_policy",
         "id": identity, "label": label}
        for identity, label in named.items()
    ]  # fmt: skip
    return frames.conform(pd.DataFrame(rows), frames.LABELS)
