"""Findings whose advice rests on something that only the client knows, and the client's answer.

Such a kind declares an `Assumption`. Until the client has answered, its finding, avoidable time
and advice are those of the assumption. An answer changes all three: if the assumption is wrong,
the finding has no avoidable time (where all of it rests on the assumption) and other advice; if it
is right for a part of the cases, the avoidable time is that part of it, or stays an upper limit
where the part is not known.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Answer, Answered, Assumption, Finding, Kind
from corvana.analysis.findings.registry import key_of, kind_of
from corvana.analysis.wording import percent

ANSWERS: Final[Sequence[Answer]] = ("yes", "no", "partly")


def question(finding: Finding, names: Mapping[str, str]) -> str | None:
    """Return the question that the client should answer; None if the advice assumes nothing."""
    assumes = kind_of(finding.kind).assumes
    return None if assumes is None else assumes.asks(finding, names)


def with_answers(findings: Sequence[Finding], answers: Mapping[str, Answered]) -> list[Finding]:
    """Return the findings as they are with the client's answers, most avoidable time first.

    Parameters
    ----------
    findings
        In the order of the findings ledger. Those with equal time keep their order.
    answers
        By the key of a finding (`registry.key_of`).
    """
    if not answers:
        return list(findings)
    known = [with_answer(one, answers.get(key_of(one))) for one in findings]
    return sorted(known, key=lambda one: -one.avoidable_minutes_per_month)


def with_answer(finding: Finding, answered: Answered | None) -> Finding:
    """Return the finding with the client's answer and the avoidable time that follows from it.

    A kind that assumes nothing has nothing to answer and stays as it is.
    """
    assumes = kind_of(finding.kind).assumes
    if assumes is None or answered is None:
        return finding
    minutes = finding.avoidable_minutes_per_month * _part(assumes, answered)
    return finding._replace(answered=answered, avoidable_minutes_per_month=minutes)


def is_wrong(finding: Finding) -> bool:
    """Return whether the client's answer says that the assumption of the finding is wrong."""
    assumes = kind_of(finding.kind).assumes
    if assumes is None or finding.answered is None:
        return False
    return finding.answered.answer not in (assumes.holds_if, "partly")


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the kind's sentence about the finding, and what the client said."""
    told = kind_of(finding.kind).sentence(finding, names)
    return " ".join(part for part in (told, said(finding)) if part)


def said(finding: Finding) -> str:
    """Return a sentence on the client's answer; empty without one."""
    assumes = kind_of(finding.kind).assumes
    if assumes is None or finding.answered is None:
        return ""
    answer, share = finding.answered
    part = f" (about {percent(share)})" if answer == "partly" and share is not None else ""
    return f"The client says that {assumes.said[answer]}{part}."


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    """Return what to do about the finding, as it follows from the client's answer."""
    return advice_of(kind_of(finding.kind), account, finding, names)


def advice_of(kind: Kind, account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    """Return `advice` of a finding of this kind."""
    if kind.assumes is None or finding.answered is None:
        return kind.advice(account, finding, names)
    if finding.answered.answer == "partly":
        return kind.assumes.partly(account, finding, names)
    if is_wrong(finding):
        return kind.assumes.otherwise(account, finding, names)
    return kind.advice(account, finding, names)


def _part(assumes: Assumption, answered: Answered) -> float:
    """The part of the avoidable time for which the assumption is right."""
    if not assumes.spares_nothing:
        return 1.0
    if answered.answer != "partly":
        return 1.0 if answered.answer == assumes.holds_if else 0.0
    if answered.share is None:
        return 1.0
    return answered.share if assumes.holds_if == "yes" else 1.0 - answered.share
