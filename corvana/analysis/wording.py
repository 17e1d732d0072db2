"""Numbers in words for readers: durations, shares, intervals, dates."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from corvana.analysis.statistics.estimates import ENOUGH, Estimate

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_HUNDRED_DAYS = 100 * _DAY
_NOT_KNOWN = "not enough data"
_ROUNDING = 1e-9
UNCLEAR = "no clear change"
TOO_FEW_WEEKS = "too few weeks to tell"
"""Of a change whose interval is not known; see `period_change.change`."""
TOO_FEW = f"fewer than {ENOUGH} are counted and not judged"
"""Follows a sentence about few observations; see `estimates.ENOUGH`."""
CHANGES = "A change is told only if it is larger than weeks of this selection usually differ."
"""Explains a change against the period before."""
LEFT_OUT = "merged ones and those created in a maintenance window left out"
"""Follows the incidents that are counted; see `maintenance.is_counted`."""
_CODE = 4
_FAR_BELOW = 0.7
"""Below this share of n, the effective n is shown: an interval is then a fifth wider."""
_WITHIN_A_NUMBER = re.compile(
    r"(?<=\d) (?=(?:s|min|h|days?)\b|%)|(?<=\d min) (?=\d+ s\b)|(?<=\d h) (?=\d+ min\b)"
    r"|(?<=\bn) (?== )|(?<=\bn =) (?=\d)"
)
_BEGINS_A_LINK = re.compile(r"(?=://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
"""Where an address begins or goes on."""


def duration(seconds: float) -> str:
    """Return "42 s", "4 min 12 s", "3 h 20 min", "2.5 days" or "1,200 days"; NaN becomes "–"."""
    if math.isnan(seconds):
        return "–"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "min", 1, "s")
    if round(seconds / _MINUTE) * _MINUTE < _DAY:
        return _two(round(seconds / _MINUTE) * _MINUTE, _HOUR, "h", _MINUTE, "min")
    if seconds >= _HUNDRED_DAYS:
        return f"{count(seconds / _DAY)} days"
    days = f"{seconds / _DAY:.1f}".removesuffix(".0")
    return f"{days} day" if days == "1" else f"{days} days"


def count(number: float) -> str:
    """Return a whole number with thousands separators."""
    return f"{round(number):,}"


def plural(number: float, one: str, several: str) -> str:
    """Return a count with its noun: "1 incident", "1,200 incidents"."""
    return f"{count(number)} {one if round(number) == 1 else several}"


def middle(number: float) -> str:
    """Return the median of counts, which may lie between two of them: "4", "1.5", "1,200"."""
    return count(number) if number == round(number) else f"{number:,.1f}"


def in_a_usual_week(incidents: float) -> str:
    """Return "About 4 incidents in a usual week", "No incident in a usual week"."""
    if not incidents:
        return "No incident in a usual week"
    return (
        f"About {middle(incidents)} {'incident' if incidents == 1 else 'incidents'} in a usual week"
    )


def some_of(number: float, n: float, one: str, several: str) -> str:
    """Return a part of a count with noun and verb: "1 of 3 levels has", "0 of 1 level has".

    `one` and `several` hold noun and verb: "level has", "levels have".
    """
    noun, verb = (one if round(n) == 1 else several).split(" ", 1)
    if round(number) == 1:
        verb = one.split(" ", 1)[1]
    return f"{count(number)} of {count(n)} {noun} {verb}"


def percent(share: float) -> str:
    """Return a share as a whole percentage; only the extremes get a decimal. NaN becomes "–".

    A share that differs from 0 or 1 only by rounding in a sum is 0 % or 100 %.
    """
    if math.isnan(share):
        return "–"
    if _ROUNDING < share < 0.01 or 0.99 < share < 1 - _ROUNDING:
        return f"{min(max(share * 100, 0.1), 99.9):.1f} %"
    return f"{share * 100:.0f} %"


def proportion(share: float, n: float) -> str:
    """Return a share of `n` as "38 %", or as "2 of 3" if there are fewer than ten."""
    if not n or math.isnan(share):
        return "–"
    return percent(share) if n >= ENOUGH else f"{count(share * n)} of {count(n)}"


def between(low: float, high: float) -> str:
    """Return a range of durations: "2–3 min", "40 s–1 min"."""
    (first, unit), (last, last_unit) = duration(low).rsplit(" ", 1), duration(high).rsplit(" ", 1)
    if unit.removesuffix("s") == last_unit.removesuffix("s") and " " not in first + last:
        return f"{first}–{last} {last_unit}"
    return f"{first} {unit}–{last} {last_unit}"


def interval(estimate: Estimate) -> str:
    """Return the interval of a duration in words, naming a bound the data cannot give."""
    low, high = estimate.low, estimate.high
    if math.isnan(estimate.value):
        return _NOT_KNOWN
    if math.isnan(low) and math.isnan(high):
        return "interval not known"
    if math.isnan(high):
        return f"at least {duration(low)}"
    if math.isnan(low):
        return f"at most {duration(high)}"
    return f"{duration(low)} to {duration(high)}"


def separate_ones(n: float, effective_n: float, told: str = "{}") -> str:
    """Return "420 separate ones" in the words `told` where n values that come together are worth
    far fewer; else an empty text."""
    if not effective_n < _FAR_BELOW * n:
        return ""
    worth = max(round(effective_n), 1)
    return told.format("a single one" if worth == 1 else f"{count(worth)} separate ones")


def course(values: Sequence[float], worded: Callable[[float], str], which: str = "") -> str:
    """Return the course of weekly values in words, the oldest first; `which` weeks these are."""
    if not len(values):
        return _NOT_KNOWN
    return (
        f"{plural(len(values), 'week', 'weeks')}{which}: from {worded(values[0])} in the first to "
        f"{worded(values[-1])} in the last, between {worded(min(values))} and "
        f"{worded(max(values))}"
    )


def share_interval(estimate: Estimate) -> str:
    """Return the interval of a share: "87 to 90 %"."""
    if math.isnan(estimate.low) or math.isnan(estimate.high):
        return _NOT_KNOWN
    low, high = percent(estimate.low), percent(estimate.high)
    return f"{low.removesuffix(' %')} to {high}"


def unbroken(text: str) -> str:
    """Return the text with non-breaking spaces inside a number ("4 min 12 s", "84 %", "n = 6")."""
    return _WITHIN_A_NUMBER.sub("\u00a0", text)


def instant(moment: date, *, year: bool = False) -> str:
    """Return a date as "3 Nov" or "3 Nov 2026"."""
    return f"{moment.day} {moment:%b %Y}" if year else f"{moment.day} {moment:%b}"


def span(start: datetime, end: datetime, *, joint: str = " to ", year: bool = False) -> str:
    """Return two dates as "3 Nov to 24 Nov", with their years where these differ.

    With `year`, the end always has its year.
    """
    differ = start.year != end.year
    return f"{instant(start, year=differ)}{joint}{instant(end, year=differ or year)}"


def days(
    start: datetime, end: datetime, zone: str, *, joint: str = " to ", year: bool = False
) -> str:
    """Return the first and the last day of a period on the clock of an IANA zone: "3 Nov to 24
    Nov". The end is exclusive: a period that ends at midnight ends with the day before. With
    `year`, the end always has its year."""
    clock = ZoneInfo(zone)
    last = max(start, end - timedelta(microseconds=1))
    return span(start.astimezone(clock), last.astimezone(clock), joint=joint, year=year)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was: "just now", "3 min ago", "2 h ago", "4 days ago"."""
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min ago"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR:.0f} h ago"
    return f"{seconds // _DAY:.0f} days ago"


