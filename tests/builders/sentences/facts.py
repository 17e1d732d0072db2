"""What is true of a selection of a told account, read off the telling in plain Python.

Nothing here is taken from the code under test, and no frame is used. Seconds are whole numbers or
fractions of them; a share is of 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from corvana.analysis.account.selection import Filters
from tests.builders.sentences.told import START, Life, Told
from tests.builders.sentences.waits import Level, Waits

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Facts:
    """What is true of a selection."""

    told: Told
    filters: Filters

    @cached_property
    def selected(self) -> list[Life]:
        return [life for life in self.of_any_time if self._is_in_period(life.at)]

    @cached_property
    def of_any_time(self) -> list[Life]:
        """The incidents that match the filters, whenever they were created."""
        if not self.of_times:
            return self._of_any_hours
        first = {id(life): at for _, at, life in reversed(self._interruptions)}
        return [
            life
            for life in self._of_any_hours
            if id(life) in first and self._is_then(first[id(life)])
        ]

    @property
    def of_times(self) -> bool:
        return bool(self.filters.hours or self.filters.days)

    @cached_property
    def _of_any_hours(self) -> list[Life]:
        told, chosen = self.told, self.filters
        return [
            life
            for life in told.lives
            if (not chosen.services or life.service in chosen.services)
            and (not chosen.teams or told.teams.get(life.service) in chosen.teams)
            and (not chosen.policies or told.services[life.service] in chosen.policies)
            and (not chosen.urgency or life.urgency == chosen.urgency)
        ]

    @cached_property
    def merged(self) -> list[Life]:
        return [life for life in self.selected if life.is_merged]

    @cached_property
    def maintained(self) -> list[Life]:
        """Those created in a maintenance window; one that was merged counts there."""
        return [
            life
            for life in self.selected
            if not life.is_merged and self.told.is_in_maintenance(life)
        ]

    @cached_property
    def counted(self) -> list[Life]:
        return self.counting(self.selected)

    def counting(self, lives: Sequence[Life]) -> list[Life]:
        """Those that have durations."""
        told = self.told
        return [life for life in lives if not life.is_merged and not told.is_in_maintenance(life)]

    @cached_property
    def acks(self) -> Waits:
        return self.waits(self.counted)

    @cached_property
    def resolves(self) -> Waits:
        return self.lasting(self.counted)

    def waits(self, lives: Sequence[Life]) -> Waits:
        """The times to the first acknowledgement by a person."""
        others = [life for life in lives if not life.is_acked]
        return Waits(
            sorted(life.acked * 60 for life in lives if life.is_acked and life.acked is not None),
            sorted(
                life.resolved * 60
                for life in others
                if not life.is_open and life.resolved is not None
            ),
            [self._age(life) for life in others if life.is_open],
        )

    def lasting(self, lives: Sequence[Life]) -> Waits:
        """The times to the first resolve, of those that are resolved now."""
        ended = [life for life in lives if not life.is_open]
        return Waits(
            sorted(life.resolved * 60 for life in ended if life.resolved is not None),
            [],
            [self._age(life) for life in lives if life.is_open],
        )

    @cached_property
    def open(self) -> list[Life]:
        return [life for life in self.selected if life.is_open and not life.is_merged]

    @cached_property
    def weeks(self) -> list[int]:
        """How many incidents each week had that lies wholly in the period, from Monday."""
        starts = [START + number * _WEEK for number in range(self.told.days // 7)]
        whole = [
            start
            for start in starts
            if start >= self.filters.start and start + _WEEK <= self.filters.end
        ]
        return [sum(start <= life.at < start + _WEEK for life in self.counted) for start in whole]

    @cached_property
    def escalating(self) -> list[Life]:
        """The incidents that can escalate: of high urgency and through a policy."""
        return [life for life in self.counted if life.urgency == "high" and not life.is_direct]

    @cached_property
    def undecided(self) -> list[Life]:
        """Those that wait on the level they began on, of which the delay is not over."""
        return [
            life
            for life in self.escalating
            if not (life.is_acked or life.climbed or life.called or life.resolved is not None)
            and self._age(life) < self.told.delay * 60
        ]

    @cached_property
    def decided(self) -> list[Life]:
        """Those of which it is known whether they escalate."""
        return [life for life in self.escalating if not any(life is e for e in self.undecided)]

    def reaching(self, level: int, lives: Sequence[Life] | None = None) -> list[Life]:
        """Those that came to a level before their first acknowledgement or resolve."""
        some = self.escalating if lives is None else lives
        return [life for life in some if level <= self.level_of(life)]

    def acked_on(self, level: int, lives: Sequence[Life] | None = None) -> list[Life]:
        return [
            life
            for life in self.reaching(level, lives)
            if life.is_acked and self.level_of(life) == level
        ]

    def level_of(self, life: Life) -> int:
        """The level an incident was on when it was acknowledged or resolved first, or is on."""
        ends = [each for each in (life.acked if life.is_acked else None, life.resolved) if each]
        last = min(ends, default=math.inf)
        return max(level for minute, level, _ in self.told.steps(life) if minute < last)

    @cached_property
    def pages(self) -> list[tuple[str, datetime]]:
        """Whom the selected incidents interrupted and when, in the period and at the chosen hours;
        such a page may be of an incident that was first paged at other hours."""
        return [
            (who, at)
            for who, at, life in self._interruptions
            if any(life is each for each in self._of_any_hours)
            and self._is_in_period(at)
            and self._is_then(at)
        ]

    @cached_property
    def _interruptions(self) -> list[tuple[str, datetime, Life]]:
        """Every interruption, in order of time.

        A page within a minute of the one before that counted is part of it, whatever it is about.
        """
        last: dict[str, datetime] = {}
        kept: list[tuple[str, datetime, Life]] = []
        for at, who, life in sorted(self._notifications(), key=lambda each: each[:2]):
            if who in last and at - last[who] <= timedelta(minutes=1):
                continue
            last[who] = at
            kept.append((who, at, life))
        return kept

    def _is_then(self, at: datetime) -> bool:
        """Whether an instant lies in the chosen hours and days; everybody's clock is UTC."""
        is_weekend = at.weekday() > 4
        if at.hour >= 22 or at.hour < 8:
            hours = "sleep"
        else:
            hours = "off" if is_weekend or at.hour >= 18 else "business"
        days = "weekend" if is_weekend else "weekday"
        chosen = self.filters
        return hours in (chosen.hours or (hours,)) and days == (chosen.days or days)

    def _notifications(self) -> list[tuple[datetime, str, Life]]:
        told = self.told
        return [
            (life.at + timedelta(minutes=minute), who, life)
            for life in sorted(told.lives, key=lambda each: each.hour)
            if life.urgency == "high"
            for minute, level, _ in told.steps(life)
            for who in (["zoe"] if life.is_direct else told.paged(life, level, minute))
        ]

    @cached_property
    def asleep(self) -> int:
        """The pages between 22:00 and 08:00."""
        return sum(at.hour >= 22 or at.hour < 8 for _, at in self.pages)

    def level(self, number: int) -> Level:
        """Of the schedules on a level of the policies that are chosen, 2 being all later ones."""
        told = self.told
        schedules = {
            target
            for policy in self.policies
            for level, targets in enumerate(told.policies[policy], start=1)
            if (level == 1) == (number == 1)
            for target in targets
            if target in told.schedules
        }
        turns = [turn for each in schedules for turn in told.schedules[each]]
        return Level(
            sum(
                any(who == turn[0] and self._is_on(turn, at) for turn in turns)
                for who, at in self.pages
            ),
            sum(self._hours(turn) for turn in turns),
        )

    @cached_property
    def policies(self) -> set[str]:
        """The policies that the filters name, directly or by a service or a team; else all."""
        told, chosen = self.told, self.filters
        if not (chosen.services or chosen.teams or chosen.policies):
            return set(told.policies)
        of_places = {
            policy
            for service, policy in told.services.items()
            if service in chosen.services or told.teams.get(service) in chosen.teams
        }
        if not chosen.policies:
            return of_places
        named = set(chosen.policies)
        return named & of_places if chosen.services or chosen.teams else named

    def _is_on(self, turn: tuple[str, float, float], at: datetime) -> bool:
        hour = (at - START).total_seconds() / 3_600
        return turn[1] <= hour < turn[2]

    def _hours(self, turn: tuple[str, float, float]) -> float:
        first = (self.filters.start - START).total_seconds() / 3_600
        last = (self.filters.end - START).total_seconds() / 3_600
        return max(0.0, min(turn[2], last) - max(turn[1], first))

    def _is_in_period(self, at: datetime) -> bool:
        return self.filters.start <= at < self.filters.end

    def _age(self, life: Life) -> float:
        return (self.told.as_of - life.at).total_seconds()
