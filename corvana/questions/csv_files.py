"""CSV files of tables: spreadsheet programs run none of their cells.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, also behind a tab or
a line end. https://owasp.org/www-community/attacks/CSV_Injection: an apostrophe before it makes it
text. Numbers stay as they are.
"""

import csv
import io
import re
from typing import IO, Any, Final

import pandas as pd

_SIGNS: Final = "[-=+@\t\r\n＝＋－＠]"
_FORMULA: Final = re.compile(f"'*{_SIGNS}")
_MARKED: Final = re.compile(f"^'(?='*{_SIGNS})")
_A_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def written(frame: pd.DataFrame) -> str:
    """Return the frame as CSV: instants ISO 8601 in UTC with Z, missing empty, no cell that a
    spreadsheet program runs."""
    file = io.BytesIO()
    write(frame, file)
    return file.getvalue().decode()


def write(frame: pd.DataFrame, file: IO[bytes]) -> None:
    """Write `written` to a file, a part at a time."""
    marked = _harmless(frame)
    # The csv module quotes a cell with a return only where a return ends the lines.
    has_return = any(marked[name].str.contains("\r", regex=False).any() for name in _texts(marked))
    marked.to_csv(
        file,
        index=False,
        date_format=TIME,
        lineterminator="\n",
        quoting=csv.QUOTE_NONNUMERIC if has_return else csv.QUOTE_MINIMAL,
    )


def unmarked(cells: pd.Series) -> pd.Series:
    """Return cells of text as they were before they were written."""
    return cells.str.replace(_MARKED, "", n=1, regex=True)


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before each text that could be run."""
    changed = {name: _marked_cells(frame[name]) for name in _texts(frame)}
    return frame.assign(**changed).rename(columns=_marked)


def _texts(frame: pd.DataFrame) -> list[Any]:
    """The columns that hold text."""
    return [
        name
        for name, dtype in frame.dtypes.items()
        if pd.api.types.is_string_dtype(
            dtype.categories if isinstance(dtype, pd.CategoricalDtype) else frame[name]
        )
    ]


def _marked_cells(cells: pd.Series) -> pd.Series:
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.cat.rename_categories(_marked)
    risky = cells.str.match(_FORMULA.pattern).eq(True)
    return cells.where(~risky, cells[risky].map(_marked)) if risky.any() else cells


def _marked(text: Any) -> Any:
    is_run = (
        isinstance(text, str)
        and _FORMULA.match(text) is not None
        and _A_NUMBER.fullmatch(text) is None
    )
    return f"'{text}" if is_run else text
