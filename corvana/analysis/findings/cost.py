"""What a minute is counted for, the same for every kind of finding."""

from typing import Final

INTERRUPTION_MINUTES: Final = 10.0
"""Minutes a page costs the person paged besides the work it asks for: getting back into what was
left took ten to fifteen minutes after an alert (Iqbal & Horvitz 2007, Disruption and recovery of
computing tasks, CHI '07, 677-686); the lower end."""
