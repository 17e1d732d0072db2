"""How often is *helped* said of a finding when nothing was done, and is a planted change held?

*Worlds of storms* (`storms`): 17 weeks, 100 incidents a week, five services of which one is
compared with the other four around the tenth week; 400 accounts a row, the same for both units.

*Simulated accounts*, 400 of them: 21 weeks with 4,000 incidents and the bottlenecks that the
simulated account has. Their structure, people, incidents and log are simulated; only database and
collection are left out. The ledger finds as it does in the application, in the first 13 weeks. All
that it finds is taken to be done on their last day; nothing is changed. A finding is found because
it stood out, so this is also where getting better by itself would show. Each kind of finding has a
row of its own too.

A planted change is made in the cases by which a place is measured, after the day: waits become 1.5
times as long, or as short; the event that is counted becomes so many times as frequent, or as rare.
A share that would grow beyond 95 % only falls.

Promises: without a change *helped* in at most 7 % of what is judged; the planted change lies in
its interval in at least 92 % of those that have one (`planted` is their number). A row is missed if
the 95 % interval of the measured share lies beyond the promise; in the simulated accounts, whole
accounts are drawn for it, because findings of one account belong together.

`python -m benchmarks.bench_did_it_help --jobs 2` uses two processes, with the same results.
`--accounts 50 --simulated 10` takes fewer.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from benchmarks.helped_or_not import HELD, MOST, Pair, Row, told
from benchmarks.simulated_account import account as lived
from benchmarks.storms import START, STORMS, UNCHANGED, account
from corvana import frames
from corvana.analysis import storms
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.analysis.assessment import did_it_help
from corvana.analysis.assessment.did_it_help import Outcome, Verdict
from corvana.analysis.findings import ledger
from corvana.analysis.findings.kind import Cases, Finding
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.analysis.statistics.weekly_cases import Around
from corvana.sandbox.play.build import build_world

ACCOUNTS: Final = 400
SEED: Final = 20_261_130
TIMES: Final = 1.5
WEEKS: Final = 17
SINCE: Final = 9
A_WEEK: Final = 100
SERVICES: Final = 5
PLACE: Final = "S00"
END: Final = datetime(2026, 11, 20, tzinfo=UTC)
LIVED_WEEKS: Final = 21
AFTER_WEEKS: Final = 8
FIRST_SEED: Final = 2_001
_DAY: Final = pd.Timedelta(days=1)
_WEEK: Final = pd.Timedelta(days=7)
MOST_OF_ALL: Final = 0.95
"""No share is planted above this one."""

Unit = Literal["seconds", "share"]
_TOLD_EVERY: Final = 20
_SIMULATED: Final = "simulated account"

Map = Callable[[Callable[[int], Any], Iterable[int]], Iterable[Any]]
"""`map`, or one that uses several processes."""

WORLDS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        **UNCHANGED,
        "some storms": {"storms": STORMS["some"]},
        "many storms": {"storms": STORMS["many"]},
    }
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="of each world")
    parser.add_argument("--simulated", type=int, default=ACCOUNTS, help="simulated accounts")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    asked = parser.parse_args()
    began, missed = time.perf_counter(), 0
    print(f"{asked.accounts} accounts of each world, {asked.simulated} simulated accounts")
    print(
        f"{'':44s}without a change: {' ' * 43}planted\n{'world':42s}{'judged':>8s}"
        + "".join(f"{word:>12s}" for word in get_args(Verdict))
        + f"{'planted':>9s}{'held':>9s}{'helped':>9s}"
    )
    with mapping(asked.jobs) as several:
        for row in rows(asked.accounts, asked.simulated, several):
            missed += len(row.missed)
            print(told(row), flush=True)
    print(f"promised: helped ≤ {MOST:.0%} without a change, held ≥ {HELD:.0%}")
    print(f"{missed} missed, {time.perf_counter() - began:.0f} s")


@contextmanager
def mapping(jobs: int) -> Iterator[Map]:
    """A `map` that uses so many processes."""
    gc.freeze()  # what was imported stays, so that looking through it again finds nothing
    if jobs == 1:
        yield map
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield pool.map


def rows(accounts: int, simulated: int, several: Map = map) -> Iterator[Row]:
    """Yield all rows. Every account has random numbers of its own."""
    for world in WORLDS if accounts else ():
        found = list(several(partial(_stormy, world), range(accounts)))
        for unit in get_args(Unit):
            yield Row(f"{world}, {unit}", _only(found, unit))
    found = list(_with_progress(several(_simulated, range(simulated))))
    for kind in KINDS:
        own = Row(f"{_SIMULATED}, {kind.name}", _only(found, kind.name))
        if any(own.found):
            yield own
    if found:
        yield Row(f"{_SIMULATED}, all findings", found)


def _only(found: list[list[Pair]], of: str) -> list[list[Pair]]:
    return [[pair for pair in own if pair.of == of] for own in found]


def _with_progress(found: Iterable[list[Pair]]) -> Iterator[list[Pair]]:
    """Yield what is found, and tell at times what has been found so far."""
    so_far: list[list[Pair]] = []
    for own in found:
        so_far.append(own)
        yield own
        if len(so_far) % _TOLD_EVERY == 0:
            print(told(Row(f"{len(so_far)} simulated accounts so far", so_far)), file=sys.stderr)


def _stormy(world: str, number: int) -> list[Pair]:
    """One account of a world of storms, judged in both units."""
    rng = np.random.default_rng((SEED, list(WORLDS).index(world), number))
    made = account(WEEKS, A_WEEK, rng, services=SERVICES, **WORLDS[world])
    return [_around(made, unit, rng) for unit in get_args(Unit)]


def _around(incidents: pd.DataFrame, unit: Unit, rng: np.random.Generator) -> Pair:
    """One service of a world of storms around the tenth week."""
    numbered = storms.numbered(incidents, frames.empty(frames.DEPENDENCIES))
    seconds = incidents["seconds_to_first_ack"]
    cases = pd.DataFrame(
        {
            "at": incidents["created_at"],
            "value": seconds if unit == "seconds" else seconds.gt(300.0).astype("float64"),
            "storm": numbered,
            "place": incidents["service_id"],
        }
    )
    is_own = cases["place"].eq(PLACE)
    date = START + SINCE * _WEEK
    until = START + WEEKS * _WEEK
    around = Around(START, date, date, until)
    known = Cases(cases[is_own], cases[~is_own], until)
    return _pair(known, unit, unit, around, rng)


def _simulated(number: int) -> list[Pair]:
    """Every finding of the first weeks of a simulated account, taken to be done on their last
    day."""
    rng = np.random.default_rng((SEED, len(WORLDS), number))
    known = lived(
        build_world(
            seed=FIRST_SEED + number, end=END, days=7 * LIVED_WEEKS, incidents=4_000, planted=True
        )
    )
    done = pd.Timestamp(END) - AFTER_WEEKS * _WEEK - _DAY
    early = narrow(known, Filters(known.since, done))
    findings = [
        Finding.of(pd.Series(row, dtype="object"))
        for row in ledger.findings(early, KINDS).to_dict("records")
    ]
    touched = did_it_help.touched_places(known, {each.subject_id for each in findings})
    return [_of_finding(known, each, done, touched, rng) for each in findings]


def _of_finding(
    known: Account,
    finding: Finding,
    done: pd.Timestamp,
    touched: frozenset[str],
    rng: np.random.Generator,
) -> Pair:
    measure = kind_of(finding.kind).measure
    cases = measure.cases(known, finding, done)
    around = Around(known.start, done, done + _DAY, cases.until)
    return _pair(cases, finding.kind, measure.unit, around, rng, touched)


def _pair(
    cases: Cases,
    of: str,
    unit: Unit,
    around: Around,
    rng: np.random.Generator,
    touched: frozenset[str] = frozenset(),
) -> Pair:
    def judged(own: pd.DataFrame) -> Outcome:
        changed = cases._replace(own=own)
        day = pd.Timestamp(around.before).date()
        return did_it_help.judged(changed, unit, around, day, touched)

    planted = [
        (judged(own), truth)
        for times in (TIMES, 1 / TIMES)
        for own, truth in _planted(cases.own, unit, around.before, times, rng)
    ]
    return Pair(of, judged(cases.own), planted)


def _planted(
    own: pd.DataFrame, unit: Unit, date: datetime, times: float, rng: np.random.Generator
) -> Iterator[tuple[pd.DataFrame, float]]:
    """Yield the cases with times or events that are so many times as long or as frequent after the
    date, and the true change; nothing where a share cannot grow so much."""
    value, is_after = own["value"], own["at"].ge(date)
    if unit == "seconds":
        yield own.assign(value=value.where(~is_after, value * times)), times
        return
    level = value.mean()
    if level == 0 or level * times > MOST_OF_ALL:
        return
    drawn = rng.random(len(own))
    if times > 1:
        changed = value.where(drawn >= level * (times - 1) / (1 - level), 1.0)
    else:
        changed = value.where(drawn < times, 0.0)
    yield own.assign(value=value.where(~is_after, changed)), float(level * (times - 1))


if __name__ == "__main__":
    main()
