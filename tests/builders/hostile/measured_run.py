"""One run in a process of its own, and how much memory it needed."""

import resource
from functools import partial
from pathlib import Path

from corvana import jobs
from tests.builders.conclusions import conclude_nothing
from tests.builders.processes.forked import running
from tests.conftest import Connected


def run_alone(connected: Connected, environment: dict[str, str], note: Path) -> float:
    """Collect as the worker does; return the most memory the process had, in megabytes."""
    with running(partial(_collect, connected.id, note), environment) as process:
        process.join(timeout=300)
        assert process.exitcode == 0
    return float(note.read_text())


def _collect(connection_id: str, note: Path) -> None:
    try:
        jobs.collect_connection(connection_id, analyse=conclude_nothing)
    finally:
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        note.write_text(str(kilobytes / 1_000))
