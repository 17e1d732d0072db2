"""One measure of two times: its values, its change, and what is told of it."""

import math
from typing import Final, Literal, NamedTuple

from corvana.analysis import wording
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

Name = Literal[
    "acknowledged_half",
    "acknowledged_p90",
    "acknowledged",
    "resolved_half",
    "escalated",
    "auto_resolved",
    "reassigned",
    "incidents",
    "interruptions",
    "asleep_a_week",
    "per_hour",
    "asleep",
    "over_norm",
]
Unit = Literal["seconds", "share", "a week", "an hour"]
Better = Literal["less", "more", "neither"]
Verdict = Literal[
    "better", "worse", "more", "less", "not clear", "mix", "too few weeks", "too few cases"
]
"""`mix`: the plain numbers differ clearly, and those at the same mix do not."""

_POWER: Final = (1.959964 + 0.841621) / 1.959964
"""The smallest change that 80 % of such data would show, over the half width of its interval."""


class Measure(NamedTuple):
    """A measure before and after, in seconds, shares of 1, or numbers a week or an hour on call.

    `change` is the ratio after / before, of a share the difference; `same_mix` is the same with
    the mix of before, and `covered` the share of the cases of before that it covers (both missing
    where there is no mix). `n` and `n_after` are the cases behind the values.
    """

    name: Name
    unit: Unit
    better: Better
    before: Estimate
    after: Estimate
    n: int
    n_after: int
    change: Estimate
    same_mix: Estimate = UNKNOWN
    covered: float = math.nan

    @property
    def is_ratio(self) -> bool:
        """Whether the change is a ratio; else it is a difference of shares."""
        return self.unit != "share"

    @property
    def no_change(self) -> float:
        """The value of a change that is none."""
        return 1.0 if self.is_ratio else 0.0

    @property
    def verdict(self) -> Verdict:
        """Return what is told: never a change if the interval holds none."""
        if math.isnan(self.change.value):
            return "too few cases"
        why = wording.why_not_told(self.change, self.no_change)
        if why:
            return "too few weeks" if why == wording.TOO_FEW_WEEKS else "not clear"
        rises = self.change.value > self.no_change
        if not math.isnan(self.same_mix.value) and not self._holds_at_the_same_mix(rises):
            return "mix"
        if self.better == "neither":
            return "more" if rises else "less"
        return "better" if rises == (self.better == "more") else "worse"

    @property
    def detectable(self) -> float:
        """The smallest change that this much data would show in 80 % of cases: a ratio of more than
        1, or a difference of shares. NaN where the interval is not known."""
        low, value, high = self.change.low, self.change.value, self.change.high
        if not all(map(math.isfinite, (low, value, high))):
            return math.nan
        if not self.is_ratio:
            return _POWER * (high - low) / 2
        if not low > 0:
            return math.nan
        return math.exp(_POWER * math.log(high / low) / 2)

    def _holds_at_the_same_mix(self, rises: bool) -> bool:
        told = not wording.why_not_told(self.same_mix, self.no_change)
        return told and (self.same_mix.value > self.no_change) == rises
