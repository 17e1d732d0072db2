"""How fast the simulated account is built, and how fast lifecycles are built from its log.

Promise: 100,000 incidents in under a minute.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from corvana.sandbox.play.build import build_world

T = TypeVar("T")
END = datetime(2026, 11, 20, tzinfo=UTC)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    print(f"{'incidents':>10} {'log entries':>12} {'seconds':>8} {'incidents/s':>12}")
    for incidents, days in ((6_000, 120), (100_000, 365)):
        seconds, world = timed(
            partial(build_world, seed=7, end=END, days=days, incidents=incidents)
        )
        entries = sum(len(incident.log_entries) for incident in world.incidents)
        rate = len(world.incidents) / seconds
        print(f"{len(world.incidents):>10,} {entries:>12,} {seconds:>8.1f} {rate:>12,.0f}")


if __name__ == "__main__":
    main()