def ratio_change(change: Estimate) -> str:
    """Return a ratio to the period before as "−12 %"; the card adds words such as "shorter".

    If the interval includes no change, the text is "no clear change"; without an interval, "too few
    weeks to tell"; an unknown change is empty.
    """
    if unsure := why_not_told(change, 1.0):
        return unsure
    if math.isnan(change.value):
        return ""
    return f"{(change.value - 1) * 100:+.0f} %".replace("-", "−")


def point_change(change: Estimate) -> str:
    """Return a difference of shares in percentage points, or why none is told (see
    `ratio_change`)."""
    if unsure := why_not_told(change, 0.0):
        return unsure
    if math.isnan(change.value):
        return ""
    return f"{change.value * 100:+.1f} points".replace("-", "−")


def why_not_told(change: Estimate, none: float) -> str:
    """Return why a known change is not told, where `none` means no change; empty if it is told."""
    if math.isnan(change.value):
        return ""
    if math.isnan(change.low) and math.isnan(change.high):
        return TOO_FEW_WEEKS
    if not is_bounded(change) or change.low <= none <= change.high:
        return UNCLEAR
    return ""


def plain(text: str) -> str:
    """Return the text with all Markdown characters escaped, and without links.

    Markdown makes links of addresses even where their signs are escaped, so these are divided by a
    sign that is not seen and at which no line breaks.
    """
    divided = _BEGINS_A_LINK.sub("\u2060", text)
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!|<>~$:" else sign for sign in divided)


def sentence_case(words: str) -> str:
    """Return the words with the first letter in upper case and the others as they are."""
    return words[:1].upper() + words[1:]


def is_bounded(estimate: Estimate) -> bool:
    return not any(math.isnan(value) for value in estimate.interval)


def _two(whole: int, unit: int, name: str, small: int, small_name: str) -> str:
    first, rest = divmod(whole, unit)
    return f"{first} {name}" + (f" {rest // small} {small_name}" if rest // small else "")


def responder(pseudonym: str) -> str:
    """Return the code that stands for a responder: "Responder 7F2K"."""
    return f"Responder {pseudonym[:_CODE].upper()}"
