"""What the page Targets has to say of a selection, from the telling in plain Python."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from corvana.analysis import wording
from tests.builders.sentences.facts import Facts
from tests.builders.sentences.stored import TARGETS, label
from tests.builders.sentences.told import Life
from tests.builders.sentences.told_numbers import FEW, bounds, many, shares
from tests.builders.sentences.told_selection import who

_P: Final = r"[\d.]+ %"
_OF: Final = r"[^;:(]*?"
_FIRST: Final[Mapping[str, str]] = {
    "none passed": rf"No target of the (?P<all>[\d,]+) (?P<who>{_OF}) has passed yet\.",
    "none set": rf"(?P<all>[\d,]+) (?P<who>{_OF}) (?:has|have) no target\.",
    "left out": r"No incident from .+ is counted: all are merged or in maintenance\.",
    "few": rf"(?P<met>[\d,]+) of (?P<n>[\d,]+) (?P<who>{_OF}) (?:was|were) (?P<verb>\w+) within "
    r"(?:its|their) target; fewer than 10 are counted and not judged\.",
    "share": rf"(?P<share>{_P}) \((?P<bounds>[^)]+)\) of the (?P<n>[\d,]+) (?P<who>{_OF}) were "
    r"(?P<verb>\w+) within it\.",
}
_SECOND: Final[Mapping[str, str]] = {
    "few": r" (?P<met>[\d,]+) of (?P<n>[\d,]+) (?:was|were) (?P<verb>\w+) within the target\.",
    "share": rf" (?P<share>{_P}) \((?P<bounds>[^)]+)\) of (?P<n>[\d,]+) were (?P<verb>\w+) within "
    r"theirs\.",
}
_LOWEST: Final = re.compile(
    rf" \*(?P<name>[\w ]+)\* has the lowest share (?P<verb>\w+) in time: (?P<share>{_P}) of its "
    r"(?P<n>[\d,]+) judged incidents \([^)]+\), less than chance explains\."
)


class Held(NamedTuple):
    """Incidents held against their targets: those that met it, and the others by how."""

    met: Sequence[Life]
    late: Sequence[Life]
    without: Sequence[Life]
    waiting: Sequence[Life]
    young: Sequence[Life]
    without_target: Sequence[Life]
    early: int

    @property
    def n(self) -> int:
        return len(self.met) + self.missed

    @property
    def missed(self) -> int:
        return len(self.late) + len(self.without) + len(self.waiting)


def held(facts: Facts, verb: str, lives: Sequence[Life] | None = None) -> Held:
    """Hold incidents against their targets, one after the other."""
    every: dict[str, list[Life]] = {name: [] for name in Held._fields[:-1]}
    early = 0
    for life in facts.counted if lives is None else lives:
        minutes = target_of(life, verb)
        age = (facts.told.as_of - life.at).total_seconds() / 60
        resolved = None if life.is_open else life.resolved
        event = resolved if verb == "resolved" else life.acked if life.is_acked else None
        if minutes is None:
            every["without_target"].append(life)
        elif age <= minutes:
            every["young"].append(life)
        elif event is not None:
            every["met" if event <= minutes else "late"].append(life)
        elif resolved is None:
            every["waiting"].append(life)
        else:
            every["without"].append(life)
            early += resolved <= minutes
    return Held(**every, early=early)


def target_of(life: Life, verb: str) -> float | None:
    """The target of an incident in minutes: that of its service, else that of its urgency."""
    place = 0 if verb == "acknowledged" else 1
    own, general = TARGETS.get((life.urgency, life.service)), TARGETS.get((life.urgency, ""))
    return next((each[place] for each in (own, general) if each and each[place]), None)


def expected(facts: Facts, verb: str) -> Mapping[str, str]:
    """By place what the page says."""
    told = dict(
        item
        for each, to_do in (("acknowledged", "acknowledge"), ("resolved", "resolve"))
        for item in _cards(held(facts, each), each, to_do)
    )
    shown = held(facts, verb)
    return {
        **told,
        "cards": "Of the incidents of this selection whose target has passed",
        f"chart targets-{verb}-urgency · caption": f"{_composition(facts, shown, verb)}. {_HOW}",
    }


_HOW: Final = (
    "Share of the judged incidents, their number in brackets; fewer than ten pale and last. "
    "Whisker: 95 % interval. Click one to highlight it."
)


def _cards(own: Held, verb: str, to_do: str) -> Iterator[tuple[str, str]]:
    yield f"card {verb.capitalize()} in time · value", shares(len(own.met), own.n)
    if own.n < FEW:
        judged = many(own.n, "judged incident", "judged incidents")
        yield f"card {verb.capitalize()} in time · note", f"of {judged}"
    yield f"card Missed: {to_do} · value", f"{own.missed:,}"
    parts = (
        (len(own.late), "later"),
        (len(own.without), "resolved without one"),
        (len(own.waiting), f"not {verb} yet"),
    )
    none = "none missed it" if own.n else "none is judged"
    how = " · ".join(f"{n:,} {words}" for n, words in parts if n)
    yield f"card Missed: {to_do} · note", how or none


def _composition(facts: Facts, own: Held, verb: str) -> str:
    left_out = len(facts.merged) + len(facts.maintained)
    early = f" ({own.early:,} before the target passed)" if own.early else ""
    parts = (
        (1, f"n = {own.n:,}"),
        (1, f"{len(own.met):,} {verb} in time"),
        (len(own.late), f"{len(own.late):,} later"),
        (
            len(own.without),
            f"{len(own.without):,} resolved without an acknowledgement{early}",
        ),
        (len(own.waiting), f"{len(own.waiting):,} not {verb} yet"),
    )
    unjudged = (
        (len(own.young), f"{len(own.young):,} younger than the target"),
        (len(own.without_target), f"{len(own.without_target):,} without a target"),
        (left_out, f"{left_out:,} merged or created in a maintenance window"),
    )
    told = " · ".join(text for there, text in parts if there)
    rest = ", ".join(text for there, text in unjudged if there)
    return f"{told} · not judged: {rest}" if rest else told


def answer(text: str, facts: Facts, verb: str) -> Iterator[str]:
    """Yield the faults of the page's answer."""
    every = {each: held(facts, each) for each in ("acknowledged", "resolved")}
    judged = {each: own for each, own in every.items() if own.n}
    form, found = _form(text, _FIRST)
    if found is None:
        yield "an answer of an unknown form"
        return
    said = found.groupdict()
    if "who" in said:
        more = " with a target" if form == "share" else ""
        yield from who(said["who"], facts.filters, more=more)
    yield from _differs("judged", form in ("few", "share"), bool(judged))
    if not judged:
        n = max(len(own.young) + len(own.without_target) for own in every.values())
        yield from _differs("all", said.get("all", "0"), f"{n:,}")
        return
    rest = text[found.end() :]
    yield from _one(form, said, judged)
    if len(judged) == 2:
        form, found = _form(rest, _SECOND)
        if found is None:
            yield "a second sentence of an unknown form"
            return
        yield from _one(form, found.groupdict(), judged)
        rest = rest[found.end() :]
    if rest:
        yield from _lowest(rest, facts, verb)


