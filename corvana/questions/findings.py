"""Questions about findings: the findings ledger, and the evidence of each finding."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis.answers import findings as words
from corvana.analysis.assessment.register import answers
from corvana.analysis.findings import assumptions, pages_for_nothing
from corvana.analysis.findings.assumptions import with_answers
from corvana.analysis.findings.kind import Answered, Finding, Noun
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.questions import accounts
from corvana.questions.labels import label_or_id, subjects
from corvana.questions.question import question
from corvana.questions.view import View

_SHOWN_ROWS: Final = 1_000
_NAMED: Final[Sequence[Noun]] = ("service", "escalation_policy", "schedule", "responder")
"""The nouns whose ids are replaced by names; several responders in one cell stay codes."""


Answers = tuple[tuple[str, Answered], ...]
"""The client's answers by the key of the finding, in order."""


class Behind(NamedTuple):
    """The first rows behind a finding, and the number of all rows."""

    rows: pd.DataFrame
    total: int


def is_analysed(view: View) -> bool:
    """Return whether findings were computed for this or an earlier version of the data."""
    return view.analysed_as_of is not None


def listed(view: View) -> list[Finding]:
    """Return the findings ledger, largest first, as it is with the client's answers."""
    return listed_as_answered(view, answered(view))


def answered(view: View) -> Answers:
    """Return the client's answers, as an argument of a question that depends on them."""
    return tuple(sorted(answers(view.register).items()))


def listed_as_answered(view: View, answered: Answers) -> list[Finding]:
    """Return the findings ledger as it is with these answers."""
    return with_answers(words.listed(view.frame("findings")), dict(answered))


@question()
def answer(view: View, answered: Answers) -> str:
    """Return answers.findings.answer of the findings ledger as it is with these answers."""
    return words.answer(listed_as_answered(view, answered), subjects(view))


def summary(found: Sequence[Finding], labels: Mapping[str, str]) -> pd.DataFrame:
    """Return the findings ledger for `charts.plot_ledger`, with further columns for its table.

    Returns
    -------
    DataFrame
        key; where, title; minutes (the kind of minutes), avoidable_minutes_per_month; effect (with
        its interval, in words), n, sure (in words), setting.
    """
    columns = (
        *("key", "where", "title", "minutes", "avoidable_minutes_per_month"),
        *("effect", "n", "sure", "setting"),
    )
    rows = [
        (
            *(words.key(one), words.where(one, labels), kind_of(one.kind).says),
            *(kind_of(one.kind).minutes, one.avoidable_minutes_per_month),
            *(words.effect(one), one.n, words.certainty(one), kind_of(one.kind).setting),
        )
        for one in found
    ]
    return pd.DataFrame(rows, columns=list(columns))


def for_nothing(found: Sequence[Finding]) -> Finding | None:
    """Return the largest finding about incidents that paged somebody and resolved themselves."""
    measured = pages_for_nothing.KIND.comparison.measured
    return next((one for one in found if kind_of(one.kind).comparison.measured == measured), None)


@question()
def behind(view: View, finding: Finding) -> Behind:
    """Return the rows behind a finding for reading, with names for ids; at most the first
    thousand."""
    found = every_row(view, finding)
    return Behind(found.head(_SHOWN_ROWS), len(found))


def every_row(view: View, finding: Finding) -> pd.DataFrame:
    """Return all rows behind a finding, with names for ids."""
    kind = kind_of(finding.kind)
    found = kind.evidence(accounts.whole(view), finding)
    names = subjects(view)
    return found.assign(
        **{column: label_or_id(found[column], names) for column in kind.columns_of(*_NAMED)}
    )


@question()
def advice(view: View, finding: Finding) -> str:
    """Return what to do about a finding, with the present setting as collected."""
    return assumptions.advice(accounts.whole(view), finding, subjects(view))


def not_found(view: View) -> list[str]:
    """Return the titles of the kinds that were looked for and of which there is no finding; empty
    while findings were not looked for."""
    seen = {one.kind for one in listed(view)}
    return [kind.title for kind in KINDS if is_analysed(view) and kind.name not in seen]


@question()
def alone(view: View) -> tuple[str, ...]:
    """Return the nouns of which only one had incidents, so that nothing can be compared."""
    incidents = view.frame("incidents")
    nouns = {"service_id": "service", "escalation_policy_id": "escalation policy"}
    return tuple(
        noun for column, noun in nouns.items() if len(incidents[column].dropna().unique()) == 1
    )


@question(is_usual=False)
def tests(view: View, kind: str) -> pd.DataFrame:
    """Return TESTS of a kind, with the `name` of each subject."""
    tested = kind_of(kind).tests(accounts.whole(view))
    names = subjects(view)
    subject, detail = (label_or_id(tested[name], names) for name in ("subject_id", "detail"))
    return tested.assign(name=subject.where(detail.isna(), subject + " · " + detail.astype("str")))
