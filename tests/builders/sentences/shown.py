"""The sentences of a page: the real page script is run, and every text that it draws is noted.

Nothing is drawn and no session exists, so that a page takes as long as its numbers and figures. A
text of a kind that is not known here is an error, so that no sentence is overlooked.
"""

import inspect
import logging
import re
import runpy
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple
from unittest import mock

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from corvana.questions.view import View
from corvana.store.written import targets as written_targets
from corvana.ui import access, components, data, figures, loading, process, selections
from corvana.ui.components import Card
from corvana.ui.sections import findings as shown_findings
from corvana.ui.sections import page_header, walkthrough

# A module that is imported for the first time while something below is replaced would keep the
# replacement for as long as the process lives.
loading.load()


def _importing(name: str) -> list[ModuleType]:
    """The modules of pages that have this name: each looks it up in itself."""
    ours = (module for named, module in sys.modules.items() if named.startswith("corvana.ui."))
    return [module for module in ours if hasattr(module, name)]


SELECTIONS: Final = [
    module for module in _importing("draw") if module.__name__.startswith(selections.__name__)
]
"""The modules that draw what filters select, each by a fragment."""

NUMBER: Final = "number"
"""The option that says which finding, step, policy or pair is looked at, from 0."""
ROOT: Final = Path(__file__).parents[3]
_TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "alert": ("body",),
    "button": ("label", "help"),
    "button_group": (),
    "heading": ("body",),
    "html": ("body",),
    "markdown": ("body", "help"),
    "metric": ("label", "body", "delta", "help"),
    "page_link": ("label",),
    "progress": ("text",),
    "slider": ("label", "help"),
    "selectbox": ("label",),
    "text_input": ("label", "placeholder"),
    "date_input": ("label",),
}
"""The fields with text of each kind of element."""
_WITHOUT_TEXT: Final = {"arrow_data_frame", "dataframe", "skeleton", "empty", "bidi_component"}
_BLOCKS: Final = ("expandable", "popover", "tab")
_TAG: Final = re.compile("<style>.*?</style>|<[^>]+>", re.DOTALL)


class Said(NamedTuple):
    """A text of a page: `where` is "answer", "card Half acknowledged in · note", "chart stages ·
    title" and the like."""

    page: str
    where: str
    text: str


class _Stopped(BaseException):
    """The page ends here. Like Streamlit's own, no `except Exception` may catch it."""


class _Notes:
    """What one page says, and which charts it drew."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.said: list[Said] = []
        self.charts: set[str] = set()

    def note(self, where: str, *texts: str) -> None:
        self.said += [Said(self.page, where, _readable(text)) for text in texts if text]

    def tell(self, text: str, place: DeltaGenerator | None = None) -> None:
        self.note("answer" if place is not None else "text", text)

    def cards(
        self, shown: Sequence[Card], compared_to: str = "", *, of: str = "", **_: Any
    ) -> None:
        self.note("cards", of)
        for card in shown:
            where = f"card {card.label}"
            self.note(f"{where} · value", card.value)
            self.note(f"{where} · note", card.note)
            self.note(f"{where} · help", card.help)
            self.note(f"{where} · change", f"{card.change} {compared_to}" if card.change else "")
            self.note(f"{where} · course", card.course.split("](")[0].removeprefix("!["))

    def chart(self, drawn: go.Figure, *, key: str, caption: str = "", **_: Any) -> None:
        where = f"chart {key}"
        layout = drawn.layout
        self.note(f"{where} · title", (layout.title.text or "").replace("<br>", " "))
        self.note(f"{where} · caption", caption)
        self.note(f"{where} · legend", *(each.name for each in drawn.data if _is_in_legend(each)))
        self.note(f"{where} · label", *(each.text or "" for each in layout.annotations))
        for axis in (layout.xaxis, layout.yaxis):
            self.note(f"{where} · axis", axis.title.text or "", *_texts(axis.ticktext))
        for trace in drawn.data:
            for name in ("text", "hovertext"):
                self.note(f"{where} · hover", *_texts(getattr(trace, name, None)))
            if isinstance(trace, go.Sankey):
                self.note(f"{where} · hover", *trace.node.customdata, *trace.link.customdata)

    def plot(self, drawn: go.Figure, *, key: str, alt: str, **_: Any) -> None:
        self.chart(drawn, key=key, caption=alt)

    def draw(self, key: tuple[str, str, bytes], plot: Any) -> go.Figure:
        self.charts.add(key[1])
        return plot()

    def watched(self, name: str) -> Any:
        """The chart function of this name in the walkthrough, which draws without a cache."""
        original = getattr(walkthrough, name)

        def plot(*arguments: Any, **named: Any) -> go.Figure:
            self.charts.add(name)
            return original(*arguments, **named)

        return plot

    def element(self, place: Any, kind: str, proto: Any, *_: Any, **__: Any) -> Any:
        if kind not in _WITHOUT_TEXT:
            for name in _TEXTS[kind]:
                self.note(kind, getattr(proto, name))
        return place

    def block(self, block: Any) -> None:
        for kind in _BLOCKS:
            if block.HasField(kind):
                self.note(kind, getattr(block, kind).label)


def run(
    page: str, view: View, chosen: Any, options: Mapping[str, str] | None = None
) -> tuple[list[Said], set[str]]:
    """Run a page with these filters; return what it says and the names of the charts it drew.

    `options` are what a reader chose, by the label of the choice; the first option otherwise.
    """
    notes = _Notes(page)
    with _noted(notes, view, chosen, options or {}), suppress(_Stopped):
        runpy.run_path(str(ROOT / "pages" / f"{page}.py"))
    return notes.said, notes.charts


@contextmanager
def _noted(notes: _Notes, view: View, chosen: Any, options: Mapping[str, str]) -> Iterator[None]:
    original = DeltaGenerator._block

    def block(self: DeltaGenerator, block_proto: Any = None, *more: Any, **named: Any) -> Any:
        if block_proto is not None:
            notes.block(block_proto)
        return original(self, block_proto, *more, **named)

    def one_in_view(label: str, offered: Any, *_: Any, **__: Any) -> str:
        wanted = options.get(label)
        listed = [str(each) for each in offered]
        return wanted if wanted in listed else listed[0]

    def one_of(label: str, _key: str, ids: Sequence[str], _names: Any) -> str | None:
        notes.note("label", label)
        return ids[min(chosen_number, len(ids) - 1)] if ids else None

    def filters_row(_: View) -> Any:
        return chosen

    chosen_number = int(options.get(NUMBER, 0))

    def stop() -> None:
        raise _Stopped

    replaced: list[tuple[Any, str, Any]] = [
        (access, "require_access", lambda: access.Access("told", "assessor")),
        (data, "current_view", lambda _: view),
        (data, "current_connection", lambda _: None),
        *((each, "filters_row", filters_row) for each in _importing("filters_row")),
        *((each, "redraw_when_replaced", lambda _: None) for each in SELECTIONS),
        *((each, "draw", inspect.unwrap(each.draw)) for each in SELECTIONS),
        (components, "rows", inspect.unwrap(components.rows)),
        *((each, "one_in_view", one_in_view) for each in _importing("one_in_view")),
        (process, "engine", lambda: None),
        (written_targets, "of_engagement", lambda *_: []),
        (shown_findings, "opened", lambda found: found[chosen_number] if found else None),
        (walkthrough, "_place", lambda total: min(chosen_number + 1, total)),
        *((each, "one_of", one_of) for each in _importing("one_of")),
        (ExpanderContainer, "open", True),
        (figures, "_drawn", notes.draw),
        (components, "tell", notes.tell),
        (components, "cards", notes.cards),
        (components, "chart", notes.chart),
        (components, "definition", lambda _: None),
        (page_header, "refresh", lambda *_: None),
        (walkthrough, "plot", notes.plot),
        *((walkthrough, each, notes.watched(each)) for each in ("plot_comparison", "plot_weeks")),
        (DeltaGenerator, "_enqueue", notes_element(notes)),
        (DeltaGenerator, "_block", block),
        (st, "stop", stop),
    ]
    with ExitStack() as stack:
        logging.disable(logging.WARNING)  # Streamlit warns of every call without a session.
        stack.callback(logging.disable, logging.NOTSET)
        for owner, name, instead in replaced:
            stack.enter_context(mock.patch.object(owner, name, instead))
        yield


def notes_element(notes: _Notes) -> Any:
    """A method of DeltaGenerator that notes an element and draws nothing."""

    def enqueue(self: DeltaGenerator, kind: str, proto: Any, *more: Any, **named: Any) -> Any:
        return notes.element(self, kind, proto, *more, **named)

    return enqueue


def _is_in_legend(trace: Any) -> bool:
    return bool(trace.name) and getattr(trace, "showlegend", None) is not False


def _texts(values: Any) -> list[str]:
    """The texts of a trace or an axis, which may be missing, one text or a table of them."""
    if values is None:
        return []
    if isinstance(values, str):
        return [values]
    return [str(text) for each in values for text in ([each] if isinstance(each, str) else each)]


def _readable(text: str) -> str:
    """The text without markup, as a reader sees it."""
    lines = text.replace("<br>", " / ")
    plain = _TAG.sub(" ", lines).replace("\u00a0", " ").replace("**", "").replace("\\", "")
    return re.sub(r"\s+", " ", plain).strip()
