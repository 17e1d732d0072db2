"""The cards of the targets page."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.assessment.targets import Attained
from corvana.analysis.response.durations import Measure
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.charts.sparkline import sparkline_image
from corvana.ui.components import Card

_WORDS: Final[Mapping[Measure, tuple[str, str, str]]] = {
    "seconds_to_first_ack": (
        "acknowledged",
        "acknowledge",
        (
            "Acknowledged by a person within the target, of all incidents whose target has passed. "
            "One that was resolved without an acknowledgement missed it."
        ),
    ),
    "seconds_to_resolve": (
        "resolved",
        "resolve",
        (
            "Resolved within the target, by anybody or anything, of all incidents whose target has "
            "passed."
        ),
    ),
}
_LINE: Final = "The line is the share of each week that is over, of everything collected."


def target_cards(
    measure: Measure, attained: Attained, change: Estimate | None, weeks: pd.DataFrame
) -> list[Card]:
    """Return the share that met one of the two targets, and how many missed it."""
    verb, to_do, meaning = _WORDS[measure]
    if not attained.is_set:
        none = f"no target to {to_do} is set"
        return [Card(f"{verb.capitalize()} in time", "–", none, meaning)]
    judged = wording.plural(attained.n, "judged incident", "judged incidents")
    worth = wording.separate_ones(attained.n, attained.share.effective_n, ", as much as {}")
    within = f"{wording.share_interval(attained.share)} · " if attained.n >= ENOUGH else ""
    course = _course(weeks) if attained.n >= ENOUGH else ""
    return [
        Card(
            f"{verb.capitalize()} in time",
            wording.proportion(attained.share.value, attained.n),
            f"{within}of {judged}{worth}",
            f"{meaning} Below: 95 % interval. {wording.CHANGES}{f' {_LINE}' if course else ''}",
            wording.point_change(change) if change is not None else "",
            course,
            better="more",
        ),
        Card(
            f"Missed: {to_do}",
            wording.count(attained.n_missed),
            _how(attained, verb),
            f"Incidents that missed their target to {to_do}; they are listed below.",
        ),
    ]


def _how(attained: Attained, verb: str) -> str:
    if not attained.n_missed:
        return "none missed it" if attained.n else "none is judged"
    parts = (
        (attained.n_late, "later"),
        (attained.n_without_ack, "resolved without one"),
        (attained.n_open, f"not {verb} yet"),
    )
    return " · ".join(f"{wording.count(n)} {how}" for n, how in parts if n)


def _course(weeks: pd.DataFrame) -> str:
    """The weekly shares; a week with few incidents has none."""
    shares = weeks["value"].where(weeks["n"].ge(ENOUGH))
    which = f" with {ENOUGH} or more"
    said = wording.course(shares.dropna().tolist(), wording.percent, which)
    return sparkline_image(shares.tolist(), said)
