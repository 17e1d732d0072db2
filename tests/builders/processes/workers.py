"""Workers in trouble, as processes of their own."""

import time

from corvana import worker
from corvana.collectors import incidents
from corvana.config import load_settings
from corvana.store import heartbeats

HANGING = "hanging"


def worker_that_can_never_attend() -> None:
    """Its patience is a second instead of thirty."""
    vars(worker)["SILENT_AT_MOST"] = 1.0
    vars(heartbeats)["beat"] = _out_of_order
    worker.run()


def worker_whose_runs_hang() -> None:
    """A thread of a run is at work for much longer than a stop may take; a file says when."""
    vars(incidents)["store"] = _hang
    worker.run()


def _out_of_order(*_: object) -> None:
    raise RuntimeError


def _hang(*_: object) -> None:
    (load_settings().data_dir / HANGING).touch()
    time.sleep(600)
