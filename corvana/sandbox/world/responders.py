"""People's habits: how fast they acknowledge by day and night, how often not, how fast they fix."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log
from random import Random
from zoneinfo import ZoneInfo

from corvana.sandbox.world.instants import DAY, HOUR, to_instant
from corvana.sandbox.world.model import User


@dataclass(frozen=True, slots=True)
class Habit:
    user_id: str
    time_zone: str
    ack_seconds: float
    night_factor: float
    miss: float
    night_miss: float
    pace: float
    mobile: bool


class LocalHours:
    """The local hour of people. The offset is looked up once per day and zone."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, int], int] = {}

    def hour(self, time_zone: str, second: int) -> int:
        return self._local(time_zone, second) % DAY // HOUR

    def weekday(self, time_zone: str, second: int) -> int:
        """Return the weekday, 1 for Monday. The epoch began on a Thursday."""
        return (self._local(time_zone, second) // DAY + 3) % 7 + 1

    def _local(self, time_zone: str, second: int) -> int:
        key = (time_zone, second // DAY)
        offset = self._offsets.get(key)
        if offset is None:
            noon = to_instant(key[1] * DAY + DAY // 2).astimezone(ZoneInfo(time_zone))
            offset = int((noon.utcoffset() or timedelta()).total_seconds())
            self._offsets[key] = offset
        return second + offset

    def is_night(self, time_zone: str, second: int) -> bool:
        hour = self.hour(time_zone, second)
        return hour >= 23 or hour < 7


def habits_of(users: Iterable[User], rng: Random) -> dict[str, Habit]:
    return {
        user.id: Habit(
            user_id=user.id,
            time_zone=user.time_zone,
            ack_seconds=rng.uniform(70, 320),
            night_factor=rng.uniform(1.5, 3.5),
            miss=rng.uniform(0.02, 0.12),
            night_miss=rng.uniform(0.08, 0.30),
            pace=rng.uniform(0.6, 1.7),
            mobile=rng.random() < 0.5,
        )
        for user in users
    }


def lognormal(rng: Random, median: float, spread: float) -> int:
    """A lognormal duration of at least 20 seconds, the time to read a page."""
    return max(20, int(exp(rng.gauss(log(median), spread))))


def answer_after(habit: Habit, rng: Random, *, night: bool, urgent: bool) -> int | None:
    """Seconds until the person acknowledges, or None when they do not notice at all."""
    if rng.random() < (habit.night_miss if night else habit.miss):
        return None
    median = habit.ack_seconds * (habit.night_factor if night else 1.0)
    return lognormal(rng, median if urgent else median * 8, 0.8)
