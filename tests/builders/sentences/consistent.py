"""Texts that contradict themselves, whatever the account is."""

import re
from collections.abc import Iterator
from typing import Final

from tests.builders.sentences.shown import Said

_EVENNESS: Final = re.compile(
    r"is (?P<verdict>no more uneven|more uneven|more even) than by chance: Gini (?P<gini>[\d.]+); "
    r".+ gives [\d.]+ \((?P<low>[\d.]+) to (?P<high>[\d.]+)\)"
)
_LONGER_WAITS: Final = re.compile(r"waited (?P<time>0 s|–) a month longer")


def faults(said: Said) -> Iterator[str]:
    """Yield what of a text speaks against the rest of it."""
    text = said.text
    if found := _EVENNESS.search(text):
        yield from _verdict(found)
    if said.where == "card Avoidable a month · value" and text == "0 s":
        yield "what was not measured is not zero"
    if "A pause does not help" in text and "Pause " in text:
        yield "a pause that does not help is advised"
    if _LONGER_WAITS.search(text):
        yield "no longer wait is told"


def _verdict(found: re.Match[str]) -> Iterator[str]:
    """The verdict is that of the numbers beside it, rounded as they are."""
    gini, low, high = (float(found[name]) for name in ("gini", "low", "high"))
    fits = {
        "more uneven": gini > high,
        "no more uneven": low <= gini <= high,
        "more even": gini < low,
    }
    if not fits[found["verdict"]]:
        yield f"{gini} is {found['verdict']} than {low} to {high}"
