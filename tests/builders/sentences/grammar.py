"""What no text may say, whatever it is about."""

import re
from collections.abc import Iterator
from typing import Final

_NOUNS: Final = (
    ("incident", "incidents"), ("service", "services"), ("policy", "policies"),
    ("level", "levels"), ("person", "people"), ("responder", "responders"),
    ("rotation", "rotations"), ("shift", "shifts"), ("interruption", "interruptions"),
    ("escalation", "escalations"), ("failure", "failures"), ("week", "weeks"),
    ("value", "values"), ("finding", "findings"), ("edge", "edges"), ("pair", "pairs"),
    ("time", "times"), ("day", "days"), ("hour", "hours"), ("gap", "gaps"), ("team", "teams"),
    ("acknowledgement", "acknowledgements"), ("occurrence", "occurrences"), ("page", "pages"),
    ("stretch", "stretches"), ("observation", "observations"), ("kind", "kinds"),
)  # fmt: skip
_ONE: Final = "|".join(one for one, _ in _NOUNS)
_SEVERAL: Final = "|".join(several for _, several in _NOUNS)
_ADJECTIVE: Final = r"(?:(?!(?:of|or|same|escalation) )[a-z]+(?:-[a-z]+)? )?"
_WRONG: Final = {
    "a missing value": re.compile(r"\b(?:nan|NaN|NaT|inf|None(?! (?:of|was|is)\b))\b|<NA>"),
    "a share of nothing": re.compile(r"\b0 of 0\b"),
    "one of several": re.compile(rf"(?<![\d.,])(?<!evel )\b1 {_ADJECTIVE}(?:{_SEVERAL})\b"),
    "several of one": re.compile(
        rf"(?<![\d.,])(?<!evel )\b(?!1\b)\d(?:[\d,]*\d)? {_ADJECTIVE}(?:{_ONE})\b(?! polic)"
    ),
    "one with a verb for several": re.compile(rf"\b1 (?:{_ONE}) (?:are|were|have|fail|need)\b"),
    "several with a verb for one": re.compile(
        rf"^[^:;]*\b(?<!of )(?<!of [^ ]{{1}} )\d+ (?:{_SEVERAL}) (?:was|has|fails|needs)\b"
    ),
    "a word twice": re.compile(r"\b([a-z]{2,}) \1\b", re.IGNORECASE),
    "a capital within a sentence": re.compile(r": The\b"),
    "a space before a sign": re.compile(r" [.,;:](?= |$)"),
    "an empty bracket": re.compile(r"\(\s*\)"),
    "the number of no people": re.compile(r"\b0 of them\b|\bof (?:all|the) 0\b"),
    "a count of one that is all": re.compile(r"\ball 1\b"),
}


def faults(text: str) -> Iterator[str]:
    """Yield what is wrong with a text, in words."""
    for fault, pattern in _WRONG.items():
        if found := pattern.search(text):
            yield f"{fault} ({found.group()})"
