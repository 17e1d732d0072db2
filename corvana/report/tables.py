"""Tables as HTML."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|×|s|min|h|days?)(?!\w))")


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[str] = (),
) -> str:
    """Return a table whose first column names the row; every text is escaped.

    A row with one text only is the heading of the rows below it. `numbers` are the columns whose
    values stand at the right edge.
    """
    classes = [' class="count"' if name in numbers else "" for name in head]
    columns = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>'
        for name, kind in zip(head, classes, strict=True)
    )
    body = "".join(_row(row, classes) for row in rows)
    return (
        f'<div class="table"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str], classes: Sequence[str]) -> str:
    if len(row) == 1:
        return f'<tr><th scope="rowgroup" colspan="{len(classes)}">{_cell(row[0])}</th></tr>'
    cells = "".join(
        f"<td{kind}>{_cell(text)}</td>" for text, kind in zip(row[1:], classes[1:], strict=True)
    )
    return f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>'


def _cell(text: str) -> str:
    """The class of a cell that keeps a number and its unit on one line."""
    return escape(_BEFORE_UNIT.sub("\u00a0", text))
