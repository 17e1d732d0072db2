"""The declaration of a kind of finding, and one finding."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Self

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Figure

Unit = Literal["seconds", "share", "times", "count", "hours", "per on-call hour", "Gini"]
Minutes = Literal["incidents wait", "responders work"]
TellsOf = Literal["single people", "no single people"]
"""What a kind may reveal about single people: a person's workload, or that two levels are the same
person."""
AfterSubject = Literal["level", "other subject", "nothing"]
"""How `detail` completes the name of the subject: with a level's number, with another subject's
name, or not at all. The kind's sentence explains any other meaning."""
IdentifiedBy = Literal["subject", "subject and detail", "both in any order"]
"""What makes a finding the same one in the next analysis. A `detail` that is measured (a date, a
delay, a partner that was inferred) may differ from one analysis to the next and does not count."""
Noun = Literal["service", "escalation_policy", "schedule", "responder", "several responders"]
"""The noun that an id identifies. Several responders are separated by a space."""
ProbabilityOf = Literal["no difference", "the floor", "random draws", "not tested"]
"""What the p-value of a kind assumes: that the subject does not differ from the reference; that it
only just reaches the kind's floor; the same as the first, counted in random draws, so that it
cannot be smaller than one in their number; or nothing, because the kind is read off the
configuration."""
Advice = Callable[[Account, "Finding", Mapping[str, str]], str]
"""Returns what to do about a finding, in sentences, from the account and the names of subjects."""
Answer = Literal["yes", "no", "partly"]
"""What a client says to the question of an `Assumption`."""
WHOLE_ACCOUNT: Final = "account"
"""`subject_type` and `subject_id` of a finding about the account as a whole."""


class Comparison(NamedTuple):
    """Names of the measured value and of the reference, short enough for a chart.

    The exact definition of the reference is in the docstring of the kind's module.
    """

    measured: str
    elsewhere: str


class Answered(NamedTuple):
    """The client's answer to the question of a finding.

    `share` (0 to 1) is the part of the cases for which the answer is yes, if it is "partly"; None
    if nobody knows.
    """

    answer: Answer
    share: float | None = None


class Cases(NamedTuple):
    """The cases by which a finding is measured before and after a date.

    `own` are those of its place: `at` (UTC), `value` (seconds, or 0 to 1), `storm` (of INCIDENTS,
    0: alone); `others` those of similar places, with `place`, the id of each. All cases before
    `until` are known.
    """

    own: pd.DataFrame
    others: pd.DataFrame
    until: pd.Timestamp


class Finding(NamedTuple):
    """A row of FINDINGS. `answered`: what the client said to the question of its kind."""

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
    effective_n: float = float("nan")
    answered: Answered | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the finding from a row of FINDINGS, which is a named tuple or a Series.

        A missing `detail` (None, NaN or NA) becomes None.
        """
        # Findings of an earlier release have no effective n.
        values: dict[str, Any] = {
            name: getattr(row, name, cls._field_defaults.get(name)) for name in cls._fields
        }
        return cls(**values | {"detail": None if pd.isna(row.detail) else str(row.detail)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What the advice of a kind takes for granted, and only the client knows.

    If it is wrong, the advice would do harm, so it is asked: `asks` returns the question about one
    finding, to be answered with yes, no or partly. `holds_if` is the answer with which the
    assumption is right. `said` are the words for each answer, to follow "The client says that".
    `otherwise` returns what to do if the assumption is wrong, and `partly` what to do if it is
    right for a part of the cases. `spares_nothing`: without the assumption there is no avoidable
    time.
    """

    asks: Callable[[Finding, Mapping[str, str]], str]
    holds_if: Literal["yes", "no"]
    said: Mapping[Answer, str]
    otherwise: Advice
    partly: Advice
    spares_nothing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What tells whether the advice on a finding helped: less of it is better.

    `words` name it, for a sentence: "the typical wait until acknowledged or over". Of `seconds`
    the geometric mean is compared, of a `share` the share. `cases` returns the cases of a finding;
    what it has to decide from the data (which person answers most), it decides from the time
    before the date.
    """

    words: str
    unit: Literal["seconds", "share"]
    cases: Callable[[Account, "Finding", pd.Timestamp], Cases]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A problem of a response process, and how it is detected.

    No field has a default: if a kind omits a field, for example whether it is about single people,
    type checking fails.

    Its words: `says` is the title of one finding and follows the name of its place; `after_subject`
    says how its `detail` completes that name, and `identified_by` whether the `detail` tells two
    findings of one subject apart. `comparison` names the two values that are compared.
    `sentence` returns one plain sentence about a finding with the names of `subject_id`s (missing
    names: the id stands for itself). `setting` is the place in PagerDuty to look at. `advice`
    returns what to do there, in sentences: the present value of the setting, as collected, and the
    value to try. What is not collected is not mentioned. It names no responder. `assumes` is what
    the advice rests on and the data cannot show; None if it would be right in any case.

    Its measure: `unit` is the unit of effect, interval and reference. `floor` says in words how
    large an effect must be to be worth a change. `against` names the reference of avoidable minutes
    (an observed one, never a target). `minutes` says what happens in those minutes; they are real
    time, so that all kinds can be compared. `probability_of` says what the p-value assumes.
    `is_association`: the finding shows an association, which need not be a cause. `measure` tells
    whether the advice helped.

    Its rows: `tests` returns TESTS, `evidence` the rows behind one finding. `ids` are the columns
    of `evidence` that hold ids, each with its noun; a test fails if a column of people is missing
    there. `figures` show one finding, besides its comparison with all other tested subjects.

    Its audience: a kind that `tells_of` single people is shown to everybody only for groups in
    which nobody can be recognised (`corvana.analysis.answers.walkthrough`).
    """

    name: str
    title: str
    says: str
    after_subject: AfterSubject
    identified_by: IdentifiedBy
    comparison: Comparison
    unit: Unit
    floor: str
    against: str
    minutes: Minutes
    setting: str
    advice: Advice
    assumes: Assumption | None
    probability_of: ProbabilityOf
    tells_of: TellsOf
    is_association: bool
    measure: Measure
    tests: Callable[[Account], pd.DataFrame]
    evidence: Callable[[Account, Finding], pd.DataFrame]
    ids: Mapping[str, Noun]
    figures: Sequence[Figure]
    sentence: Callable[[Finding, Mapping[str, str]], str]

    def columns_of(self, *nouns: Noun) -> list[str]:
        """Return the columns of the evidence that hold ids of these nouns."""
        return [column for column, noun in self.ids.items() if noun in nouns]


def always(text: str) -> Advice:
    """Return the advice of a kind whose setting is not collected: the same sentences every time."""

    def advice(_account: Account, _finding: Finding, _names: Mapping[str, str]) -> str:
        return text

    return advice
