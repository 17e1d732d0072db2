"""What a column of a readable table is called, and how its values are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pandas as pd

Form = Literal[
    "text",
    "words",
    "yes",
    "count",
    "number",
    "probability",
    "seconds",
    "lag",
    "minutes",
    "share",
    "times",
    "instant",
    "week",
    "weekday",
    "hour",
    "incident",
]
"""How the values of a column are told. `seconds` and `minutes` are durations; `lag` is one that may
be negative; `words` is a word of ours such as `technical_service`; `incident` is an incident's
number, a link where the account's address is known."""

_YES: Final = {True: "yes", False: "no"}
_WORDS: Final = {
    "ack": "acknowledgement",
    "auto": "a machine or a timer",
    "manual": "hand",
    "open": "still open",
    "responder": "a person",
    "timeout": "the timer",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column to show: its name in the file, its heading, and how its values are told."""

    name: str
    heading: str
    form: Form = "text"


@dataclass(frozen=True, slots=True)
class Readable:
    """A table for readers.

    Attributes
    ----------
    frame
        The values under their headings. They are not formatted, so that sorting goes by value.
    forms
        By heading how the values are told.
    links
        By heading the address of each row's value.
    """

    frame: pd.DataFrame
    forms: Mapping[str, Form]
    links: Mapping[str, pd.Series] = field(default_factory=dict)


def shown(frame: pd.DataFrame, columns: Sequence[Column]) -> Readable:
    """Return the columns that the frame has, under their headings and in the order given."""
    there = [column for column in columns if column.name in frame]
    rows = frame.reset_index(drop=True)
    return Readable(
        pd.DataFrame({one.heading: _values(rows[one.name], one.form) for one in there}),
        {one.heading: one.form for one in there},
    )


def bounds(name: str, heading: str, form: Form) -> tuple[Column, Column]:
    """Return the two columns of a 95 % interval, `<name>_low` and `<name>_high`."""
    return between(f"{name}_low", f"{name}_high", heading, form)


def between(low: str, high: str, heading: str, form: Form) -> tuple[Column, Column]:
    """Return the two columns of the 95 % interval of a value."""
    return (
        Column(low, f"{heading}: 95 % from", form),
        Column(high, f"{heading}: 95 % to", form),
    )


def _values(values: pd.Series, form: Form) -> pd.Series:
    match form:
        case "text":
            return values.astype("str")
        case "words":
            return values.astype("str").replace(_WORDS).str.replace("_", " ")
        case "yes":
            return values.map(_YES)
        case _:
            return values
