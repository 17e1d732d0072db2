"""What a minute is counted for, the same for every kind of finding."""

from typing import Final

LONGEST_WAIT: Final = 4 * 3_600.0
"""Seconds of one wait that count at most: what waits longer was forgotten, and one forgotten
incident must not decide."""
INTERRUPTION_MINUTES: Final = 10.0
"""Minutes a page costs the person paged besides the work it asks for: getting back into what was
left took ten to fifteen minutes after an alert (Iqbal & Horvitz 2007, Disruption and recovery of
computing tasks, CHI '07, 677-686); the lower end."""
