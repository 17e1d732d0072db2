"""The forms an answer may have, and what its numbers have to be.

An answer of another form is a fault: whoever adds a sentence adds its form and its facts here.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from corvana.analysis import wording
from corvana.analysis.wording import TOO_FEW_WEEKS
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.stored import label
from tests.builders.sentences.told_numbers import FEW, bounds, many, seconds, shares
from tests.builders.sentences.told_selection import who
from tests.builders.sentences.waits import Waits
from tests.builders.sentences.weeks import NEEDED, beyond_levels

_D: Final = r"(?:–|[\d,.]+ (?:s|min|h|days?)(?: \d+ (?:s|min))?)"
_P: Final = r"[\d.]+ %"
_OF: Final = r"[^;:(]*?"
_RESPONSE: Final[Mapping[str, str]] = {
    "none": r"No incident matches this selection\.",
    "left out": rf"(?P<all>[\d,]+) (?P<who>{_OF}) (?:was|were) (?P<why>.+): no times to measure\.",
    "few": rf"(?P<n>[\d,]+) (?P<who>{_OF}), (?:(?P<done>[\d,]+|none) of them |(?P<not>not ))?"
    rf"(?P<verb>\w+)(?: after (?P<first>{_D})(?: to (?P<last>{_D}))?)?; fewer than 10 are counted "
    r"and not judged\.",
    "nobody": rf"None of the (?P<n>[\d,]+) (?P<who>{_OF}) was (?P<verb>\w+): 0 % "
    r"\((?P<bounds>[^)]+)\)\.",
    "less": rf"Fewer than half of the (?P<n>[\d,]+) (?P<who>{_OF}) were (?P<verb>\w+): "
    rf"(?P<share>{_P}) \((?P<bounds>[^)]+)\)\.",
    "so far": rf"(?P<done>[\d,]+) of the (?P<n>[\d,]+) (?P<who>{_OF}) (?:was|were) (?P<verb>\w+) "
    rf"so far, after (?P<first>{_D})(?: to (?P<last>{_D}))?; (?P<still>[\d,]+) (?:is|are) still "
    r"open, and fewer than 10 tell nothing of them\.",
    "each": rf"Each of the (?P<n>[\d,]+) (?P<who>{_OF}) was (?P<verb>\w+) after (?P<half>{_D})\.",
    "half": rf"Half of the (?P<n>[\d,]+) (?P<who>{_OF}) are (?P<verb>\w+) within (?P<half>{_D}) "
    r"\((?P<interval>[^)]+)\)\.",
    "will": rf"Half of the (?P<n>[\d,]+) (?P<who>{_OF}) will be (?P<verb>\w+) within "
    rf"(?P<half>{_D}) \((?P<interval>[^)]+)\), if the (?P<still>[\d,]+) incidents? that (?:is|are) "
    rf"still open goe?s? on like the others\. So far it is (?P<share>{_P}) \((?P<bounds>[^)]+)\)\.",
}
_SLOWEST: Final = re.compile(
    rf"\*?(?P<name>[\w ]+?)\*? is slowest: a median of (?P<own>{_D}) among its (?P<k>[\d,]+) "
    rf"(?P<verb>\w+) incidents, .+? as the (?P<all>{_D}) of all (?P<n>[\d,]+) (?P=verb) in the "
    r"selection, more than chance explains\."
)
_CHANGE: Final = re.compile(r"Against the period before: (?P<how>[^:]+?)\.(?= |$)")
_ESCALATIONS: Final[Mapping[str, str]] = {
    "none": r"No high-urgency incident was paged through a policy in this selection\.",
    "young": rf"(?P<n>[\d,]+) (?P<who>{_OF}), (?:not|none of them) escalated so far, younger than "
    r"the delay of (?P<delay>[^.]+)\.",
    "few": rf"(?P<n>[\d,]+) (?P<who>{_OF}), (?P<some>escalated|not escalated|.+ of them escalated);"
    r" fewer than 10 are counted and not judged\.",
    "nobody": rf"None of the (?P<n>[\d,]+) (?P<who>{_OF}) escalated: 0 % \((?P<bounds>[^)]+)\)\. "
    r"(?P<out>.+)",
    "some": rf"(?P<share>{_P}) of the (?P<n>[\d,]+) (?P<who>{_OF}) escalate "
    r"\((?P<bounds>[^)]+)\); (?P<timer>.+?) of (?:the )?(?P<events>[\d,]+) escalations? "
    r"(?:was|were) by the timer\. (?P<out>.+)",
}


def response(text: str, facts: Facts, waits: Waits, verb: str) -> Iterator[str]:
    """Yield the faults of the response page's answer, with which the overview's begins."""
    form, found = _form(text, _RESPONSE)
    if found is None:
        yield "an answer of an unknown form"
        return
    said = found.groupdict()
    n, done = waits.n, waits.done
    if "n" in said:
        yield from _differs("n", said["n"], f"{n:,}")
        yield from _differs("verb", said["verb"], verb)
        yield from _differs("few", form == "few", n < FEW)
    if "who" in said:
        yield from who(said["who"], facts.filters)
    expected = {
        "all": f"{len(facts.selected):,}",
        "share": shares(len(done), max(n, FEW)),
        "bounds": f"{bounds(len(done), n)}" if n else "",
        "half": wording.duration(waits.half),
        "still": f"{len(waits.still):,}",
    }
    for name in expected.keys() & said.keys():
        yield from _differs(name, said[name], expected[name])
    yield from _form_fits(form, waits)
    if form == "few":
        yield from _few(said, waits)
    if form == "so far":
        yield from _few({**said, "not": None}, waits)
    if form in ("half", "will"):
        yield from _around(said["interval"], waits.half)
    if form == "each":
        yield from _differs("alike", len(set(done)), 1)
    rest = text[found.end() :].strip()
    yield from _slowest(rest, facts, verb)
    yield from _change(rest, facts, verb)
    left = _CHANGE.sub("", _SLOWEST.sub("", rest)).strip()
    if left and not left.startswith("Of everything collected,"):
        yield f"words of an unknown form: {left}"


def escalations(text: str, facts: Facts) -> Iterator[str]:
    """Yield the faults of the escalations page's answer."""
    form, found = _form(text, _ESCALATIONS)
    if found is None:
        yield "an answer of an unknown form"
        return
    said, lives, young = found.groupdict(), facts.decided, len(facts.undecided)
    n, k = len(lives), sum(bool(life.climbed or life.called) for life in lives)
    events = sum(len(life.climbed) + len(life.called) for life in lives)
    timers = sum(len(life.climbed) for life in lives)
    yield from _differs("none", form == "none", not facts.escalating)
    if form == "none":
        return
    yield from _differs("only young", form == "young", not n)
    yield from _differs("n", said["n"], f"{n or young:,}")
    if n and young:
        delay = f"younger than the delay of {facts.told.delay} min."
        are = "is" if young == 1 else "are"
        more = f" {young} more {are} not counted: {delay}"
        yield from _differs("not counted", text.endswith(more), True)
        text = text.removesuffix(more)
        said = (re.match(_ESCALATIONS[form], text) or found).groupdict()
    if form == "young":
        yield from _differs("delay", said["delay"], f"{facts.told.delay} min")
        return
    yield from _differs("few", form == "few", n < FEW)
    yield from who(said["who"], facts.filters, urgency="high", more=" paged through a policy")
    if form == "few":
        one = "escalated" if k else "not escalated"
        several = f"{k or 'none'} of them escalated"
        yield from _differs("some", said["some"], one if n == 1 else several)
        return
    yield from _differs("nobody", form == "nobody", k == 0)
    yield from _differs("bounds", said["bounds"], bounds(k, n))
    yield from _ran_out(said["out"], facts)
    if form == "some":
        yield from _differs("share", said["share"], wording.percent(k / n))
        yield from _differs("events", said["events"], f"{events:,}")
        timer = f"{timers}" if events < FEW else wording.percent(timers / events)
        yield from _differs("timer", said["timer"], timer)


