"""Durations as a person types them: "15 min", "4 h", "1 h 30 min", "2 days"."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LONGEST: Final = 365 * 86_400
"""The longest target, in seconds: a year."""
_UNITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
        **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600),
        **dict.fromkeys(("d", "day", "days"), 86_400),
    }
)
_SIZES: Final = (
    (86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min"), (1, "s", "s"),
)  # fmt: skip
_PART: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)\s*([a-z]+)\s*")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_HOW: Final = "Write a number and a unit, such as 15 min, 4 h or 2 days."


class NotADuration(ValueError):
    """What was typed is no duration. Its message says in words what to type instead."""


def seconds_of(typed: str) -> int | None:
    """Return whole seconds; None for a blank text. Units are s, min, h and days, written in any of
    their usual forms, and several parts are added: "1 h 30 min", "1.5 h", "90min".

    Raises `NotADuration`.
    """
    text = typed.strip().lower()
    if not text:
        return None
    if text.startswith("-"):
        raise NotADuration("A target cannot be negative.")
    if _NUMBER.fullmatch(text):
        raise NotADuration(f"The unit is missing. Is it {text} min or {text} h?")
    seconds = round(sum(_parts(text)))
    if seconds < 1:
        raise NotADuration("A target is at least 1 s. Leave the field empty for no target.")
    if seconds > LONGEST:
        raise NotADuration("A target is at most 365 days.")
    return seconds


def exact(seconds: float) -> str:
    """Return whole seconds as they can be typed, without rounding: "1 h 30 min", "1 day 12 h"."""
    parts, rest = [], round(seconds)
    for size, one, several in _SIZES:
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number} {one if number == 1 else several}")
    return " ".join(parts) or "0 s"


def _parts(text: str) -> list[float]:
    """Return the seconds of each part of a text that consists of nothing else."""
    found, place = [], 0
    for part in _PART.finditer(text):
        number, unit = part.groups()
        if part.start() != place:
            break
        if unit not in _UNITS:
            raise NotADuration(f"The unit of a part is not known. {_HOW}")
        found.append(float(number.replace(",", ".")) * _UNITS[unit])
        place = part.end()
    if not found or place != len(text):
        raise NotADuration(f"This is no duration. {_HOW}")
    return found
