"""Where is the response process stuck?"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from corvana.analysis.findings.kind import Finding, Minutes, Unit
from corvana.analysis.findings.ledger import DISCOVERY_RATE
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, percent, plain, plural

MINUTES: Final[Mapping[Minutes, str]] = {
    "incidents wait": "of avoidable waiting",
    "responders work": "of avoidable work",
}
"""The words for each kind of minutes, to follow "6 days a month"."""

_SUBJECTS: Final = {
    "service": ("service", "services"),
    "escalation_policy": ("policy or level of one", "policies or levels of them"),
    "schedule": ("schedule", "schedules"),
    "responder": ("responder in a rotation", "responders in a rotation"),
}
_VERY_SURE: Final = 0.01
_SURE: Final = 0.05
_SMALLEST: Final = 0.001


def listed(findings: pd.DataFrame) -> list[Finding]:
    """Return the rows of FINDINGS as `Finding`s, in order; unknown kinds are left out."""
    known = {kind.name for kind in KINDS}
    return [found for found in map(Finding.of, findings.itertuples()) if found.kind in known]


def key(finding: Finding) -> str:
    """Return the key of a finding in a URL: kind, subject and detail."""
    return ":".join(part for part in (finding.kind, finding.subject_id, finding.detail) if part)


def foremost(findings: Sequence[Finding], most: int = 3) -> list[Finding]:
    """Return the findings that cost most; `findings` are in the order of the findings ledger."""
    return list(findings[:most])


def answer(findings: Sequence[Finding], names: Mapping[str, str]) -> str:
    """Return how many findings there are, the largest, and how sure all of them are."""
    if not findings:
        return (
            "**Nothing stands out.** No kind of finding reaches its floor with enough certainty; "
            "what was looked at is listed below."
        )
    largest = findings[0]
    many = "One finding" if len(findings) == 1 else f"{count(len(findings))} findings"
    return (
        f"**{many}.** The largest: **{plain(title(largest, names))}**, "
        f"{worth(largest)} ({certainty(largest)}). {chance(findings)}"
    )


def chance(findings: Sequence[Finding]) -> str:
    """Return how many findings are expected to be false, and how many cannot be false."""
    tested = sum(not is_read_off(one) for one in findings)
    off = len(findings) - tested
    wrong, most = round(tested * DISCOVERY_RATE), f"at most one in {round(1 / DISCOVERY_RATE)}"
    parts = [
        f"{count(off)} {'follows' if off == 1 else 'follow'} from the configuration" if off else "",
        f"of the {count(tested)} that rest on a test, about {wrong} may be a false alarm"
        if wrong
        else "",
        f"of the {count(tested)} that rest on a test, {most} is expected to be a false alarm"
        if tested > 1 and not wrong
        else "",
        f"the one that rests on a test is a false alarm in {most} such cases"
        if tested == 1
        else "",
    ]
    told = "; ".join(part for part in parts if part)
    return f"{told[:1].upper()}{told[1:]}."


def title(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the place and the title: "Payments: slow to acknowledge"."""
    return f"{where(finding, names)}: {kind_of(finding.kind).says}"


