"""A name that people gave at PagerDuty, made harmless before it is kept or shown.

Names are the only free text. They can hold signs that nobody sees and that turn or hide what stands
beside them, and some people name a service after its owner's address or number.
"""

import re
import unicodedata
from typing import Final

LONGEST: Final = 255
_READ: Final = 10_000
"""Characters of which a name is made; the middle of a longer one is not looked at."""

_CODE: Final = 4
_JOINS: Final = "\u200c\u200d"
"""Zero-width joiners belong to Persian words and to emoji."""

_BLANK: Final = " \u115f\u1160\u2800\u3164\uffa0" + _JOINS
"""Letters and signs that show nothing."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: control, format (also of direction), half of a character, and separators of
lines and paragraphs."""

_SPACES: Final = re.compile(r"\s+")
_MARKS: Final = 4
_ADDRESS: Final = re.compile(r"(?:mailto:)?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 320
_NUMBER: Final = re.compile(
    r"(?:tel:|sms:)?\+?[\d\s()./-]*\d(?:\s*(?:x|ext\.?)\s*\d+)?", re.IGNORECASE
)
_NO_NUMBER: Final = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,3}(?:\.\d{1,3}){3}|\d{4}-\d{4}")
"""A date, an address of the internet, or a span of years."""

_FEWEST_DIGITS: Final = 7
_MOST_DIGITS: Final = 17
_AROUND: Final = " \"'<>()[];,"


def told(label: str, kind: str, id_: str) -> str:
    """Return the name as it is kept and shown.

    Signs that are not seen are left out, spaces are one space, and of more than 255 characters the
    middle is left out. An e-mail address, a telephone number and an empty name become the kind of
    object and the end of its id: "Service 7F2K". `kind` is one of LABELS, such as `service`.
    """
    if len(label) > _READ:
        label = label[: _READ // 2] + label[-_READ // 2 :]
    seen = _SPACES.sub(" ", "".join(map(_seen, label))).strip()
    if not seen.strip(_BLANK) or is_personal(seen):
        return f"{kind.replace('_', ' ').capitalize()} {id_[-_CODE:]}"
    return _shortened(_without_piles(seen))


def is_personal(label: str) -> bool:
    """Whether the whole text is an e-mail address or a telephone number."""
    if len(label) > _LONGEST_ADDRESS:
        return False
    text = unicodedata.normalize("NFKC", label).strip()
    if _ADDRESS.fullmatch(text.strip(_AROUND)):
        return True
    digits = sum(map(str.isdigit, text))
    return (
        _FEWEST_DIGITS <= digits <= _MOST_DIGITS
        and _NUMBER.fullmatch(text) is not None
        and _NO_NUMBER.fullmatch(text) is None
    )


def _seen(sign: str) -> str:
    """The sign; a space instead of a control sign or a separator, and nothing instead of others
    that are not seen."""
    kind = unicodedata.category(sign)
    if kind not in _UNSEEN or sign in _JOINS:
        return sign
    return " " if kind in {"Cc", "Zl", "Zp"} else ""


def _without_piles(text: str) -> str:
    """The text with at most four combining marks on one letter; more reach into other lines."""
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MARKS:
            kept.append(sign)
    return "".join(kept)


def _shortened(text: str) -> str:
    """The beginning and the end; names often differ at the end."""
    if len(text) <= LONGEST:
        return text
    kept = LONGEST // 2
    return f"{text[:kept]}…{text[-kept:]}"