def _ran_out(text: str, facts: Facts) -> Iterator[str]:
    out = [life for life in facts.escalating if life.exhausted is not None]
    by_policy: dict[str, int] = {}
    for life in out:
        policy = facts.told.services[life.service]
        by_policy[policy] = by_policy.get(policy, 0) + 1
    most = max(by_policy.values(), default=0)
    if most < FEW:
        few = many(len(out), "incident ran out", "incidents ran out")
        none = "No incident ran out of people to page."
        why = (
            ": too few to compare policies."
            if len(out) < FEW
            else ", fewer than 10 on each policy."
        )
        told = f"{few} of people to page{why}" if out else none
        yield from _differs("ran out", text, told)
        return
    policy = next(each for each, n in by_policy.items() if n == most)
    of = [each for each in facts.escalating if facts.told.services[each.service] == policy]
    share = f"{wording.percent(most / len(of))} of its {len(of):,} incidents."
    if not text.startswith(label(policy)) or not text.endswith(share):
        yield f"{text}: not {label(policy)}, {share}"


def _form(text: str, forms: Mapping[str, str]) -> tuple[str, re.Match[str] | None]:
    for name, pattern in forms.items():
        if found := re.match(pattern, text):
            return name, found
    return "", None


def _form_fits(form: str, waits: Waits) -> Iterator[str]:
    """Half are done, or fewer, or none, or all at the same time: one of these is true."""
    n, done = waits.n, len(waits.done)
    fits: Mapping[str, Callable[[], bool]] = {
        "nobody": lambda: done == 0,
        "less": lambda: 0 < done < n and math.isnan(waits.half),
        "each": lambda: done == n,
        "half": lambda: 2 * done >= n and not math.isnan(waits.half),
        "will": lambda: done >= FEW and 2 * done < n and not math.isnan(waits.half),
        "so far": lambda: done < FEW and 2 * done < n and not math.isnan(waits.half),
    }
    if form in fits and not fits[form]():
        yield f"said that {form}, and {done} of {n} are"


