"""The cards of one finding and of the scorecard."""

from collections.abc import Mapping
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding, ProbabilityOf
from corvana.analysis.findings.registry import kind_of
from corvana.ui.components import Card

_IF: Final[Mapping[ProbabilityOf, str]] = {
    "no difference": "if there were no difference to the comparison value.",
    "the floor": "if the true value only just reached the floor.",
    "random draws": "if there were no difference to the comparison value, counted in random draws.",
}
"""What the p-value assumes, to follow "as much"."""


def finding_cards(finding: Finding) -> list[Card]:
    """Return the effect, the avoidable time, the number of observations and the certainty."""
    kind = kind_of(finding.kind)
    q = finding.q_value
    return [
        Card(
            "Effect",
            words.size(finding.effect, kind.unit),
            _interval(finding),
            f"{kind.comparison.measured}. Compared with the comparison value.",
        ),
        Card(
            "Comparison value",
            words.size(finding.reference, kind.unit),
            kind.comparison.elsewhere,
            f"{kind.comparison.measured}: what the effect is compared with.",
        ),
        _avoidable(finding),
        Card(
            "Certainty",
            "Exact" if words.is_read_off(finding) else words.certainty(finding).capitalize(),
            words.certainty(finding)
            if words.is_read_off(finding)
            else f"n = {wording.count(finding.n)} · q {_small(q)}, p {_small(finding.p_value)}",
            "What follows from the configuration needs no test."
            if words.is_read_off(finding)
            else "q: the expected share of chance among all findings as clear as this one. p: how "
            f"often chance alone would bring as much {_IF[kind.probability_of]}",
        ),
    ]


def _avoidable(finding: Finding) -> Card:
    kind, minutes = kind_of(finding.kind), finding.avoidable_minutes_per_month
    against = f"Measured against {kind.against}."
    if not minutes > 0:
        why = "not measured" if finding.answered is None else "none, as the client says"
        return Card("Avoidable a month", "–", why, against)
    spent = f"at most; time {kind.minutes}"
    return Card("Avoidable a month", wording.duration(minutes * 60), spent, against)


def _interval(finding: Finding) -> str:
    if words.is_read_off(finding):
        return "exact, no interval"
    unit = kind_of(finding.kind).unit
    low, high = words.size(finding.low, unit), words.size(finding.high, unit)
    return f"{low} to {high} (95 % interval)"


def _small(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
