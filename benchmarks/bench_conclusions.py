"""What it takes to make findings and scorecard of a million incidents, in a process of its own.

Usage: python -m benchmarks.bench_conclusions

Promise: at most 1 GB resident, with the libraries. The worker starts such a process for each large
account (`corvana.versions.analyse`).
"""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.million import large_account
from benchmarks.resident import peak
from benchmarks.stored_account import VERSION, write_account
from corvana.versions import conclusions
from corvana.versions.own_process import alone

_CONNECTION = "c"


class Needed(NamedTuple):
    """Seconds of a processor, seconds on the clock, and the most megabytes; and what was found."""

    processor: float
    clock: float
    megabytes: float
    findings: int


def main() -> None:
    account = large_account()
    with tempfile.TemporaryDirectory() as folder:
        # Stored without conclusions: the process below makes them.
        vars(conclusions)["CONCLUSIONS"].clear()
        write_account(Path(folder), _CONNECTION, "Large", account)
        needed = alone(concluded, Path(folder))
    print(f"{len(account.incidents):,} incidents: {needed.findings} findings and the scorecard")
    print(f"{needed.processor:.1f} s of a processor, {needed.clock:.1f} s on the clock")
    print(f"{needed.megabytes:,.0f} MB at most   (promise: ≤ 1,000 MB)")


def concluded(folder: Path) -> Needed:
    """Conclude the stored version in this process, and measure it."""
    began = time.process_time(), time.perf_counter()
    found = conclusions.conclude(folder, _CONNECTION, VERSION)
    ended = time.process_time(), time.perf_counter()
    processor, clock = (end - begin for begin, end in zip(began, ended, strict=True))
    return Needed(processor, clock, peak(), len(found["findings"]))


if __name__ == "__main__":
    main()