def _few(said: Mapping[str, str | None], waits: Waits) -> Iterator[str]:
    done = waits.done
    told = said["done"] or ("0" if said["not"] else str(waits.n))
    yield from _differs("done", told.replace("none", "0"), f"{len(done)}")
    if not done:
        return
    first, last = wording.duration(done[0]), wording.duration(done[-1])
    yield from _differs("first", said["first"], first)
    yield from _differs("last", said["last"] or said["first"], last)


def _around(interval: str, value: float) -> Iterator[str]:
    """An interval holds its value; its bounds come in order."""
    known = [seconds(each) for each in re.findall(_D, interval)]
    low = known[0] if known and not interval.startswith("at most") else 0.0
    high = known[-1] if known and not interval.startswith("at least") else math.inf
    if not low - 60 <= value <= high + 60 or low > high:
        yield f"{value} s does not lie in {interval}"


def _slowest(text: str, facts: Facts, verb: str) -> Iterator[str]:
    found = _SLOWEST.search(text)
    if found is None:
        return
    every = _by_service(facts, verb)
    own = next((each for name, each in every.items() if label(name) == found["name"]), None)
    longest = max((each.median for each in every.values() if len(each.done) >= FEW), default=0)
    whole = facts.acks if verb == "acknowledged" else facts.resolves
    if own is None or own.median < longest:
        yield f"{found['name']} is not slowest"
        return
    yield from _differs("own median", found["own"], wording.duration(own.median))
    yield from _differs("own n", found["k"], f"{len(own.done):,}")
    middle = whole.half if len(whole.done) == whole.n else whole.median
    yield from _differs("whole median", found["all"], wording.duration(middle))
    yield from _differs("whole n", found["n"], f"{len(whole.done):,}")


def _change(text: str, facts: Facts, verb: str) -> Iterator[str]:
    """Longer and shorter are told only of two periods with ten incidents, and rightly; too few
    weeks only where there are."""
    found = _CHANGE.search(text)
    if found is None:
        return
    chosen = facts.filters
    earlier = replace(chosen, start=chosen.start - (chosen.end - chosen.start), end=chosen.start)
    before = Facts(facts.told, earlier)
    now, then = (
        (each.acks if verb == "acknowledged" else each.resolves) for each in (facts, before)
    )
    if min(now.n, then.n) < FEW or not chosen.compare:
        yield "compared with too few"
    middle = math.sqrt(now.half * then.half) if now.half * then.half > 0 else 0.0
    is_little = beyond_levels(facts, middle) < NEEDED
    yield from _differs("too few weeks", found["how"] == TOO_FEW_WEEKS, is_little)
    if "longer" in found["how"] and not now.half > then.half:
        yield "not longer"
    if "shorter" in found["how"] and not now.half < then.half:
        yield "not shorter"


def _by_service(facts: Facts, verb: str) -> dict[str, Waits]:
    services = {life.service for life in facts.counted}
    read = facts.waits if verb == "acknowledged" else facts.lasting
    return {
        each: read([life for life in facts.counted if life.service == each]) for each in services
    }


def _differs(what: str, said: object, true: object) -> Iterator[str]:
    if said != true:
        yield f"{what} is {true!r}, not {said!r}"
