"""How often are pairs of services and rotations called more than chance, when nothing is?

Every row has 1,000 simulated accounts of 17 weeks in which the answer is known.

*Undeclared pairs*: 20 services that have nothing to do with each other. They fail at any time, on
the full hour, or more often on some days or weeks; the numbers of incidents a week are those at
which ten failures together by chance are likely. Promise: at most 7 % of the accounts show a pair.
One pair of services that fails of one cause, neither first, is shown in at least 90 %.

*Evenness*: rotations whose members are alike, with bad weeks, weeks that follow each other, turns
of a day, a week or two. Promise: at most 7 % are called more uneven than by chance, and none beside
a band that holds the value as it is printed. A rotation in which one of four people has three times
the nights is called so in at least half of the accounts of half a year.

A bound is missed only when the 95 % interval of the measured share lies beyond it.
"""

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.storms import START, account, full_hours
from corvana import frames
from corvana.analysis.answers.on_call import evenness
from corvana.analysis.dependencies.cascades import cascades
from corvana.analysis.staffing.burden import SHARED
from corvana.analysis.staffing.fairness import Fairness, fairness
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import share

ACCOUNTS: Final = 1_000
WEEKS: Final = 17
MOST: Final = 0.07
_DAY: Final = pd.Timedelta(days=1)
_SPAN: Final = ["responder", "start", "end"]

Draws = np.random.Generator


class Row(NamedTuple):
    """The share of accounts with a claim, and the bounds it is promised to keep."""

    world: str
    claimed: int
    told: int
    lowest: float = 0.0
    highest: float = 1.0

    @property
    def is_kept(self) -> bool:
        if not self.told:
            return False
        found = share(self.claimed, self.told)
        return found.high >= self.lowest and found.low <= self.highest


class Rotation(NamedTuple):
    """A rotation whose people take turns, and its nights with pages.

    `usual` nights a week have pages, `bad_nights` in a bad week; `spread` and `memory` make the
    usual number of weeks differ (log) and follow each other. `slots` such rotations stand side by
    side and share the weeks. The first person has `unfair` times the nights.
    """

    weeks: int = WEEKS
    people: int = 5
    turn_days: int = 7
    usual: float = 1.2
    bad: float = 0.15
    bad_nights: float = 6.0
    spread: float = 0.0
    memory: float = 0.0
    slots: int = 1
    unfair: float = 1.0


