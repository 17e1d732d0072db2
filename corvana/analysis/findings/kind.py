"""What a kind of finding is, and one finding of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Figure

Unit = Literal["seconds", "share", "times", "count", "hours", "per on-call hour", "Gini"]
Minutes = Literal["incidents wait", "responders work"]
TellsOf = Literal["single people", "no single people"]
"""Single people: how much one of them carries, or whether two levels are one and the same human."""
AfterSubject = Literal["level", "other subject", "nothing"]
"""What `detail` adds to the name of the subject: a level's number, another subject's name, or
nothing. What it means otherwise is told in the kind's sentence."""
Noun = Literal["service", "escalation_policy", "schedule", "responder", "several responders"]
"""What an id is of. Several responders are separated by a space."""


class Comparison(NamedTuple):
    """What was measured and what the reference stands for, short enough for a picture.

    The exact definition of the reference is in the docstring of the kind's module.
    """

    measured: str
    elsewhere: str


class Finding(NamedTuple):
    """A row of FINDINGS."""

    kind: str
    subject_type: str
    subject_id: str
    detail: str | None
    effect: float
    low: float
    high: float
    reference: float
    n: int
    p_value: float
    is_material: bool
    avoidable_minutes_per_month: float
    q_value: float

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the finding that a row of FINDINGS is, a named tuple or a Series.

        A `detail` that is missing, by whatever name, is None.
        """
        values = {name: getattr(row, name) for name in cls._fields}
        return cls(**values | {"detail": None if pd.isna(row.detail) else str(row.detail)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way in which a response process is stuck, and how it is looked for.

    No field has a default: a kind that does not say, for example, whether it tells of single people
    is a type error.

    Its words: `says` is the title of one finding, after where it is, and `after_subject` what its
    `detail` adds there. `comparison` says what is set beside what. `sentence` returns one plain
    sentence about a finding with the names of `subject_id`s (missing names: the id stands for
    itself). `setting` is the place in PagerDuty to look at, `advice` what to do there.

    Its measure: `unit` is that of effect, interval and reference. `floor` says in words how large
    an effect must be to be worth a change, `against` what avoidable minutes are measured against
    (never a wish), `minutes` what those minutes are: real ones, so that all kinds can be laid
    beside each other. `is_association`: what was seen goes together, which need not be cause.

    Its rows: `tests` returns TESTS, `evidence` the rows behind one finding. `ids` are the columns
    of `evidence` that hold ids of something with a name, and of what; a column of people that is
    missing there fails a test. `figures` show one finding, besides its comparison with all others
    that were looked at.

    Its audience: what `tells_of` single people is told to everybody only of groups in which nobody
    can be recognised (`corvana.analysis.answers.walkthrough`).
    """

    name: str
    title: str
    says: str
    after_subject: AfterSubject
    comparison: Comparison
    unit: Unit
    floor: str
    against: str
    minutes: Minutes
    setting: str
    advice: str
    tells_of: TellsOf
    is_association: bool
    tests: Callable[[Account], pd.DataFrame]
    evidence: Callable[[Account, Finding], pd.DataFrame]
    ids: Mapping[str, Noun]
    figures: Sequence[Figure]
    sentence: Callable[[Finding, Mapping[str, str]], str]

    def columns_of(self, *nouns: Noun) -> list[str]:
        """Return the columns of its evidence that hold ids of these nouns."""
        return [column for column, noun in self.ids.items() if noun in nouns]
