"""How much room a text takes on a slide, so that nothing runs over its edge.

PowerPoint breaks lines when it opens a file, so a program that writes one has to know beforehand
how wide a text is. The deck is set in Arial, which is not on every server. Pillow brings a font of
its own, Aileron, whose letters are nearly as wide; the factors below are the largest ratio between
the two on the lines of our documentation. A text is therefore never wider than measured here,
and the same text has the same width on every machine.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

from corvana.analysis import wording

LINE: Final = 1.2
"""The height of a line, as a multiple of the size of its letters: Arial's own is 1.15."""
_NOT_ALLOWED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_AT: Final = 100.0
"""Points at which words are measured. Widths grow in proportion to the size."""
_REGULAR: Final = 1.07
_BOLD: Final = 1.14
_OTHER_LETTER: Final = 0.85
"""Letters and signs that Pillow's font does not have, as a share of the size."""
_WIDE_LETTER: Final = 1.05
"""The same for signs that are as wide as they are high, such as Chinese ones."""
_WIDER: Final = {"%": 0.84, "@": 0.96, ".": 0.27, ",": 0.27}
"""Signs that are wider in Arial by more than the factors, as a share of the size."""
_MORE: Final = " …"
_SHORTEST: Final = 10
"""A name of which fewer signs were left would tell nothing."""


def clean(text: str) -> str:
    """Return the text without signs that XML does not allow; people can write any."""
    return _NOT_ALLOWED.sub("", text.replace("\r\n", "\n").replace("\t", " "))


class Named(NamedTuple):
    """A text with a name in it: "1. ", "Payments", ": slow to acknowledge"."""

    before: str
    name: str
    after: str = ""

    @property
    def whole(self) -> str:
        """The text in one piece."""
        return f"{self.before}{self.name}{self.after}"


def forget() -> None:
    """Forget the texts that were measured: they are about an account, which may be deleted."""
    _at_hundred.cache_clear()


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the points that a text takes on one line, at most."""
    return _at_hundred(text) * size / _AT * (_BOLD if bold else _REGULAR)


def lines(text: str, size: float, wide: float, *, bold: bool = False) -> list[str]:
    """Return the lines into which a text is broken that may be `wide` points wide.

    A word that is wider than a line is broken inside.
    """
    found: list[str] = []
    for paragraph in wording.unbroken(text).split("\n"):
        found += _broken(paragraph.split(" "), size, wide, bold=bold)
    return found


def height(text: str, size: float, wide: float, *, bold: bool = False) -> float:
    """Return the points from the top of the first line to the bottom of the last one."""
    return len(lines(text, size, wide, bold=bold)) * size * LINE


def largest(
    text: str, sizes: Sequence[float], wide: float, high: float, *, bold: bool = False
) -> float | None:
    """Return the largest of the sizes at which a text fits, or None if it fits at none."""
    fitting = (one for one in sizes if height(text, one, wide, bold=bold) <= high)
    return max(fitting, default=None)


def shortened(text: str, size: float, wide: float, most: int, *, bold: bool = False) -> str:
    """Return the text, cut after a word and with an ellipsis, so that it takes `most` lines.

    A number is never cut from its unit.
    """
    if len(lines(text, size, wide, bold=bold)) <= most:
        return text
    text = wording.unbroken(text)
    ends = [place for place, sign in enumerate(text) if sign == " "] or list(range(1, len(text)))
    fitting = _last_that_fits(text, ends, size, wide, most, bold=bold)
    if fitting is not None:
        return fitting
    return _last_that_fits(text, range(1, len(text)), size, wide, most, bold=bold) or _MORE.strip()


def abridged(name: Named, size: float, wide: float, most: int, *, bold: bool = False) -> str:
    """Return a text that takes `most` lines, for which its name is cut in the middle.

    Long names often differ at their end only, and what is said of them stands behind them.
    """
    if len(lines(name.whole, size, wide, bold=bold)) <= most:
        return name.whole
    low, high = 0, len(name.name)
    while low < high:
        kept = (low + high + 1) // 2
        if len(lines(_with(name, kept), size, wide, bold=bold)) <= most:
            low = kept
        else:
            high = kept - 1
    if low < _SHORTEST:
        return shortened(name.whole, size, wide, most, bold=bold)
    return _with(name, low)


def _with(name: Named, kept: int) -> str:
    back = kept * 2 // 5
    front, end = name.name[: kept - back], name.name[len(name.name) - back :]
    if " " in front[len(front) // 2 :]:
        front = front.rpartition(" ")[0]
    if " " in end[: len(end) // 2]:
        end = end.partition(" ")[2]
    return f"{name.before}{front.rstrip()}{_MORE} {end.lstrip()}{name.after}"


def _last_that_fits(
    text: str, ends: Sequence[int], size: float, wide: float, most: int, *, bold: bool
) -> str | None:
    """The longest beginning of the text that fits. If one fits, so does every shorter one."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        candidate = text[: ends[middle]].rstrip(" ,;:") + _MORE
        if len(lines(candidate, size, wide, bold=bold)) <= most:
            low = middle + 1
        else:
            high = middle
    return text[: ends[low - 1]].rstrip(" ,;:") + _MORE if low else None


def _broken(words: Sequence[str], size: float, wide: float, *, bold: bool) -> list[str]:
    found, line = [], ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= wide:
            line = longer
            continue
        if line:
            found.append(line)
        *whole, line = _pieces(word, size, wide, bold=bold)
        found += whole
    return [*found, line]


def _pieces(word: str, size: float, wide: float, *, bold: bool) -> list[str]:
    """The word, in pieces of at most one line."""
    pieces, piece = [], ""
    for letter in word:
        if piece and width(piece + letter, size, bold=bold) > wide:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


@cache
def _font() -> FreeTypeFont:
    font = ImageFont.load_default(_AT)
    if not isinstance(font, FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so that texts cannot be measured")
    return font


@cache
def _at_hundred(text: str) -> float:
    text = text.replace("\u00a0", " ")
    plain = "".join(letter for letter in text if letter.isascii() and letter not in _WIDER)
    others = (letter for letter in text if not letter.isascii() or letter in _WIDER)
    return float(_font().getlength(plain)) + sum(_AT * _share(letter) for letter in others)


def _share(letter: str) -> float:
    if letter in _WIDER:
        return _WIDER[letter]
    if unicodedata.combining(letter):
        return 0.0
    is_wide = unicodedata.east_asian_width(letter) in "WF"
    return _WIDE_LETTER if is_wide else _OTHER_LETTER
