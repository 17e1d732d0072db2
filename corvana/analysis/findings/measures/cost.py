"""Rules for counting minutes, the same for every kind of finding."""

from typing import Final

LONGEST_WAIT: Final = 4 * 3_600.0
"""The most seconds that count of one wait: an incident that waits longer was forgotten, and a
single forgotten incident must not decide."""
INTERRUPTION_MINUTES: Final = 10.0
"""Minutes a page costs the person paged besides the work on the incident: people needed ten to
fifteen minutes to return to their task after an alert (Iqbal & Horvitz 2007, Disruption and
recovery of computing tasks, CHI '07, 677-686); the lower end."""
