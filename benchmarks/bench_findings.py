"""Does the findings ledger find the planted bottlenecks, and nothing else?

Four groups of 30 simulated accounts, seeds 1 to 30: with planted bottlenecks, without bottlenecks,
without bottlenecks but with decoys (`decoys.py`), and accounts in which everything pages for
nothing. Promises: ≥ 90 % of the planted bottlenecks are found; ≤ 10 % of the findings are false; an
account without bottlenecks has ≤ 1 finding; no decoy becomes a finding; noise that is everywhere is
found.

False findings are counted in two ways. Strict: no bottleneck of this kind was planted at this
subject. Explained: in addition, the subject is no direct neighbour of a planted bottleneck (the
policy of its service, a service on its policy, a schedule or responder in it), because neighbours
feel a bottleneck too. The share of all subjects that are neighbours is printed too.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache, partial
from random import Random
from typing import Final, Literal, NamedTuple, get_args

from benchmarks.decoys import with_decoys
from benchmarks.ground_truth import bottlenecks, key, subjects, touched
from benchmarks.simulated_account import account
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.ledger import findings
from corvana.analysis.findings.registry import KINDS
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World

END: Final = datetime(2026, 11, 20, tzinfo=UTC)
SEEDS: Final = 30
PROCESSES: Final = 2

Sort = Literal["planted", "unplanted", "decoys", "noise"]


class Found(NamedTuple):
    """One finding: at a planted bottleneck, beside a bottleneck, on a decoy, or none of these."""

    kind: str
    is_planted: bool
    is_explained: bool
    is_decoy: bool


class Outcome(NamedTuple):
    """One account: the kinds of its planted and of its missed bottlenecks; its findings in order;
    the share of all subjects that are beside a planted bottleneck."""

    planted: tuple[str, ...]
    missed: tuple[str, ...]
    ledger: tuple[Found, ...]
    touched: float

    @property
    def top(self) -> float:
        """Share of the first k findings that were planted; k bottlenecks were planted."""
        first = self.ledger[: len(self.planted)]
        return sum(found.is_planted for found in first) / len(self.planted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    seeds = range(1, parser.parse_args().seeds + 1)
    with ProcessPoolExecutor(PROCESSES) as pool:
        planted, unplanted, decoys, noise = (
            list(pool.map(partial(outcome, sort), seeds)) for sort in get_args(Sort)
        )
    print(f"{len(KINDS)} kinds, {len(seeds)} seeds")
    report_planted(planted, "with bottlenecks planted")
    report_unplanted(unplanted)
    report_decoys(decoys)
    report_planted(noise, "in which everything pages for nothing")


@lru_cache(maxsize=2)
def lived(seed: int, *, planted: bool, noise: bool) -> tuple[World, Account]:
    """The simulated world, and its account for the analysis."""
    world = build_world(seed=seed, end=END, planted=planted, noise=noise)
    return world, account(world)


def outcome(sort: Sort, seed: int) -> Outcome:
    """The result of the findings ledger for one simulated account."""
    world, examined = lived(seed, planted=sort == "planted", noise=sort == "noise")
    decoys = frozenset[str]()
    if sort == "decoys":
        examined, decoys = with_decoys(examined, Random(f"{seed}/decoys"))
    ledger = findings(examined, KINDS)
    there = bottlenecks(world)
    true = frozenset().union(*(each.keys for each in there))
    beside = touched(world)
    rows = list(zip(ledger["kind"], ledger["subject_id"], ledger["detail"], strict=True))
    seen = {key(*row) for row in rows}
    return Outcome(
        tuple(each.kind for each in there),
        tuple(each.kind for each in there if not each.keys & seen),
        tuple(
            Found(row[0], key(*row) in true, row[1] in beside, not decoys.isdisjoint(row[1:]))
            for row in rows
        ),
        len(beside) / len(subjects(world)),
    )


def report_planted(outcomes: Sequence[Outcome], which: str) -> None:
    planted = Counter(kind for each in outcomes for kind in each.planted)
    missed = Counter(kind for each in outcomes for kind in each.missed)
    ledger = [found for each in outcomes for found in each.ledger]
    every = Counter(found.kind for found in ledger)
    false = Counter(found.kind for found in ledger if not found.is_planted)
    alien = Counter(
        found.kind for found in ledger if not found.is_planted and not found.is_explained
    )
    print(f"\n{len(outcomes)} accounts {which}")
    print(f"{'kind':<28}{'planted':>9}{'found':>7}{'findings':>10}{'false':>7}{'unexplained':>13}")
    for kind in sorted({*planted, *every}):
        print(
            f"{kind:<28}{planted[kind]:>9}{planted[kind] - missed[kind]:>7}"
            f"{every[kind]:>10}{false[kind]:>7}{alien[kind]:>13}"
        )
    total = max(len(ledger), 1)
    print(f"found of what was planted          {recall(outcomes):>6.1%}   (promise: ≥ 90 %)")
    print(f"false of what is found, strict     {false_share(outcomes):>6.1%}   (promise: ≤ 10 %)")
    print(f"false of what is found, explained  {alien.total() / total:>6.1%}", end="   ")
    print(f"({_mean([each.touched for each in outcomes]):.0%} of all subjects stand beside)")
    print(f"planted, of the first k            {_mean([each.top for each in outcomes]):>6.1%}")
    print(f"findings an account                {per_account(outcomes):>6.1f}")


def report_unplanted(outcomes: Sequence[Outcome]) -> None:
    kinds = Counter(found.kind for each in outcomes for found in each.ledger)
    print(f"\n{len(outcomes)} accounts with nothing planted")
    print(f"findings an account                {per_account(outcomes):>6.2f}   (promise: ≤ 1)")
    for kind, n in kinds.most_common():
        print(f"  {kind:<28}{n:>4}")


def report_decoys(outcomes: Sequence[Outcome]) -> None:
    kinds = Counter(found.kind for each in outcomes for found in each.ledger if found.is_decoy)
    print(f"\n{len(outcomes)} accounts with nothing planted but decoys")
    print(f"findings on decoys                 {kinds.total():>6}   (promise: 0)")
    for kind, n in kinds.most_common():
        print(f"  {kind:<28}{n:>4}")


def recall(outcomes: Sequence[Outcome]) -> float:
    """Share of the planted bottlenecks that were found."""
    planted = sum(len(each.planted) for each in outcomes)
    return 1 - sum(len(each.missed) for each in outcomes) / planted


def false_share(outcomes: Sequence[Outcome]) -> float:
    """Share of all findings that were not planted; 0 when there are none."""
    ledger = [found for each in outcomes for found in each.ledger]
    return sum(not found.is_planted for found in ledger) / max(len(ledger), 1)


def per_account(outcomes: Sequence[Outcome]) -> float:
    """Findings per account."""
    return _mean([len(each.ledger) for each in outcomes])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
