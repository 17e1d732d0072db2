"""Thirty viewers of two engagements click at random at the same time, for two minutes.

Promises on two processors: there is no error, no viewer sees data of the other engagement, and the
median rerun takes at most three times as long as with one viewer. A viewer speaks Streamlit's
websocket protocol and draws nothing, so only the server is measured. A rerun lasts from the click
until the page's script has finished. Between clicks a viewer waits for 2 to 10 s; with `--hurry`
for 0.5 to 3 s.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from benchmarks.served import Served, busy, serve, simulated
from benchmarks.stored_account import store_engagement
from benchmarks.viewers import THINKING_SECONDS, Viewer

NAMES = ("North", "South")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=20_000, help="in each of two accounts")
    parser.add_argument("--viewers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--hurry", action="store_true", help="hardly any pause between clicks")
    arguments = parser.parse_args()
    pauses = (0.5, 3.0) if arguments.hurry else THINKING_SECONDS
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as served:
        ids = [
            store_engagement(served.app.data_dir, name, simulated(seed, arguments.incidents))
            for seed, name in enumerate(NAMES, start=1)
        ]
        print(f"{busy()}; two accounts of {arguments.incidents:,} incidents")
        print(f"{'viewers':>8}{'reruns':>8}{'median':>9}{'95 %':>9}{'errors':>8}{'elsewhere':>11}")
        # The first pass fills the shared caches, so that the single viewer has no disadvantage.
        look_around(served, ids, len(NAMES), arguments.seconds / 4, pauses)
        alone = report(look_around(served, ids, 1, arguments.seconds, pauses))
        together = report(look_around(served, ids, arguments.viewers, arguments.seconds, pauses))
        print(f"{together / alone:.2f} times one viewer's; {served.megabytes('VmRSS'):,.0f} MB")
        print(busy())


def look_around(
    served: Served, ids: Sequence[str], viewers: int, seconds: float, pauses: Sequence[float]
) -> list[Viewer]:
    """Let the viewers click for the given seconds; the engagements take turns."""
    everybody = [Viewer(served.app.url, ids[n % len(ids)], n, NAMES) for n in range(viewers)]

    async def together() -> None:
        await asyncio.gather(*(viewer.look_around(seconds, pauses) for viewer in everybody))

    asyncio.run(together())
    return everybody


def report(viewers: Sequence[Viewer]) -> float:
    """Print a row and return the median rerun in seconds."""
    reruns = [each for viewer in viewers for each in viewer.reruns]
    errors = [error for viewer in viewers for error in viewer.errors]
    elsewhere = sum(bool(viewer.seen - {NAMES[n % len(NAMES)]}) for n, viewer in enumerate(viewers))
    print(
        f"{len(viewers):>8}{len(reruns):>8}{median(reruns):>7.2f} s"
        f"{quantiles(reruns, n=20)[-1]:>7.2f} s{len(errors):>8}{elsewhere:>11}"
    )
    for error in sorted(set(errors)):
        print(f"  {error}")
    return median(reruns)


if __name__ == "__main__":
    main()
