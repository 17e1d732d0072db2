"""What changed?"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.assessment.changed.measure import Measure, Name, Verdict
from corvana.analysis.statistics.estimates import Estimate

LABELS: Final[Mapping[Name, str]] = {
    "acknowledged_half": "Half acknowledged in",
    "acknowledged_p90": "P90 to first ack",
    "acknowledged": "Acknowledged",
    "resolved_half": "Half resolved in",
    "escalated": "Escalated",
    "auto_resolved": "Resolved automatically",
    "reassigned": "Reassigned twice or more",
    "incidents": "Incidents a week",
    "interruptions": "Interruptions a week",
    "asleep_a_week": "In sleep hours a week",
    "per_hour": "Interruptions an hour on call",
    "asleep": "Share in sleep hours",
    "over_norm": "Shifts over the norm",
}
"""What each measure is called on cards, in charts and in tables."""
MEANINGS: Final[Mapping[Name, str]] = {
    "acknowledged_half": "Time until half of all incidents were acknowledged by a person.",
    "acknowledged_p90": "Nine in ten acknowledged incidents were faster.",
    "acknowledged": "Share of incidents that a person acknowledged.",
    "resolved_half": "Time until half of all incidents were resolved, by anyone or anything.",
    "escalated": "High-urgency incidents that escalated at least once, by the timer or by hand.",
    "auto_resolved": "Incidents that ended without a person: by a service or a timer.",
    "reassigned": "Incidents that were passed on twice or more.",
    "incidents": "Incidents created, by the weeks outside maintenance windows.",
    "interruptions": "Pushes, phone calls and SMS that reached a person; those of one minute count "
    "once.",
    "asleep_a_week": "Interruptions in sleep hours on the responder's clock.",
    "per_hour": "Interruptions during shifts on the level that is paged first.",
    "asleep": "Share of interruptions in sleep hours on the responder's clock.",
    "over_norm": "Whole shifts with more incidents than the norm.",
}
TOLD: Final[Mapping[Verdict, str]] = {
    "better": "better",
    "worse": "worse",
    "more": "more",
    "less": "less",
    "not clear": wording.UNCLEAR,
    "mix": "not clear at the same mix",
    "too few weeks": wording.TOO_FEW_WEEKS,
    "too few cases": "too few to compare",
}
"""How a verdict is said."""
_MANY: Final = 5
_CHANCE: Final = " Of so many measures, one may differ by chance."
_FINDINGS: Final = (
    ("gone", "gone"),
    ("new", "new"),
    ("stays", "found again"),
    ("cannot tell", "with too little data to tell"),
)


def answer(measures: Sequence[Measure], since: str, findings: pd.DataFrame | None = None) -> str:
    """Return how many measures are better and worse, the clearest of them, and what became of the
    findings.

    Parameters
    ----------
    since
        What is compared, as the beginning of a sentence: "Since the baseline of 3 Nov".
    findings
        `found.told`; None where findings are not compared.
    """
    told = f"{_counts(measures, since)} {_foremost(measures)}".strip()
    return told if findings is None else f"{told} {_findings(findings)}".strip()


def value(measure: Measure, estimate: Estimate, n: int) -> str:
    """Return the value of a side in words."""
    if math.isnan(estimate.value):
        return "–"
    match measure.unit:
        case "seconds":
            return wording.duration(estimate.value)
        case "share":
            return wording.proportion(estimate.value, n)
        case "a week":
            return (
                wording.count(estimate.value) if estimate.value >= 10 else f"{estimate.value:.1f}"
            )
        case "an hour":
            return f"{estimate.value:.2g}"


def change(measure: Measure, estimate: Estimate | None = None) -> str:
    """Return a change in words, "−12 %" or "+3.1 points", whether it is clear or not."""
    found = measure.change if estimate is None else estimate
    return _amount(found.value, measure) if not math.isnan(found.value) else "–"


def interval(measure: Measure, estimate: Estimate | None = None) -> str:
    """Return the interval of a change: "−20 % to −4 %"."""
    found = measure.change if estimate is None else estimate
    if math.isnan(found.value):
        return ""
    if not wording.is_bounded(found):
        return wording.TOO_FEW_WEEKS
    if math.isinf(found.high):
        return f"at least {_amount(found.low, measure)}"
    return f"{_amount(found.low, measure)} to {_amount(found.high, measure)}"


def detectable(measure: Measure) -> str:
    """Return the smallest change that this much data would show: "+23 % or −19 %"."""
    if math.isnan(measure.detectable):
        return "–"
    if measure.is_ratio:
        more, less = (measure.detectable - 1, 1 - 1 / measure.detectable)
        return f"+{more * 100:.0f} % or −{less * 100:.0f} %"
    return f"±{measure.detectable * 100:.1f} points"


def side(name: str, start: datetime, end: datetime, zone: str) -> str:
    """Return a side in words: the days, and the name of the baseline at its end."""
    days = wording.days(start, end, zone)
    return f"{days}, until “{wording.plain(name)}”" if name else days


def _counts(measures: Sequence[Measure], since: str) -> str:
    number = {verdict: sum(each.verdict == verdict for each in measures) for verdict in TOLD}
    compared = len(measures) - number["too few cases"] - number["too few weeks"]
    if not compared:
        return f"**{since}: nothing can be compared yet.** {_why(measures)}."
    other = number["more"] + number["less"]
    told = [
        f"{wording.count(n)} {'is' if n == 1 else 'are'} {words}"
        for n, words in (
            (number["better"], "better"),
            (number["worse"], "worse"),
            (other, "otherwise different"),
        )
        if n
    ]
    of = wording.plural(compared, "measure", "measures")
    if not told:
        return f"**{since}: none of {of} changed clearly.**{_of_mix(number['mix'])}"
    first, *rest = told
    first = first.replace(" ", f" of {of} ", 1)
    clear = number["better"] + number["worse"] + other
    chance = _CHANCE if clear == 1 and compared >= _MANY else ""
    return f"**{since}: {', '.join([first, *rest])}.**{chance}{_of_mix(number['mix'])}"


def _of_mix(number: int) -> str:
    if not number:
        return ""
    differ = "One differs" if number == 1 else f"{wording.count(number)} differ"
    return f" {differ}, but not clearly at the same mix of services and urgencies."


def _why(measures: Sequence[Measure]) -> str:
    """Why nothing is compared."""
    weeks = any(each.verdict == "too few weeks" for each in measures)
    return "Too few weeks are collected" if weeks else "Too few incidents are on one of the sides"


def _foremost(measures: Sequence[Measure]) -> str:
    """The first clear change for the better, and the first for the worse."""
    told = []
    for verdict in ("better", "worse"):
        first = next((each for each in measures if each.verdict == verdict), None)
        if first is not None:
            told.append(_sentence(first))
    return " ".join(told)


def _sentence(measure: Measure) -> str:
    now = value(measure, measure.after, measure.n_after)
    before = value(measure, measure.before, measure.n)
    return (
        f"{LABELS[measure.name]}: {now}, before {before} ({change(measure)}; 95 % interval "
        f"{interval(measure)})."
    )


def _findings(findings: pd.DataFrame) -> str:
    number = findings["state"].value_counts()
    parts = [
        f"{wording.count(number[state])} {words}" for state, words in _FINDINGS if number.get(state)
    ]
    if not parts:
        return "Neither side has a finding."
    noun = "finding" if len(findings) == 1 else "findings"
    return f"Of {wording.count(len(findings))} {noun}: {', '.join(parts)}."


def _amount(found: float, measure: Measure) -> str:
    if measure.is_ratio:
        return f"{(found - 1) * 100:+.0f} %".replace("-", "−")
    return f"{found * 100:+.1f} points".replace("-", "−")
