"""Draw the conclusions from a data version. The worker computes them; pages only read them."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from corvana.assessment.settings import DEFAULT_BASIS, Basis
from corvana.snapshot_folder import Folder
from corvana.versions.files import count_rows
from corvana.versions.own_process import alone

Analyse = Callable[[Folder, str, int, Basis], dict[str, pd.DataFrame]]
"""A function like `analyse`: from folder, connection id, version and what the findings shall rest
on to the conclusions."""

_WORTH_A_PROCESS: Final = 20_000
"""From this many incidents on, the analysis needs more memory than a worker should keep."""


def analyse(
    folder: Folder, connection_id: str, version: int, basis: Basis = DEFAULT_BASIS
) -> dict[str, pd.DataFrame]:
    """Return `conclusions.CONCLUSIONS` of a version, by name. They rest on `basis`.

    Raises
    ------
    VersionMissing
        The version was replaced or deleted in the meantime.
    concurrent.futures.process.BrokenProcessPool, MemoryError
        There is not enough memory.
    """
    incidents = count_rows(folder, connection_id, version, "incidents")
    if incidents < _WORTH_A_PROCESS:
        return _conclude(folder, connection_id, version, basis)
    return alone(_conclude, folder, connection_id, version, basis)


def _conclude(
    folder: Folder, connection_id: str, version: int, basis: Basis
) -> dict[str, pd.DataFrame]:
    # Its libraries take 60 MB. A worker that uses a separate process never loads them.
    from corvana.versions.conclusions import conclude  # noqa: PLC0415

    return conclude(folder, connection_id, version, basis)
