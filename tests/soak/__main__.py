"""`python -m tests.soak --runs 200`: runs one after the other on every core, by seed."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from time import monotonic

from tests.soak.run import Outcome, attempt


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    began, outcomes = monotonic(), []
    seeds = range(given.seed, given.seed + given.runs)
    with ProcessPoolExecutor(given.processes, get_context("spawn")) as pool:
        for future in as_completed([pool.submit(attempt, seed) for seed in seeds]):
            outcomes.append(future.result())
            say(told(outcomes[-1]))
    say(summary(outcomes, monotonic() - began))
    return 1 if any(each.problem for each in outcomes) else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def told(outcome: Outcome) -> str:
    ended_well = f"{outcome.missing} missing, and says so" if outcome.incomplete else "ok"
    verdict = "FAILED" if outcome.problem else ended_well
    line = f"seed {outcome.seed:5}  {outcome.seconds:5.1f} s  {verdict}"
    line += f"  {' + '.join(outcome.troubles)}: {_counted(outcome.ended)}"
    return f"{line}\n{outcome.problem}" if outcome.problem else line


def summary(outcomes: list[Outcome], seconds: float) -> str:
    kinds = Counter(name for outcome in outcomes for name in outcome.troubles)
    ended: Counter[str] = sum((Counter(each.ended) for each in outcomes), Counter())
    failed = sorted(outcome.seed for outcome in outcomes if outcome.problem)
    incomplete = sum(outcome.incomplete for outcome in outcomes)
    how = f"{len(failed)} failed, {incomplete} incomplete and said so"
    lines = [
        f"{len(outcomes)} runs in {seconds:.0f} s: {how}",
        f"troubles: {_counted(kinds)}",
        f"collections: {_counted(ended)}",
    ]
    lines += [f"repeat with --runs 1 --seed {seed}" for seed in failed]
    return "\n".join(lines)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
