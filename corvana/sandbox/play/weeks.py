"""The problems of the weeks that go by after the account's first end.

Each week is drawn from a generator of its own, so that it does not matter in how many steps the
weeks go by.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from corvana.sandbox.play.arrivals import ArrivalPlan, Source
from corvana.sandbox.play.roster import Roster
from corvana.sandbox.play.setting import Arrival, Quirks
from corvana.sandbox.world.instants import DAY

WEEK: Final = 7 * DAY
_SPREAD: Final = 0.08
"""Weeks differ by so much, as those before do: days are busier by up to 30 %, and chance."""
_STORM_EVERY: Final = 600


class Problems(NamedTuple):
    """Where problems come from, and how many come in an average week."""

    sources: Sequence[Source]
    roster: Roster
    quirks: Quirks
    a_week: float


def arrivals_of(problems: Problems, begin: int, weeks: int, seed: int) -> Iterator[Arrival]:
    """Return the arrivals of the `weeks` from `begin` on, in time order."""
    for number in range(weeks):
        rng = Random(f"{seed}/week {number}")
        count = max(1, round(problems.a_week * rng.gauss(1.0, _SPREAD)))
        storms = count // _STORM_EVERY + (rng.random() < count % _STORM_EVERY / _STORM_EVERY)
        since = begin + number * WEEK
        plan = ArrivalPlan(
            problems.sources, (since, since + WEEK), problems.roster, problems.quirks, rng
        )
        yield from plan.draw(count, storms)