def title(where: str, text: str, facts: Facts, verb: str) -> Iterator[str]:
    """Yield the faults of a title."""
    if where != f"chart targets-{verb}-urgency · title":
        return
    groups = _shares(facts, verb, lambda life: life.urgency)
    enough = {one: own for one, own in groups.items() if own.n >= FEW}
    if not any(own.n for own in groups.values()):
        yield from _differs("empty", text, "")
    elif not enough:
        yield from _differs("few", text, "None of the urgencies has 10 judged incidents")
    elif len(enough) == 1:
        [(one, own)] = enough.items()
        share = wording.percent(len(own.met) / own.n)
        yield from _differs(
            "only", text, f"{_urgency(one, verb)}: {share} {verb} in time, nothing to compare with"
        )
    elif "clearly lowest" not in text:
        told = sorted(len(own.met) / own.n for own in enough.values())
        least, most = wording.percent(told[0]), wording.percent(told[-1])
        range_ = f"{least.removesuffix(' %')} to {most}" if least != most else f"all {least}"
        yield from _differs(
            "range", text, f"None of 2 urgencies is clearly lower: {range_} {verb} in time"
        )
    else:
        lowest = min(enough, key=lambda one: len(enough[one].met) / enough[one].n)
        own = enough[lowest]
        share = wording.percent(len(own.met) / own.n)
        yield from _differs(
            "lowest", text, f"{_urgency(lowest, verb)} is clearly lowest: {share} {verb} in time"
        )


