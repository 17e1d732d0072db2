"""What the cards and captions of a selection have to say, from the facts.

Only the rounding and the units of numbers are the application's (`wording`).
"""

import math
import re
from collections.abc import Mapping, Sequence

from corvana.analysis import wording
from tests.builders.sentences.estimates import quantile, quantile_bounds, share_bounds
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.waits import Waits

FEW = 10
"""Fewer are counted and not judged."""


def shares(k: int, n: int) -> str:
    """A share as "38 %", or of fewer than ten as "2 of 3"."""
    if not n:
        return "–"
    return wording.percent(k / n) if n >= FEW else f"{k} of {n}"


def bounds(k: int, n: int) -> str:
    low, high = (wording.percent(each) for each in share_bounds(k, n))
    return f"{low.removesuffix(' %')} to {high}"


def many(n: int, one: str, several: str) -> str:
    return f"{n:,} {one if n == 1 else several}"


def seconds(text: str) -> float:
    """The seconds of "2 h 40 min"."""
    units = {"s": 1, "min": 60, "h": 3_600, "day": 86_400, "days": 86_400}
    parts = re.findall(r"([\d,.]+) (s|min|h|days?)", text)
    return sum(float(number.replace(",", "")) * units[unit] for number, unit in parts)


def of_waits(waits: Waits, verb: str) -> Mapping[str, str]:
    """By place what is said of a duration on both pages that tell it."""
    n, done = waits.n, len(waits.done)
    is_few = n < FEW or (2 * done < n and done < FEW)
    half = "–" if is_few else wording.duration(waits.half)
    return {
        f"card Half {verb} in · value": half,
        f"card {verb.capitalize()} · value": shares(done, n),
    }


def of_response(facts: Facts, waits: Waits, verb: str) -> Mapping[str, str]:
    """By place what the response page says."""
    n, done = waits.n, len(waits.done)
    waiting = (
        f"{len(waits.still)} {'still waiting' if verb == 'acknowledged' else 'not resolved yet'}"
    )
    interval = f"{bounds(done, n)} · " if n >= FEW else ""
    return {
        **of_waits(waits, verb),
        f"card {verb.capitalize()} · note": f"{interval}{waiting}",
        **_median(waits),
        **_percentile("P90", waits.done, 0.9, 20),
        **_percentile("P95", waits.done, 0.95, 50),
        f"chart {verb}-within · caption": _composition(facts, waits, verb),
        f"chart {verb}-bins · caption": (
            f"{many(done, f'{verb} incident', f'{verb} incidents')}, {wording.LEFT_OUT}."
        ),
        "chart stages · caption": (
            "Resolved incidents only. Without an acknowledgement, all time until the resolve "
            "counts as waiting for one."
        ),
        "expandable": f"The incidents behind this ({len(facts.selected):,})",
    }


def of_overview(facts: Facts) -> Mapping[str, str]:
    """By place what the numbers of the overview say."""
    n, acked, still = facts.acks.n, len(facts.acks.done), facts.open
    interval = f"{bounds(acked, n)} · " if n >= FEW else ""
    never = sum(not life.is_acked for life in still)
    first = min((life.at for life in still), default=None)
    oldest = f" · the oldest from {first.day} {first:%b}" if first else ""
    everything = facts.told.lives
    policies = {facts.told.services[life.service] for life in everything}
    people = {life.acker for life in everything if life.is_acked}
    return {
        **of_waits(facts.acks, "acknowledged"),
        **of_waits(facts.resolves, "resolved"),
        "card Acknowledged · note": f"{interval}of {many(n, 'incident', 'incidents')}",
        "card Incidents · value": f"{n:,}",
        "card Incidents · note": _usual(facts.weeks),
        "card Open now · value": f"{len(still):,}",
        "card Open now · note": f"{never:,} never acknowledged{oldest}",
        "chart overview-acknowledged-within · caption": _composition(
            facts, facts.acks, "acknowledged"
        ),
        "collected": (
            f"{many(len(everything), 'incident', 'incidents')} of "
            f"{many(len({life.service for life in everything}), 'service', 'services')}, "
            f"{many(len(policies), 'escalation policy', 'escalation policies')}, "
            f"{many(len(people), 'responder who acknowledged', 'responders who acknowledged')}."
        ),
    }


