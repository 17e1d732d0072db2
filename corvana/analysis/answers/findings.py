"""Where is the response process stuck?"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import pandas as pd

from corvana.analysis.findings.kind import WHOLE_ACCOUNT, Finding, Minutes, Unit
from corvana.analysis.findings.registry import KINDS, key_of, kind_of
from corvana.analysis.staffing.fairness import DRAWS
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import (
    count,
    duration,
    percent,
    plain,
    plural,
    sentence_case,
    separate_ones,
)

MINUTES: Final[Mapping[Minutes, str]] = {
    "incidents wait": "of avoidable waiting",
    "responders work": "of avoidable work",
}
"""The words for each kind of minutes, to follow "6 days a month"."""

WHOLE: Final = "Whole account"
"""The place of a finding about the account as a whole."""
_SUBJECTS: Final = {
    "service": ("service", "services"),
    "escalation_policy": ("policy or policy level", "policies or policy levels"),
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
    """Return the key of a finding in a URL and in the register (`registry.key_of`)."""
    return key_of(finding)


def foremost(findings: Sequence[Finding], most: int = 3) -> list[Finding]:
    """Return the findings that cost most; `findings` are in the order of the findings ledger."""
    return list(findings[:most])


def answer(
    findings: Sequence[Finding], names: Mapping[str, str], alone: Sequence[str] | None = None
) -> str:
    """Return how many findings there are, the largest, and how sure all of them are.

    `alone` are the nouns of which only one had incidents, such as "service", so that there is
    nothing to compare it with. None: not known, and nothing is said of comparisons.
    """
    if not findings:
        return _nothing(alone)
    largest = findings[0]
    told = f"**{plain(title(largest, names))}**, {worth(largest)} ({certainty(largest)})"
    if len(findings) == 1:
        return f"**One finding:** {told}. {chance(findings)}"
    return f"**{count(len(findings))} findings.** The largest: {told}. {chance(findings)}"


def _nothing(alone: Sequence[str] | None) -> str:
    if alone is None:
        return "**No finding.** No kind reaches its floor with enough certainty."
    below = "What was looked at is listed below."
    if not alone:
        return f"**No finding.** No kind reaches its floor with enough certainty. {below}"
    only = " and ".join(f"one {noun}" for noun in alone)
    return (
        f"**No finding.** Only {only} had incidents: there is nothing to compare "
        f"{'it' if len(alone) == 1 else 'them'} with. No other kind reaches its floor with enough "
        f"certainty. {below}"
    )


def chance(findings: Sequence[Finding]) -> str:
    """Return how many findings are expected to be false, and how many cannot be false.

    Of a list of findings, the share expected to be false is at most the largest q-value in it.
    """
    tested = [one.q_value for one in findings if not is_read_off(one)]
    parts = (_read_off(len(findings) - len(tested), len(findings)), _false(tested, len(findings)))
    told = "; ".join(part for part in parts if part)
    return f"{sentence_case(told)}."


def _read_off(n: int, of: int) -> str:
    if not n:
        return ""
    follow = "follows" if n == 1 else "follow"
    return f"{'it' if of == 1 else count(n)} {follow} from the configuration"


def _false(q_values: Sequence[float], of: int) -> str:
    """How many of the findings with these q-values may be false."""
    n = len(q_values)
    if not n:
        return ""
    most = f"at most {_share(max(q_values))}"
    if n > 1:
        return f"of the {count(n)} that rest on a test, {most} are expected to be false alarms"
    one = "it" if of == 1 else "one"
    return f"{one} rests on a test; {most} of such findings are expected to be false alarms"


def title(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the place and the title: "Payments: slow to acknowledge"."""
    return f"{where(finding, names)}: {kind_of(finding.kind).says}"


