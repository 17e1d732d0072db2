"""The figures that show one finding; each kind of finding declares its own.

These are declarations only. `corvana.questions.rests_on` fills them with numbers from the rows
behind a finding, and `corvana.ui.sections.finding_figures` draws them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Times to first ack under a circumstance, against those without it.

    `flag` is the column of the kind's rows that is true under the circumstance; `circumstance` and
    `otherwise` are the names of the two groups.
    """

    flag: str
    circumstance: str
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsElsewhere:
    """Waits of the subject's own incidents until acknowledged or over, against the others' that the
    test compares them with.

    `compared` returns the rows of both from an account and a finding: `incident` (its row in
    INCIDENTS) and `waited`, in seconds.
    """

    compared: Callable[[Any, Any], tuple[pd.DataFrame, pd.DataFrame]]


@dataclass(frozen=True, slots=True)
class Course:
    """Weekly times to first ack of the subject; `detail` is the Monday of the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The intervals in which a state held: the kind's rows have `start` and `end`; `says` names
    it."""

    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """How a quantity is distributed over people: the kind's rows are one a person.

    The kind declares which column holds the person. `column` holds the quantity, `what` is its
    name. `expected` returns the expected quantity from the rows, one number or one a row; None if
    it is unknown.
    """

    column: str
    what: str
    expected: Callable[[pd.DataFrame], float | pd.Series] | None


Figure = Waits | WaitsElsewhere | Course | Timeline | Members