def of_escalations(facts: Facts) -> Mapping[str, str]:
    """By place what the escalations page says of the selection."""
    lives, young = facts.decided, len(facts.undecided)
    n, first, acked = len(lives), facts.reaching(1, lives), facts.acked_on(1, lives)
    left_out = f", {young} younger than the delay of {facts.told.delay} min left out"
    escalated = [life for life in lives if life.climbed or life.called]
    exhausted = [life for life in lives if life.exhausted is not None]
    by_timer = sum(len(life.climbed) for life in lives)
    return {
        "card Level 1 answers · value": shares(len(acked), len(first)),
        "card Escalated · value": shares(len(escalated), n),
        "card Policy repeated · value": shares(0, n),
        "card Ran out of people · value": shares(len(exhausted), n),
        "card Escalations by hand · value": str(sum(len(life.called) for life in lives)),
        "card Escalations by hand · note": f"{by_timer} by the timer, 0 of unknown cause",
        "card Level 1 answers · note": "no incident reached level 1"
        if not facts.escalating
        else _of(len(acked), len(first), f" reaching level 1{left_out if young else ''}"),
        "card Escalated · note": _of(len(escalated), n),
        "card Ran out of people · note": _of(len(exhausted), n),
    }


def of_on_call(facts: Facts) -> Mapping[str, str]:
    """By place what the on-call page says of the selection."""
    n, first = len(facts.pages), facts.level(1)
    rate = first.pages / first.hours if first.hours else math.nan
    interval = f"{bounds(facts.asleep, n)} · " if n >= FEW else ""
    told = {
        "card In sleep hours · value": shares(facts.asleep, n),
        "card In sleep hours · note": f"{interval}of {many(n, 'interruption', 'interruptions')}",
    }
    if not first.hours:
        return told
    if first.pages >= FEW:
        return {**told, "card Per hour on level 1 · value": f"{rate:.3g}"}
    hours = f"in {first.hours:,.0f} h on call; fewer than {FEW}, no rate"
    return {
        **told,
        "card Per hour on level 1 · value": "not shown",
        "card Interruptions on level 1 · value": str(first.pages),
        "card Interruptions on level 1 · note": hours,
    }


def _median(waits: Waits) -> dict[str, str]:
    """Where all are done, their median is the time until half were, which is shown."""
    if waits.n >= FEW and len(waits.done) == waits.n:
        return {"card Median · value": "not shown"}
    return _percentile("Median", waits.done, 0.5, FEW)


def _percentile(label: str, done: Sequence[float], q: float, needed: int) -> dict[str, str]:
    n = len(done)
    if n < needed:
        there = "is" if n == 1 else "are"
        note = f"needs {needed} values; there {there} {many(n, 'value', 'values')}"
        return {f"card {label} · value": "–", f"card {label} · note": note}
    low, high = quantile_bounds(done, q)
    told = {
        (False, False): f"{wording.duration(low)} to {wording.duration(high)}",
        (False, True): f"at least {wording.duration(low)}",
        (True, False): f"at most {wording.duration(high)}",
        (True, True): "interval not known",
    }[math.isnan(low), math.isnan(high)]
    return {
        f"card {label} · value": wording.duration(quantile(done, q)),
        f"card {label} · note": told,
    }


def _composition(facts: Facts, waits: Waits, verb: str) -> str:
    waiting = "still waiting" if verb == "acknowledged" else "not resolved yet"
    maintained = f"{len(facts.maintained):,} left out: created in a maintenance window"
    parts = (
        (1, f"n = {waits.n:,}"),
        (1, f"{len(waits.done):,} {verb}"),
        (len(waits.still), f"{len(waits.still):,} {waiting}"),
        (len(waits.otherwise), f"{len(waits.otherwise):,} resolved without an acknowledgement"),
        (len(facts.merged), f"{len(facts.merged):,} merged and left out"),
        (len(facts.maintained), maintained),
    )
    return " · ".join(text for there, text in parts if there)


def _usual(weeks: Sequence[int]) -> str:
    if not weeks:
        return "no whole week in the period"
    middle = quantile(sorted(weeks), 0.5)
    told = f"{middle:,.0f}" if middle == int(middle) else f"{middle:,.1f}"
    return (
        f"{told} in a usual week of this period · {many(len(weeks), 'whole week', 'whole weeks')}"
    )


def _of(k: int, n: int, more: str = "") -> str:
    interval = f"{bounds(k, n)} · " if n >= FEW else ""
    return f"{interval}of {many(n, 'incident', 'incidents')}{more}"