def where(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the subject's name, with the detail that completes it: a level, or another subject."""
    is_whole = finding.subject_type == WHOLE_ACCOUNT
    subject = WHOLE if is_whole else names.get(finding.subject_id, finding.subject_id)
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
        is_answered = finding.answered is not None
        return "no avoidable time" if is_answered else "no avoidable time measured"
    return f"{duration(minutes * 60)} a month {MINUTES[kind_of(finding.kind).minutes]}"


def size(value: float, unit: Unit | Literal["per month"]) -> str:
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
    """Return in a few words how certain it is that the finding is not chance: "very sure" and
    "sure" up to q-values of 1 % and 5 %, "likely" above."""
    if is_read_off(finding):
        return "follows from the configuration"
    if finding.q_value <= _VERY_SURE:
        return "very sure"
    return "sure" if finding.q_value <= _SURE else "likely"


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
            f"{_not_chance(finding)} It rests on "
            f"n = {count(finding.n)}{_as_much_as(finding)}; "
            "with 95 % certainty the true value lies between "
            f"{size(finding.low, kind.unit)} and {size(finding.high, kind.unit)}. "
            f"{_by_chance(finding)} Among all findings as clear as this one, at most "
            f"{_share(finding.q_value)} are expected to be chance."
        )
    association = (
        " The two go together; this does not show that one causes the other."
        if kind.is_association
        else ""
    )
    return text + association


def _not_chance(finding: Finding) -> str:
    """The verdict on chance. Findings are listed that are only likely: see `ledger`."""
    if finding.q_value <= _SURE:
        return f"We are {certainty(finding)} that this is not chance."
    return "This is likely more than chance, but chance is not ruled out."


def _as_much_as(finding: Finding) -> str:
    """How few separate cases the cases are worth, where they come together."""
    return separate_ones(finding.n, finding.effective_n, " (as much as {})")


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
    """Return how many subjects of TESTS were looked at, how many had enough data, and whether there
    was anything to compare them with."""
    if tests.empty:
        return "nothing to look at in this account"
    parts = [
        plural(len(rows), *_SUBJECTS.get(str(subject_type), (str(subject_type), str(subject_type))))
        for subject_type, rows in tests.groupby("subject_type", sort=True)
        if subject_type != WHOLE_ACCOUNT
    ]
    is_tested = tests["p_value"].notna()
    few = int((is_tested & tests["n"].lt(ENOUGH)).sum())
    too_few = f" ({count(few)} of them with fewer than {ENOUGH} observations)" if few else ""
    is_alone = bool((is_tested & tests["reference"].isna()).all())
    found = "nothing to compare with" if is_alone else "none"
    return f"looked at {' and '.join(parts)}{too_few}: {found}"


def _by_chance(finding: Finding) -> str:
    """A sentence on the p-value that says what it assumes (`Kind.probability_of`)."""
    kind = kind_of(finding.kind)
    compared = f"the comparison value of {size(finding.reference, kind.unit)}"
    match kind.probability_of:
        case "random draws":
            return (
                f"If it did not differ from {compared}, chance would bring this much or more "
                f"{_of_draws(finding.p_value)}."
            )
        case "the floor":
            return (
                "The test asks for more than a difference: if the true value only just reached "
                f"the floor, chance alone would bring this much or more "
                f"{_rarely(finding.p_value)}."
            )
        case _:
            return (
                f"If it did not differ from {compared}, chance alone would bring this much or more "
                f"{_rarely(finding.p_value)}."
            )


def _of_draws(p_value: float) -> str:
    """How many of the random draws reached as much: p is (1 + that number) / (1 + draws)."""
    reached = max(round(p_value * (DRAWS + 1)) - 1, 0)
    return f"in {count(reached) if reached else 'none'} of {count(DRAWS)} random draws"


def _rarely(p_value: float) -> str:
    if p_value < _SMALLEST:
        return f"less than once in {count(1 / _SMALLEST)} times"
    return f"about once in {count(1 / p_value)} times"


def _share(q_value: float) -> str:
    return percent(max(_SMALLEST, q_value))
