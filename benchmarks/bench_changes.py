"""How often is a change told where nothing changed, and where times became longer?

Every row has 1,000 simulated accounts of 17 weeks with about 60 incidents a week (`storms`), seen
at the end of the 17th week. Told are: a change of the time until half are acknowledged and one of
the incidents a week, both against the period before (of 4 and 8 weeks), and a lasting change of the
geometric mean. Promise: at most 7 % of the accounts in which nothing changes, 10 % of those whose
weeks or volumes follow themselves. A row is missed if the 95 % interval of the measured share lies
beyond the promise. `too few` is the share of accounts of which "too few weeks to tell" is said; it
is no claim, and has to be 0 with 17 weeks.

Power: from the tenth week on times are 1.5 times as long; the last 8 weeks are held against the 8
before.

`python benchmarks/bench_changes.py 100` takes 100 accounts a row.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.storms import START, STORMS, UNCHANGED, account
from corvana import frames
from corvana.analysis import storms
from corvana.analysis.response import changes, durations, period_change, weekly
from corvana.analysis.response.period_change import Change, Periods
from corvana.analysis.statistics.blocks import Collected
from corvana.analysis.statistics.estimates import Estimate, share
from corvana.analysis.wording import TOO_FEW_WEEKS, why_not_told

REPLICATIONS = 1_000
SEED = 20_261_130
WEEKS: Final = 17
A_WEEK: Final = 60
LONGER: Final = 1.5
SINCE: Final = 9
HALF: Final = 8
PERIODS: Final = (4, HALF)
MOST: Final = 0.07
MOST_WITH_MEMORY: Final = 0.10
SLOWER: Final[Mapping[str, tuple[Mapping[str, Any], float]]] = MappingProxyType(
    {
        "independent, 1.5 times slower": ({}, 0.80),
        "storms (.2, 8, .5), 1.5 times slower": ({"storms": STORMS["some"]}, 0.60),
    }
)
"""Arguments of `account`, and the least share that has to be told."""
_WEEK: Final = pd.Timedelta(days=7)
_END: Final = START + WEEKS * _WEEK
_ACK: Final = "seconds_to_first_ack"


class Told(NamedTuple):
    """A row: in how many of `n` accounts a change was told, and what is promised."""

    world: str
    claim: str
    told: int
    n: int
    too_few: float
    least: float = 0.0
    most: float = 1.0

    @property
    def is_kept(self) -> bool:
        """Whether the interval of the measured share is not beyond what is promised."""
        measured = share(self.told, self.n)
        return measured.high >= self.least and measured.low <= self.most


def main() -> None:
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS
    began, missed = time.perf_counter(), 0
    print(f"{'world':38s} {'claim':28s} {'told':>7s}  {'promised':9s} {'too few':>8s}")
    for row in rows(replications):
        missed += not row.is_kept
        promised = f"≥ {row.least:.0%}" if row.least else f"≤ {row.most:.0%}"
        print(
            f"{row.world:38s} {row.claim:28s} {row.told / row.n:7.1%}  {promised:9s} "
            f"{row.too_few:8.1%}{'' if row.is_kept else '  missed'}",
            flush=True,
        )
    print(f"{missed} missed, {time.perf_counter() - began:.0f} s")


def rows(replications: int = REPLICATIONS) -> Iterator[Told]:
    """Yield all rows. Every world has random numbers of its own."""
    for number, (world, arguments) in enumerate(UNCHANGED.items()):
        rng = np.random.default_rng((SEED, number))
        made = (account(WEEKS, A_WEEK, rng, **arguments) for _ in range(replications))
        most = MOST_WITH_MEMORY if arguments.get("memory") else MOST
        yield from _of_unchanged(world, [claims(rows) for rows in made], most)
    for number, (world, (arguments, least)) in enumerate(SLOWER.items(), start=len(UNCHANGED)):
        rng = np.random.default_rng((SEED, number))
        options = {**arguments, "slower": LONGER, "since_week": SINCE}
        halves = [
            change(account(WEEKS, A_WEEK, rng, **options), HALF).half for _ in range(replications)
        ]
        longer = sum(half.low > 1 for half in halves)
        few = _too_few(halves)
        yield Told(world, f"half, {HALF} weeks", longer, len(halves), few, least=least)


def claims(rows: pd.DataFrame) -> dict[str, Estimate | bool]:
    """Return by claim the ratio told against the period before, or whether a change is told."""
    found: dict[str, Estimate | bool] = {}
    counted = _counted(rows)
    for weeks in PERIODS:
        told = _change(counted, weeks)
        found[f"half, {weeks} weeks"] = told.half
        found[f"incidents, {weeks} weeks"] = told.volume
    table = weekly.weeks(
        rows.assign(in_maintenance=False), since=START, as_of=_END, time_zone="UTC"
    )
    found["lasting change"] = len(changes.segments(table, _ACK)) > 1
    return found


def change(rows: pd.DataFrame, weeks: int) -> Change:
    """Return the change of the last weeks against as many before."""
    return _change(_counted(rows), weeks)


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    numbered = storms.numbered(rows, frames.empty(frames.DEPENDENCIES))
    return rows.assign(in_maintenance=False, storm=numbered)


def _change(counted: pd.DataFrame, weeks: int) -> Change:
    start = _END - weeks * _WEEK
    now, before = (
        durations.ack_summary(
            counted[counted["created_at"].between(begin, end, inclusive="left")], _END
        )
        for begin, end in ((start, _END), (start - weeks * _WEEK, start))
    )
    return period_change.change(
        counted, _ACK, Periods(now, before, weeks, weeks), Collected(start, _END, START, _END)
    )


def _of_unchanged(
    world: str, found: list[dict[str, Estimate | bool]], most: float
) -> Iterator[Told]:
    for claim in found[0]:
        every = [each[claim] for each in found]
        ratios = [each for each in every if isinstance(each, Estimate)]
        told = (
            sum(not why_not_told(each, 1.0) for each in ratios) if ratios else sum(map(bool, every))
        )
        yield Told(world, claim, told, len(found), _too_few(ratios), most=most)


def _too_few(ratios: list[Estimate]) -> float:
    return float(np.mean([why_not_told(each, 1.0) == TOO_FEW_WEEKS for each in ratios] or [False]))


if __name__ == "__main__":
    main()
