"""When problems start: by hour and weekday, in storms, in cascades along dependencies, and in pairs
of services that fail of one cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from corvana.sandbox.play.roster import Roster
from corvana.sandbox.play.setting import Arrival, Quirks
from corvana.sandbox.world.instants import DAY, HOUR, MINUTE, to_instant
from corvana.sandbox.world.responders import LocalHours, lognormal

_WEEKDAY = (1.15, 1.2, 1.1, 1.1, 1.0, 0.55, 0.5)
_OF_ONE_CAUSE = 0.4
"""Share of the problems of either service of a pair that the other one has too."""


@dataclass(frozen=True, slots=True)
class Source:
    """A service as a source of problems."""

    service_id: str
    policy_id: str
    time_zone: str
    weight: float
    dependents: tuple[str, ...]


class ArrivalPlan:
    """Draws arrivals until the wanted number is reached."""

    def __init__(
        self,
        sources: Sequence[Source],
        span: tuple[int, int],
        roster: Roster,
        quirks: Quirks,
        rng: Random,
    ) -> None:
        self._sources: Mapping[str, Source] = {each.service_id: each for each in sources}
        self._order = list(sources)
        self._shares = list(
            accumulate(each.weight * quirks.weights.get(each.service_id, 1.0) for each in sources)
        )
        self._start, self._end = span
        self._roster = roster
        self._quirks = quirks
        self._rng = rng
        self._hours = LocalHours()
        self._days = list(range(self._start // DAY, self._end // DAY + 1))
        self._day_shares = list(
            accumulate(
                _WEEKDAY[to_instant(day * DAY).weekday()] * rng.uniform(0.7, 1.3)
                for day in self._days
            )
        )
        self._cascades: dict[str, list[str]] = {}
        for supporting, dependent in quirks.cascades:
            self._cascades.setdefault(supporting, []).append(dependent)
        self._partners = {
            one: other for pair in quirks.together for one, other in (pair, pair[::-1])
        }

    def draw(self, count: int, storms: int | None = None) -> list[Arrival]:
        """Exactly `count` arrivals in time order, by default with a storm for every 600."""
        arrivals: list[Arrival] = []
        for _ in range(max(1, count // 600) if storms is None else storms):
            self._storm(arrivals)
        while len(arrivals) < count:
            source = self._rng.choices(self._order, cum_weights=self._shares)[0]
            at = self._instant(source.time_zone)
            if self._add(arrivals, source.service_id, at, by_hand=self._rng.random() < 0.05):
                self._cascade(arrivals, source, at)
        self._rng.shuffle(arrivals)
        return sorted(arrivals[:count], key=lambda each: each.at)

    def _instant(self, time_zone: str) -> int:
        """A random instant: more often in working hours than at night, on Tuesdays than Sundays."""
        while True:
            day = self._rng.choices(self._days, cum_weights=self._day_shares)[0]
            at = day * DAY + self._rng.randrange(DAY)
            if not self._start <= at < self._end:
                continue
            hour = self._hours.hour(time_zone, at)
            busy = 1.0 if 9 <= hour < 18 else 0.55 if 7 <= hour < 22 else 0.35
            if self._rng.random() < busy:
                return at

    def _add(
        self,
        arrivals: list[Arrival],
        service_id: str,
        at: int,
        *,
        by_hand: bool = False,
        cascaded: bool = False,
    ) -> bool:
        """Add an arrival. False when nobody is on call, or outside the simulated time."""
        policy_id = self._sources[service_id].policy_id
        if not self._start <= at < self._end:
            return False
        if self._roster.next_level(policy_id, 0, at) is None:
            return False
        clears = None if by_hand else self._clears_after(service_id)
        arrivals.append(Arrival(at, service_id, by_hand, cascaded, clears))
        return True

    def _clears_after(self, service_id: str) -> int | None:
        if service_id in self._quirks.self_clearing:
            return self._rng.randrange(2 * MINUTE, 5 * MINUTE)
        if self._rng.random() < 0.25:
            return lognormal(self._rng, 35 * MINUTE, 1.1)
        return None

    def _cascade(self, arrivals: list[Arrival], source: Source, at: int) -> None:
        partner = self._partners.get(source.service_id)
        if partner and self._rng.random() < _OF_ONE_CAUSE:
            # Either service may notice the cause first.
            self._add(arrivals, partner, at + self._rng.randrange(-570, 570), cascaded=True)
        for dependent in self._cascades.get(source.service_id, ()):
            if self._rng.random() < 0.85:
                self._follow(arrivals, dependent, at)
        if source.dependents and self._rng.random() < 0.06:
            for dependent in source.dependents:
                if self._rng.random() < 0.7:
                    self._follow(arrivals, dependent, at)

    def _follow(self, arrivals: list[Arrival], service_id: str, at: int) -> None:
        self._add(arrivals, service_id, at + self._rng.randrange(30, 600), cascaded=True)

    def _storm(self, arrivals: list[Arrival]) -> None:
        """Two dozen incidents on a few services within the hour."""
        centre = self._instant("UTC")
        hit = self._rng.sample(self._order, min(4, len(self._order)))
        for _ in range(self._rng.randrange(15, 30)):
            at = centre + self._rng.randrange(HOUR)
            self._add(arrivals, self._rng.choice(hit).service_id, at, cascaded=True)