ROTATIONS: Final[Mapping[str, Rotation]] = {
    "independent nights": Rotation(bad=0.0),
    "a few bad weeks": Rotation(),
    "a few bad weeks, half a year": Rotation(weeks=26),
    "bad weeks, turns of a day": Rotation(people=4, turn_days=1),
    "bad weeks, turns of two weeks, half a year": Rotation(weeks=26, turn_days=14),
    "weeks follow each other": Rotation(bad=0.0, usual=2.0, spread=0.7, memory=0.7),
    "bad weeks of three rotations at once": Rotation(slots=3),
}
UNFAIR: Final = Rotation(weeks=26, people=4, bad=0.1, bad_nights=4.0, unfair=3.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    accounts = parser.parse_args().accounts
    print(f"{accounts:,} accounts a row\n{'world':<58}{'claimed':>9}{'promised':>10}")
    for row in rows(accounts):
        bound = f"≥ {row.lowest:.0%}" if row.lowest else f"≤ {row.highest:.0%}"
        kept = "" if row.is_kept else "  MISSED"
        told = row.claimed / max(row.told, 1)
        print(f"{row.world:<58}{told:>9.1%}{bound:>10}{kept}", flush=True)


def rows(accounts: int) -> Iterator[Row]:
    for name, world in pair_worlds().items():
        found = [bool(len(pairs(world(draws(seed))))) for seed in range(accounts)]
        yield Row(f"pairs: {name}", sum(found), accounts, highest=MOST)
    found = [has_planted(pairs(with_pair(draws(seed)))) for seed in range(accounts)]
    yield Row("pairs: two fail of one cause, neither first", sum(found), accounts, lowest=0.9)
    for name, rotation in ROTATIONS.items():
        judged = [shared(rotation, draws(seed)) for seed in range(accounts)]
        yield Row(f"evenness: {name}", *claims(judged), highest=MOST)
        yield Row("  … beside a band that holds the value", *contradictions(judged), highest=0.0)
    unfair = [shared(UNFAIR, draws(seed)) for seed in range(accounts)]
    yield Row("evenness: one of four has three times the nights", *claims(unfair), lowest=0.5)


def draws(seed: int) -> Draws:
    return np.random.default_rng(seed)


def pair_worlds() -> Mapping[str, Callable[[Draws], pd.DataFrame]]:
    """Accounts in which no service has to do with another, by name."""
    worlds: dict[str, Callable[[Draws], pd.DataFrame]] = {}
    for a_week in (60, 120, 180, 240):
        worlds[f"full hours, {a_week} a week"] = partial(full_hours, WEEKS, a_week)
    for a_week in (180, 240):
        worlds[f"busy days, {a_week} a week"] = partial(busy_days, a_week)
    worlds["busy days on the full hour, 120 a week"] = busy_days_on_the_full_hour
    worlds["busy weeks that follow each other, 240 a week"] = partial(
        account, WEEKS, 240, volume=0.5, memory=0.8
    )
    worlds["five services on the full hour, 60 a week"] = partial(full_hours, WEEKS, 60, services=5)
    worlds["independent, 240 a week"] = partial(account, WEEKS, 240)
    return worlds


def busy_days(a_week: float, rng: Draws, spread: float = 1.0) -> pd.DataFrame:
    """An account whose days differ: their numbers are gamma with this coefficient of variation."""
    return on_busy_days(account(WEEKS, 4 * a_week, rng), rng, spread, 4)


def busy_days_on_the_full_hour(rng: Draws) -> pd.DataFrame:
    return on_busy_days(full_hours(WEEKS, 4 * 120, rng), rng, 0.6, 4)


def on_busy_days(
    incidents: pd.DataFrame, rng: Draws, spread: float, drawn_from: float
) -> pd.DataFrame:
    """One of `drawn_from` incidents on average, more of some days."""
    busy = rng.gamma(1 / spread**2, spread**2, WEEKS * 7)
    day = ((incidents["created_at"] - START) // _DAY).to_numpy()
    kept = rng.random(len(incidents)) < np.minimum(busy[day] / drawn_from, 1)
    return incidents[kept].reset_index(drop=True)


def with_pair(rng: Draws) -> pd.DataFrame:
    """Two of twenty services fail of one cause twelve times, up to ten minutes apart."""
    incidents = account(WEEKS, 60, rng)
    at = START + pd.to_timedelta(rng.uniform(0, WEEKS * 7 - 1, 12), unit="D")
    caused = [
        pd.DataFrame({"created_at": at + _late(rng), "service_id": service})
        for service in ("S00", "S01")
    ]
    together = pd.concat([incidents, *caused], ignore_index=True)
    return together.astype({"created_at": incidents["created_at"].dtype})


def _late(rng: Draws) -> pd.TimedeltaIndex:
    return pd.to_timedelta(rng.uniform(0, 600, 12), unit="s")


def pairs(incidents: pd.DataFrame) -> pd.DataFrame:
    return cascades(
        incidents[["service_id", "created_at"]],
        frames.empty(frames.DEPENDENCIES),
        frames.empty(frames.MAINTENANCE_WINDOWS),
        start=START,
        end=START + WEEKS * 7 * _DAY,
    )


def has_planted(found: pd.DataFrame) -> bool:
    ends = found[["supporting_id", "dependent_id"]]
    return bool(ends.isin(["S00", "S01"]).all(axis=1).any())


def shared(rotation: Rotation, rng: Draws) -> Fairness:
    """The evenness of one rotation's nights, in UTC: on call from 09:00, pages by night."""
    nights = _nights_a_week(rotation, rng)
    on_call, asleep, paged = [], [], []
    for day in range(rotation.weeks * 7):
        first = day // rotation.turn_days % rotation.people
        start = START + day * _DAY + pd.Timedelta(hours=9)
        for slot in range(rotation.slots):
            who = f"R{slot}{first}"
            on_call.append((who, start, start + _DAY))
            asleep.append((who, start + _DAY * 13 / 24, start + _DAY * 23 / 24))
            times = rotation.unfair if first == 0 else 1.0
            if rng.random() < min(nights[day // 7] * times / 7, 0.97):
                paged.append((who, start + _DAY * rng.uniform(13, 23) / 24, 1.0))
    return fairness(
        pd.DataFrame(paged, columns=["responder", "at", "size"]),
        pd.DataFrame(asleep, columns=_SPAN),
        time_intervals.union(pd.DataFrame(on_call, columns=_SPAN), ["responder"]),
        seed=0,
    )


def _nights_a_week(rotation: Rotation, rng: Draws) -> "np.typing.NDArray[np.float64]":
    course = rng.standard_normal(rotation.weeks)
    for week in range(1, rotation.weeks):
        own = np.sqrt(1 - rotation.memory**2) * course[week]
        course[week] = rotation.memory * course[week - 1] + own
    usual = rotation.usual * np.exp(rotation.spread * course - rotation.spread**2 / 2)
    is_bad = rng.random(rotation.weeks) < rotation.bad
    return np.where(is_bad, rotation.bad_nights, usual)


def claims(judged: list[Fairness]) -> tuple[int, int]:
    """The number called more uneven than by chance, and the number judged at all."""
    said = [evenness(one, SHARED[0]) for one in judged if one.can_tell]
    return sum("**more uneven" in text for text in said), len(said)


def contradictions(judged: list[Fairness]) -> tuple[int, int]:
    said = [evenness(one, SHARED[0]) for one in judged if one.can_tell]
    return sum(_is_held(text) for text in said if "**more uneven" in text), len(said)


def _is_held(text: str) -> bool:
    gini, _, low, high = (float(number) for number in re.findall(r"\d\.\d\d", text)[:4])
    return low <= gini <= high


if __name__ == "__main__":
    main()
