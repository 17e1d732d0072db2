"""Tables as HTML."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|×|s|min|h|days?)(?!\w))")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column names the row; every text is escaped."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{_cell(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    """The class of a cell that keeps a number and its unit on one line."""
    return escape(_BEFORE_UNIT.sub("\u00a0", text))
