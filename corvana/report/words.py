"""Sentences of the pages as HTML."""

from collections.abc import Mapping
from typing import Any, Final

from markdown_it import MarkdownIt

from corvana.analysis import wording
from corvana.analysis.answers.scorecard import measured

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})


def told(markdown: str) -> str:
    """Return a sentence as HTML. Names in it are escaped as `wording.plain` does; HTML is text."""
    return str(_MARKDOWN.renderInline(wording.unbroken(markdown)))


def value(check: Mapping[Any, Any]) -> str:
    """Return the value of a row of SCORECARD, with its interval in brackets.

    The heading of its column says which interval it is.
    """
    told = measured(check["value"], check["low"], check["high"], check["unit"])
    return told.replace("95 % interval ", "")
