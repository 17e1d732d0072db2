"""What it costs to freeze a million incidents, and to compare them with what came after.

Usage: python -m benchmarks.bench_baselines

Freezing is measured with hard links and, as on a disk without them, with copies.
"""

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from benchmarks.million import large_account
from benchmarks.stored_account import VERSION, write_account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.analysis.assessment.changed.measures import measures
from corvana.versions import baselines, conclusions

_CONNECTION = "c"
_AFTER = timedelta(weeks=6)


def main() -> None:
    """Print seconds and bytes."""
    account = large_account()
    with tempfile.TemporaryDirectory() as folder:
        _without_conclusions()
        write_account(Path(folder), _CONNECTION, "Large", account)
        _freeze(Path(folder), "links")
        with patch.object(os, "link", _no_links):
            _freeze(Path(folder), "copies")
    middle = account.as_of - _AFTER
    began = perf_counter()
    before, after = (
        narrow(account, Filters(*span))
        for span in ((account.since, middle), (middle, account.as_of))
    )
    found = measures(before, after, account)
    told = ", ".join(f"{each.name} {each.verdict}" for each in found)
    print(f"{len(found)} measures of {len(account.incidents):,} incidents: ", end="")
    print(f"{perf_counter() - began:.1f} s ({told})")


def _freeze(folder: Path, how: str) -> None:
    began = perf_counter()
    baselines.freeze(folder, _CONNECTION, VERSION, how)
    seconds = perf_counter() - began
    every, own = baselines.disk(folder, _CONNECTION, how)
    print(f"frozen with {how}: {seconds * 1_000:.0f} ms, {every / 1e6:.0f} MB, ", end="")
    print(f"{own / 1e6:.3f} MB of them its own")


def _without_conclusions() -> None:
    """Findings take most of a minute and a few kilobytes."""
    vars(conclusions)["CONCLUSIONS"].clear()


def _no_links(*_: object) -> None:
    raise OSError(95, "no links here")


if __name__ == "__main__":
    main()