def where(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the subject's name, with the detail that completes it: a level, or another subject."""
    subject = names.get(finding.subject_id, finding.subject_id)
    if finding.detail is None:
        return subject
    match kind_of(finding.kind).after_subject:
        case "level":
            return f"{subject}, level {finding.detail}"
        case "other subject" if finding.detail in names:
            return f"{subject} → {names[finding.detail]}"
    return subject


def worth(finding: Finding) -> str:
    """Return the avoidable time: "6 days a month of avoidable waiting"."""
    minutes = finding.avoidable_minutes_per_month
    if not minutes > 0:
        return "no avoidable time so far"
    return f"{duration(minutes * 60)} a month {MINUTES[kind_of(finding.kind).minutes]}"


def size(value: float, unit: Unit) -> str:
    """Return an effect with its unit, formatted for reading."""
    if math.isnan(value):
        return "–"
    if unit == "seconds":
        return duration(value)
    if unit == "share":
        return percent(value)
    if unit == "hours":
        return duration(value * 3_600)
    if unit == "Gini":
        return f"Gini {value:.2f}"
    return count(value) if unit == "count" else f"{value:.1f} {'×' if unit == 'times' else unit}"


def effect(finding: Finding) -> str:
    """Return the effect, with its interval if it has one."""
    unit = kind_of(finding.kind).unit
    value, low, high = (size(part, unit) for part in (finding.effect, finding.low, finding.high))
    return value if low == high == value else f"{value} ({low} to {high})"


def is_read_off(finding: Finding) -> bool:
    """Return whether the finding follows from the configuration, so that no test is needed."""
    return math.isnan(finding.p_value)


def certainty(finding: Finding) -> str:
    """Return in two or three words how certain it is that the finding is not chance."""
    if is_read_off(finding):
        return "follows from the configuration"
    if finding.q_value <= _VERY_SURE:
        return "very sure"
    return "sure" if finding.q_value <= _SURE else "fairly sure"


def how_sure(finding: Finding) -> str:
    """Return n, interval, p and q in plain words, and a caution if it is only an association."""
    kind = kind_of(finding.kind)
    if is_read_off(finding):
        text = (
            "It follows from the schedules and policies and is not estimated: there is no "
            "interval, and chance plays no part. It rests on "
            f"{plural(finding.n, 'occurrence', 'occurrences')}."
        )
    else:
        text = (
            f"We are {certainty(finding)} that this is not chance. It rests on "
            f"n = {count(finding.n)}; with 95 % certainty the true value lies between "
            f"{size(finding.low, kind.unit)} and "
            f"{size(finding.high, kind.unit)}. Were there no difference to the comparison value of "
            f"{size(finding.reference, kind.unit)}, chance alone would bring this much or more "
            f"{_rarely(finding.p_value)}. Among all findings as clear as this one, at most "
            f"{_share(finding.q_value)} are expected to be chance."
        )
    association = (
        " This is an association; that one is the cause of the other is not shown."
        if kind.is_association
        else ""
    )
    return text + association


def would_change(finding: Finding) -> list[str]:
    """Return the changes that would end, clarify or reduce the finding, one sentence each."""
    kind = kind_of(finding.kind)
    floor = f"It is a finding because it reaches the floor: {kind.floor}."
    against = f"The avoidable time is measured against {kind.against}."
    if is_read_off(finding):
        again = (
            "More data does not change it. A changed setting does: every collection reads the "
            "settings again, and past gaps leave the period as it moves on."
        )
        return [floor, against, again]
    gone = (
        "It stops being a finding near the comparison value "
        f"({size(finding.reference, kind.unit)}), below the floor."
    )
    more = (
        f"Four times as much data (n = {count(4 * finding.n)}) would make the interval about half "
        f"as wide; with fewer than {ENOUGH} observations it would be no finding, however large."
    )
    return [floor, against, gone, more]


def looked_at(tests: pd.DataFrame) -> str:
    """Return how many subjects of TESTS were looked at, and how many had enough data."""
    if tests.empty:
        return "nothing to look at in this account"
    parts = []
    for subject_type, rows in tests.groupby("subject_type", sort=True):
        one, many = _SUBJECTS.get(str(subject_type), (str(subject_type), str(subject_type)))
        parts.append(f"{count(len(rows))} {one if len(rows) == 1 else many}")
    few = int((tests["p_value"].notna() & tests["n"].lt(ENOUGH)).sum())
    too_few = f" ({count(few)} of them with fewer than {ENOUGH} observations)" if few else ""
    return f"looked at {' and '.join(parts)}{too_few}: none"


def _rarely(p_value: float) -> str:
    if p_value < _SMALLEST:
        return f"less than once in {count(1 / _SMALLEST)} times"
    return f"about once in {count(1 / p_value)} times"


def _share(q_value: float) -> str:
    return "one in a thousand" if q_value < _SMALLEST else percent(q_value)