def _one(form: str, said: Mapping[str, str], judged: Mapping[str, Held]) -> Iterator[str]:
    own = judged.get(said["verb"])
    if own is None:
        yield f"nothing is judged to be {said['verb']}"
        return
    yield from _differs("few", form == "few", own.n < FEW)
    yield from _differs("n", said["n"], f"{own.n:,}")
    right = {
        "met": f"{len(own.met):,}",
        "share": shares(len(own.met), max(own.n, FEW)),
    }
    for name in right.keys() & said.keys():
        yield from _differs(name, said[name], right[name])
    if "bounds" in said:
        yield from _around(said["bounds"], own)


def note(where: str, text: str, facts: Facts) -> Iterator[str]:
    """Yield the faults of the note of a card with a share."""
    found = re.fullmatch(r"card (Acknowledged|Resolved) in time · note", where)
    if found is None:
        return
    own = held(facts, found[1].lower())
    if own.n < FEW:
        return
    interval, _, rest = text.partition(" · ")
    yield from _around(interval, own)
    yield from _differs("n", rest, f"of {many(own.n, 'judged incident', 'judged incidents')}")


def _around(said: str, own: Held) -> Iterator[str]:
    """An interval is Wilson's, or a little wider where two incidents came together."""
    told, right = (
        [float(each) for each in re.findall(r"[\d.]+", text)]
        for text in (said, bounds(len(own.met), own.n))
    )
    if not (right[0] - 1 <= told[0] <= right[0] and right[1] <= told[1] <= right[1] + 1):
        yield f"the interval is {right}, not {told}"


def _lowest(text: str, facts: Facts, verb: str) -> Iterator[str]:
    found = _LOWEST.fullmatch(text)
    if found is None:
        yield f"words of an unknown form: {text}"
        return
    every = _shares(facts, verb, lambda life: life.service)
    enough = {label(one): own for one, own in every.items() if own.n >= FEW}
    own = enough.get(found["name"])
    least = min(len(each.met) / each.n for each in enough.values())
    if own is None or len(own.met) / own.n > least:
        yield f"{found['name']} is not lowest"
        return
    yield from _differs("lowest verb", found["verb"], verb)
    yield from _differs("lowest n", found["n"], f"{own.n:,}")
    yield from _differs("lowest share", found["share"], wording.percent(len(own.met) / own.n))


def _shares(facts: Facts, verb: str, by: object) -> dict[str, Held]:
    groups: dict[str, list[Life]] = {}
    for life in facts.counted:
        groups.setdefault(by(life), []).append(life)  # type: ignore[operator]
    return {one: held(facts, verb, lives) for one, lives in groups.items()}


def _urgency(one: str, verb: str) -> str:
    minutes = TARGETS[one, ""][0 if verb == "acknowledged" else 1]
    name = f"{one.capitalize()} urgency"
    return f"{name}, {wording.duration(minutes * 60)}" if minutes else name


def _form(text: str, forms: Mapping[str, str]) -> tuple[str, re.Match[str] | None]:
    for name, pattern in forms.items():
        if found := re.match(pattern, text):
            return name, found
    return "", None


def _differs(what: str, said: object, true: object) -> Iterator[str]:
    if said != true:
        yield f"{what} is {true!r}, not {said!r}"
