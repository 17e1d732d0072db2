"""The method as a file of its own, so that the report stays short."""

from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt

from corvana.analysis import method
from corvana.analysis.findings.kind import Kind
from corvana.report.page import page

_TITLE: Final = "How the numbers are computed"


def method_html(kinds: Sequence[Kind]) -> str:
    """Return the method as one HTML document. It says nothing of any account."""
    return page(_TITLE, f"<main>{_text(kinds)}</main>", foot=_TITLE)


def _text(kinds: Sequence[Kind]) -> str:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(method.markdown(kinds))
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    rendered = str(parser.renderer.render(tokens, parser.options, {}))
    return rendered.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )
