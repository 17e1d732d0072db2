"""Which figures show one finding: each kind of finding declares its own.

These are declarations only. `corvana.questions.rests_on` fills them with numbers from the rows
behind a finding, and `corvana.ui.sections.finding_figures` draws them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Times to first ack under a circumstance, against those without it.

    `flag` is the column of the kind's rows that tells the two apart (true: the circumstance);
    `circumstance` and `otherwise` are what they are called.
    """

    flag: str
    circumstance: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class WaitsElsewhere:
    """Times to first ack of the subject's own incidents, against all others of high urgency."""


@dataclass(frozen=True, slots=True)
class Course:
    """Weekly times to first ack of the subject; `detail` is the Monday of the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When something was so: the kind's rows have `start` and `end`; `says` is what was so."""

    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """How something falls on people: the kind's rows are one a person.

    The kind declares which column holds the person. `column` is what falls on them, `what` what it
    is called. `expected` returns from the rows what would be expected, one number or one a row;
    None where that is not known.
    """

    column: str
    what: str
    expected: Callable[[pd.DataFrame], float | pd.Series] | None


Figure = Waits | WaitsElsewhere | Course | Timeline | Members
