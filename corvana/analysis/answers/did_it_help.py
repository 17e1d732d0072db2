"""Did it help? The sentences about what became of a measure after a day."""

import math
from collections.abc import Mapping
from typing import Final

from corvana.analysis.assessment.did_it_help import FALL, Outcome, Verdict, Why
from corvana.analysis.statistics.before_after import LEAST_WEEKS
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, duration, instant, percent, plural, sentence_case

VERDICTS: Final[Mapping[Verdict, str]] = {
    "helped": "It helped.",
    "worse": "It became worse.",
    "no change": "No change.",
    "too early": "Too early.",
    "cannot tell": "Cannot tell.",
}
_OF_A_PLACE: Final[Mapping[Verdict, str]] = {
    **VERDICTS,
    "helped": "It fell.",
    "worse": "It rose.",
}
_WHY: Final[Mapping[Why, str]] = {
    "": "",
    "nothing before": "The data have no case before that day.",
    "nothing after": "The data have no case since that day.",
    "too few weeks before": (
        f"Fewer than {LEAST_WEEKS} whole weeks of data lie before that day, so there is nothing to "
        "compare with."
    ),
    "too few cases": (
        f"Its weeks differ so much, or have so few cases, that a year would not show a change of "
        f"{percent(FALL)}."
    ),
}


def verdict(found: Outcome, *, of_place: bool = False) -> str:
    """Return the verdict in words; `of_place`: nothing was done to help."""
    return (_OF_A_PLACE if of_place else VERDICTS)[found.verdict]


def told(found: Outcome, measure: str, *, of_place: bool = False) -> str:
    """Return what became of a measure: the verdict, the numbers, and what they are held against.

    `measure` names it: "the typical wait until acknowledged or over".
    """
    parts = (
        f"**{verdict(found, of_place=of_place)}**",
        _when(found, measure),
        _numbers(found, measure),
        _against(found),
        _smallest(found),
    )
    return " ".join(part for part in parts if part)


def _when(found: Outcome, measure: str) -> str:
    """When it can be told, or why it cannot be."""
    if found.verdict != "too early":
        why = _WHY[found.why]
        # Without a case there is no sentence on the numbers, which else names the measure.
        nameless = why and not found.n_before and not found.n_after
        return f"{sentence_case(measure)}: {why[0].lower()}{why[1:]}" if nameless else why
    if found.seen_from is None:
        return "The weeks so far are too few to say from when a change can be seen."
    day = instant(found.seen_from, year=found.seen_from.year != found.done.year)
    if found.why:
        return f"From {day} a large change can be seen; one of {percent(FALL)} not within a year."
    return f"From {day} a change of {percent(FALL)} can be seen."


def _numbers(found: Outcome, measure: str) -> str:
    """The measure before and after the day."""
    name = sentence_case(measure)
    if not found.n_before and not found.n_after:
        return ""
    if not found.n_after:
        return (
            f"{name} was {_value(found, found.before)} before (n = {count(found.n_before)}); there "
            f"is no case after it yet."
        )
    if not found.n_before:
        return f"{name} is {_value(found, found.after)} since (n = {count(found.n_after)})."
    return (
        f"{name} was {_value(found, found.before)} before and is {_value(found, found.after)} "
        f"since (n = {count(found.n_before)} and {count(found.n_after)})."
    )


def _against(found: Outcome) -> str:
    """The change that the verdict rests on, and what it was compared with."""
    if math.isnan(found.against.low):
        return ""
    if not found.places:
        return (
            f"The change is {_change(found, found.against)}. Too few similar places were left "
            f"alone to compare with."
        )
    elsewhere = plural(found.places, "similar place", "similar places")
    return (
        f"At {elsewhere} that nobody touched it changed by {_one(found, found.elsewhere)} in the "
        f"same weeks; without that, the change is {_change(found, found.against)}."
    )


def _smallest(found: Outcome) -> str:
    if found.verdict not in ("no change", "cannot tell") or not 0 < found.detectable < 1:
        return ""
    return f"A fall of {percent(found.detectable)} would have shown."


def _value(found: Outcome, value: float) -> str:
    return duration(value) if found.unit == "seconds" else percent(value)


def _change(found: Outcome, change: Estimate) -> str:
    """A change with its interval: "−68 % (95 % interval −80 to −48 %)"."""
    low = _one(found, change.low).rpartition(" ")[0]
    return f"{_one(found, change.value)} (95 % interval {low} to {_one(found, change.high)})"


def _one(found: Outcome, value: float) -> str:
    """A change without its interval: "−68 %", "+4 points", "0 %"."""
    whole = round((value - found.none) * 100)
    sign = "−" if whole < 0 else "+" if whole > 0 else ""
    points = "point" if abs(whole) == 1 else "points"
    return f"{sign}{abs(whole):,} {'%' if found.unit == 'seconds' else points}"
