"""How the deck looks: one accent, much room, the same places on every slide.

Places are in points on a slide of 960 by 540 points (16:9).
"""

from typing import Final, NamedTuple, Self

FONT: Final = "Arial"
"""Every office program has it, or another one whose letters are exactly as wide."""
LANGUAGE: Final = "en-GB"
INK: Final = "1C232B"
QUIET: Final = "56616D"
PAPER: Final = "FFFFFF"
PANEL: Final = "F5F6F8"
LINE: Final = "DFE3E8"
CONTEXT: Final = "8792A0"
ACCENT: Final = "1B639F"
"""The accent of an engagement that has chosen none."""

TITLE: Final = 26.0
LEAD: Final = 16.0
TEXT: Final = 14.0
SMALL: Final = 12.0
SMALLEST: Final = 11.0
"""Nothing on a slide is smaller, but for its foot."""
FOOT: Final = 9.0


class Area(NamedTuple):
    """A place on a slide in points: its left upper corner, width and height."""

    x: float
    y: float
    wide: float
    high: float

    def below(self, gap: float, high: float) -> Self:
        """Return a place of the same width below this one."""
        return self._replace(y=self.y + self.high + gap, high=high)


HEAD: Final = Area(48, 24, 740, 66)
SAID: Final = Area(48, 93, 864, 48)
"""The place of the sentence below the title."""
BODY: Final = Area(48, 150, 864, 340)
TABLE_HIGH: Final = 344.0
"""The most points that a table may take below the sentence."""
LOGO: Final = Area(812, 26, 100, 40)
FOOTER: Final = Area(48, 507, 780, 16)
NUMBER: Final = Area(852, 507, 60, 16)
