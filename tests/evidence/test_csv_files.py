"""CSV files: no cell is run, and our reader gives every cell back as it was."""

import csv
import io

import pandas as pd
import pytest

from corvana.evidence import csv_files
from corvana.evidence.contracts import TABLES
from corvana.evidence.tables import table
from corvana.frames import TEXT
from corvana.questions import csv_files as writing
from corvana.questions.file import as_csv
from corvana.versions.account_frames import account_of
from tests.conftest import Connected

RUN = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-1+1|x",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    "''=1",
    "＝1+1",
    "-",
    "+49 30 1234567",
    "-5 %",
]
LEFT = ["-5", "+1.5e3", "-.5", "'quoted'", "a=b", "NA", "null", "007", "x,y", 'a "b"', "True"]


def cells(text: str) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


@pytest.mark.parametrize("dtype", ["str", "category", "object"])
def test_a_cell_that_would_be_run_begins_with_an_apostrophe(dtype: str) -> None:
    frame = pd.DataFrame({"label": pd.Series([*RUN, *LEFT], dtype=dtype), "n": -5})
    written = writing.written(frame)
    assert cells(written) == [*(f"'{each}" for each in RUN), *LEFT]
    assert cells(as_csv(frame).decode()) == cells(written)
    assert list(frame["label"]) == [*RUN, *LEFT]


def test_numbers_and_what_is_missing_stay() -> None:
    frame = pd.DataFrame({"a": [-1.5, None], "b": ["=1", None], "=c": [True, False]})
    assert writing.written(frame) == "a,b,'=c\n-1.5,'=1,True\n,,False\n"


def test_what_was_written_is_read_back_unchanged() -> None:
    labels = [*RUN, *LEFT, None]
    contract = TABLES["services"]
    frame = pd.DataFrame(
        {
            name: pd.Series(labels, dtype="str") if dtype == TEXT else pd.Series([0] * len(labels))
            for name, dtype in contract.items()
        }
    ).astype(dict(contract))
    read = csv_files.read("services", io.BytesIO(writing.written(frame).encode()))
    pd.testing.assert_frame_equal(read, frame)


def test_every_table_of_an_account_is_read_back(concluded: Connected) -> None:
    data = concluded.data()
    account, labels = account_of(data), data.frame("labels")
    for name in TABLES:
        made = table(name, account, labels)
        read = csv_files.read(name, io.BytesIO(writing.written(made).encode()))
        told = made.astype("object").where(made.notna() & ~made.isin([""]), None)
        pd.testing.assert_frame_equal(
            read.astype("object").where(read.notna(), None), told, check_dtype=False
        )
