"""Reading the CSV files of the evidence pack back, as they were before they were written."""

from typing import IO

import pandas as pd

from corvana.evidence.contracts import TABLES
from corvana.frames import FLAG, INSTANT, TEXT, WORD, conform
from corvana.questions.csv_files import TIME, unmarked


def read(name: str, file: IO[bytes]) -> pd.DataFrame:
    """Return a table of the evidence pack, one of TABLES, from its CSV file."""
    contract = TABLES[name]
    cells = pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""])
    return conform(
        pd.DataFrame({column: _values(cells[column], dtype) for column, dtype in contract.items()}),
        contract,
    )


def _values(cells: pd.Series, dtype: str) -> pd.Series:
    if dtype in {TEXT, WORD}:
        return unmarked(cells)
    if dtype == INSTANT:
        return pd.to_datetime(cells, format=TIME, utc=True)
    return cells.eq("True") if dtype == FLAG else pd.to_numeric(cells)
