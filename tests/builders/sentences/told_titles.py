"""The titles of charts that hold numbers or names of a selection, and what these have to be."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from tests.builders.sentences.estimates import quantile
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.heard import Heard
from tests.builders.sentences.stored import label
from tests.builders.sentences.told import START, Life
from tests.builders.sentences.told_numbers import FEW, many, seconds
from tests.builders.sentences.waits import Waits

_D: Final = r"(?:[\d,.]+ (?:s|min|h|days?)(?: \d+ (?:s|min))?)"
_SAME: Final = 0.01
"""A share that is higher than that of those done is an estimate."""
_STEPS: Final = (60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0)


def faults(heard: Heard, facts: Facts) -> Iterator[str]:
    """Yield what is false of a title."""
    where, text = heard.said.where, heard.said.text
    is_resolve = heard.looked.options.get("Duration") is not None
    verb = "resolved" if is_resolve else "acknowledged"
    waits = facts.resolves if is_resolve else facts.acks
    for pattern, told in _TITLES.items():
        if re.match(pattern, where):
            yield from told(text, facts, waits, verb)


def _within(text: str, facts: Facts, waits: Waits, verb: str) -> Iterator[str]:
    """The share of all by a round time, or the counts of few."""
    n, done = waits.n, len(waits.done)
    if n < FEW:
        yield from _is(text, f"{done} of {many(n, 'incident', 'incidents')} {verb}")
        return
    shares = {step: waits.share_by(step) for step in _STEPS}
    by_time = {
        f"{wording.percent(share)} of {n:,} incidents are {verb} within {wording.duration(step)}"
        for step, share in shares.items()
        if share <= done / n + _SAME
    }
    estimated = {
        f"{done:,} of {n:,} incidents {verb} so far; an estimated {wording.percent(share)} will be "
        f"within {wording.duration(step)}"
        for step, share in shares.items()
        if share > done / n + _SAME
    }
    if done < FEW and any(share > done / n + _SAME for share in shares.values()):
        estimated = {f"{done} of {n:,} incidents {verb} so far"}
    first = f"The first of {n:,} incidents is {verb} after {wording.duration(waits.done[0])}"
    if text not in by_time | estimated | {first}:
        yield f"{text!r} is none of {sorted(by_time | estimated)}"


def _bins(text: str, facts: Facts, waits: Waits, verb: str) -> Iterator[str]:
    """The most common time is one to which more incidents belong than to any other."""
    n = len(waits.done)
    if n < FEW:
        yield from _is(text, f"{many(n, 'incident', 'incidents')} {verb}")
        return
    if text == f"Times until {verb} of {n:,} incidents":
        return
    found = re.match(rf"Most common time until {verb}: (?P<low>.+?)–(?P<high>{_D})$", text)
    if found is None:
        yield "a title of an unknown form"
        return
    high = found["high"]
    low = found["low"] if " " in found["low"] else f"{found['low']} {high.rsplit(' ', 1)[1]}"
    first, last = seconds(low), seconds(high)
    inside = sum(first <= max(each, 1.0) < last for each in waits.done)
    if inside < FEW:
        yield f"{inside} incidents were {verb} between {low} and {high}"
    around = [
        sum(at <= max(each, 1.0) < at * last / first for each in waits.done)
        for at in {max(each, 1.0) for each in waits.done}
        if at >= last or at * last / first <= first
    ]
    if max(around, default=0) > 2 * inside:
        yield f"a range as wide holds {max(around)}, not {inside}"


def _weeks(text: str, facts: Facts, waits: Waits, verb: str) -> Iterator[str]:
    told = facts.told
    every = Facts(told, replace(facts.filters, start=START, end=told.as_of))
    n = len((every.resolves if verb == "resolved" else every.acks).done)
    weeks: dict[int, int] = {}
    for life in every.counted:
        is_done = not life.is_open if verb == "resolved" else life.is_acked
        weeks[int(life.hour // 168)] = weeks.get(int(life.hour // 168), 0) + is_done
    enough = sum(done >= FEW for done in weeks.values())
    counted = f"{many(n, 'incident', 'incidents')} {verb}, by week"
    if text.startswith("Since "):
        return
    if (text == counted) != (enough < 2):
        yield f"{enough} weeks have {FEW} incidents"


def _hours(text: str, facts: Facts, waits: Waits, verb: str) -> Iterator[str]:
    """The hour that is named has the longest median of those with ten incidents."""
    found = re.match(rf"Of the hours .+, (?P<hour>\w+ \d\d:00) has .+: (?P<median>{_D})$", text)
    if found is None:
        return
    hours: dict[str, list[float]] = {}
    for life in facts.counted:
        minutes = life.acked if verb == "acknowledged" else life.resolved
        is_done = life.is_acked if verb == "acknowledged" else not life.is_open
        if is_done and minutes is not None:
            hours.setdefault(f"{life.at:%a %H}:00", []).append(minutes * 60)
    medians = {hour: quantile(sorted(own), 0.5) for hour, own in hours.items() if len(own) >= FEW}
    if medians.get(found["hour"]) != max(medians.values(), default=0):
        yield f"{found['hour']} is not the longest of {medians}"
    else:
        yield from _is(found["median"], wording.duration(medians[found["hour"]]))


def _slower(text: str, facts: Facts, waits: Waits, verb: str) -> Iterator[str]:
    """A service that is said to be slower has the longest median, which is told."""
    found = re.match(rf"(?P<name>[\w ]+?)(?: is clearly slower)?: median (?P<own>{_D})", text)
    if found is None:
        return
    read = facts.waits if verb == "acknowledged" else facts.lasting
    medians = {
        label(group): own.median
        for group, lives in _groups(facts).items()
        for own in [read(lives)]
        if len(own.done) >= FEW
    }
    if found["name"] not in medians:
        yield f"{found['name']} has fewer than {FEW}"
        return
    yield from _is(found["own"], wording.duration(medians[found["name"]]))


def _stages(text: str, facts: Facts, _: Waits, __: str) -> Iterator[str]:
    """A group that takes most of the time takes more than each other one, and has ten incidents."""
    found = re.match(r"(?P<name>[\w ]+) takes most: (?P<share>[\d.]+ %)", text)
    if found is None:
        return
    lasted: dict[str, list[float]] = {}
    for life in facts.counted:
        if life.resolved is not None:
            for group in (label(life.service), f"{life.urgency.capitalize()} urgency"):
                lasted.setdefault(group, []).append(life.resolved)
    own = lasted.get(found["name"], [])
    is_urgency = found["name"].endswith(" urgency")
    alike = [sum(each) for name, each in lasted.items() if name.endswith(" urgency") == is_urgency]
    if len(own) < FEW or sum(own) < max(alike) or alike.count(max(alike)) > 1:
        yield f"{found['name']} does not take most"
    yield from _is(found["share"], wording.percent(sum(own) / sum(alike)))


def _funnel(text: str, facts: Facts, _: Waits, __: str) -> Iterator[str]:
    enough = {
        level: (len(facts.reaching(level)), len(facts.acked_on(level)))
        for level in range(1, 4)
        if len(facts.reaching(level)) >= FEW
    }
    young = {id(life) for life in facts.undecided}
    so_far = [
        f"{acked} of {reached} acknowledged on level {level} so far; {len(young)} "
        f"{'is' if len(young) == 1 else 'are'} younger than the delay of {facts.told.delay} min"
        for level, (reached, acked) in enough.items()
        if level == 1
    ]
    told = [
        f"Level {level} acknowledges {wording.percent(acked / reached)} of the {reached:,} "
        f"incidents reaching it"
        for level, (reached, acked) in enough.items()
        if level > 1 or not young
    ] + (so_far if young else [])
    if text not in (told or [f"No level was reached by {FEW} incidents"]):
        yield f"{text!r} is none of {told}"


def _policies(text: str, facts: Facts, _: Waits, __: str) -> Iterator[str]:
    """The policy that escalates most, of those with ten incidents."""
    enough: dict[str, tuple[int, float]] = {}
    for policy in facts.told.policies:
        own = [each for each in facts.decided if facts.told.services[each.service] == policy]
        if len(own) >= FEW:
            escalated = sum(bool(each.climbed or each.called) for each in own)
            enough[policy] = len(own), escalated / len(own)
    if not enough:
        yield from _is(text, f"No policy has {FEW} incidents to judge in this selection")
        return
    most = max(share for _, share in enough.values())
    if not most:
        yield from _is(text, f"No incident of a policy with {FEW} incidents escalated")
        return
    first = [policy for policy, (_, share) in enough.items() if share == most]
    verb = "escalates most" if len(enough) > 1 and len(first) == 1 else "escalates"
    told = [
        f"{label(policy)} {verb}: {wording.percent(most)} of its {enough[policy][0]:,} incidents"
        for policy in first
    ]
    if text not in told:
        yield f"{text!r} is none of {told}"


def _usual(text: str, facts: Facts, _: Waits, __: str) -> Iterator[str]:
    """Of everything collected."""
    weeks = sorted(Facts(facts.told, _everything(facts)).weeks)
    half = len(weeks) // 2
    middle = weeks[half] if len(weeks) % 2 else (weeks[half - 1] + weeks[half]) / 2
    told = f"{middle:,.0f}" if middle == int(middle) else f"{middle:,.1f}"
    noun = "incident" if middle == 1 else "incidents"
    if text.endswith("in a usual week"):
        right = f"About {told} {noun} in a usual week" if middle else "No incident in a usual week"
        yield from _is(text, right)


_TITLES: Final[Mapping[str, Callable[[str, Facts, Waits, str], Iterator[str]]]] = {
    r"chart (?:overview-)?\w+-within · title": _within,
    r"chart \w+-bins · title": _bins,
    r"chart (?:acknowledged|resolved)-weeks · title": _weeks,
    r"chart \w+-hour of week-? · title": _hours,
    r"chart \w+-service-ranking · title": _slower,
    r"chart \w+-(?:service|urgency)-stages · title": _stages,
    r"chart escalation-funnel · title": _funnel,
    r"chart escalation-policies · title": _policies,
    r"chart (?:overview-volume|walkthrough) · title": _usual,
}


def _groups(facts: Facts) -> dict[str, list[Life]]:
    groups: dict[str, list[Life]] = {}
    for life in facts.counted:
        groups.setdefault(life.service, []).append(life)
    return groups


def _everything(facts: Facts) -> Filters:
    return Filters(START, facts.told.as_of)


def _is(text: str, told: str) -> Iterator[str]:
    if text != told:
        yield f"it is {told!r}, not {text!r}"
