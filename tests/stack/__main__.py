"""`python -m tests.stack`: the whole stack on this computer, until Ctrl-C."""

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import Final

from tests.stack.identity import PEOPLE
from tests.stack.nodes import faketime
from tests.stack.programs import Missing, NotStarted
from tests.stack.running import Stack, stack

_LOOKS_EVERY: Final = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="stack", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".data/stack"))
    parser.add_argument("--web", type=int, default=2, help="web processes")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--incidents", type=int, default=1500, help="of the simulated account")
    parser.add_argument("--accounts", type=int, default=0, help="connect so many engagements")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    say("Starting; the first time takes about half a minute.")
    try:
        with stack(
            given.folder, web=given.web, workers=given.workers, incidents=given.incidents
        ) as running:
            running.connect(given.accounts)
            say(told(running))
            tell_what_ends(running)
    except KeyboardInterrupt:
        say("Ended. The data stays in the folder; the next start goes on with it.")
    except (Missing, NotStarted) as error:
        say(str(error))
        return 1
    return 0


def told(running: Stack) -> str:
    """What somebody needs to know to use it."""
    parts = "\n".join(f"  {part.pid:>7}  {part.name:32} {part.log}" for part in running.parts)
    people = "\n".join(
        f"  {each.email:18} {each.role}{', administrator' if each.is_administrator else ''}"
        for each in PEOPLE
    )
    web = "  ".join(f"{node.url}/readyz" for node in running.web)
    return f"""
Corvana is on {running.url} (certificate: {running.proxy.address.certificate.authority})

Sign in as one of these; the provider asks for no password:
{people}
On Integrations, "Connect PagerDuty" leads to the simulated account.

Processes and their logs:
{parts}

PostgreSQL   {running.database.url}
Object store http://127.0.0.1:{running.store.port}, bucket {running.store.bucket.name}
Health       {web}
Other clocks {"can be tried" if faketime() else "cannot be tried: make faketime"}

Ctrl-C ends everything. The data is in {running.place.folder}.
"""


def tell_what_ends(running: Stack) -> None:
    """Wait for Ctrl-C. Say when a process has ended; it is not started again."""
    gone: set[str] = set()
    while True:
        for part in running.parts:
            if not part.is_running and part.name not in gone:
                gone.add(part.name)
                say(f"{part.name} has ended. It said:\n{part.program.last_lines(5)}")
        time.sleep(_LOOKS_EVERY)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
