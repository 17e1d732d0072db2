"""How well a colour can be read on another one.

Relative luminance and contrast ratio are those of the Web Content Accessibility Guidelines 2.2
(https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). No colour has 4.5 on white and on the dark
background, so on the dark one a lighter shade is used where the colour itself is too dark.
"""

import re
from typing import Final

AA: Final = 4.5
"""The least contrast of text at level AA."""
WHITE: Final = "#ffffff"
DARK: Final = "#101418"
"""The background of the pages in dark mode (`.streamlit/config.toml`)."""
_BLACK: Final = "#000000"
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
_STEPS: Final = 100


def check_on_white(colour: str) -> None:
    """Raise `ValueError`, with the reason in words, if text in the colour cannot be read on white
    paper."""
    if not _COLOUR.fullmatch(colour):
        raise ValueError("a colour is written like #1f6fb2")
    found = contrast(colour, WHITE)
    if found < AA:
        raise ValueError(
            f"on white, text in {colour} has a contrast of {found:.1f}:1 and needs {AA}:1 to be "
            f"read well; the nearest shade that has it is {readable(colour, WHITE)}"
        )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, background: str) -> str:
    """Return the colour, or its nearest shade whose text can be read on the background."""
    towards = _BLACK if _luminance(background) > _luminance(DARK) else WHITE
    shades = (_mixed(colour, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in shades if contrast(shade, background) >= AA)


def _mixed(colour: str, other: str, part: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * part):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    shares = (part / 255 for part in _parts(colour))
    linear = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return sum(weight * one for weight, one in zip(_WEIGHTS, linear, strict=True))


def _parts(colour: str) -> tuple[int, ...]:
    """Red, green and blue, 0 to 255 each."""
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
