"""From stored rows to lifecycles: a month at a time, in pieces that fit in memory.

Many incidents are rebuilt by processes of their own, which use every core and hold nothing up.
"""

import multiprocessing
import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import pairwise
from multiprocessing.connection import wait
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection, Engine

from corvana.analysis.lifecycle import build_lifecycle
from corvana.collectors.windows import Window
from corvana.memory import economise, give_back
from corvana.snapshot import Part
from corvana.store import queries
from corvana.store.engine import open_database

_AT_ONCE_BESIDE: Final = 4_000
_AT_ONCE_ALONE: Final = 10_000
_WORTH_PROCESSES: Final = 150_000
_PROCESSES: Final = 2


class Month(NamedTuple):
    """Incidents created in `span` become the file `part`, as things stood at `as_of`."""

    connection_id: str
    span: Window
    as_of: datetime
    part: Part


def rebuild(engine: Engine, months: Mapping[str, Month]) -> dict[str, str]:
    """Write the lifecycles of every month; return their file names by month."""
    with engine.connect() as connection:
        incidents = sum(
            queries.count_incidents(connection, month.connection_id, *month.span)
            for month in months.values()
        )
    if incidents < _WORTH_PROCESSES or len(months) < 2:
        return {name: _write(engine, month, _AT_ONCE_BESIDE) for name, month in months.items()}
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(_PROCESSES, multiprocessing.get_context("spawn"), _prepare) as pool:
        written = {name: pool.submit(_write_alone, url, month) for name, month in months.items()}
        return {name: future.result() for name, future in written.items()}


def _write_alone(url: str, month: Month) -> str:
    return _write(open_database(url), month, _AT_ONCE_ALONE)


def _write(engine: Engine, month: Month, at_once: int) -> str:
    with engine.connect() as connection:
        return month.part.write_pieces(lifecycles(connection, month, at_once))


def lifecycles(connection: Connection, month: Month, at_once: int) -> Iterator[pd.DataFrame]:
    """INCIDENTS created in the month's span, oldest first, `at_once` at a time."""
    connection_id, span = month.connection_id, month.span
    rules = queries.rules(connection, connection_id)
    shifts = queries.shifts(connection, connection_id)
    services = queries.services(connection, connection_id)
    edges = queries.every_nth_creation(connection, connection_id, *span, nth=at_once)
    for piece in _pieces(edges, span):
        give_back()
        yield build_lifecycle(
            queries.incident_rows(connection, connection_id, *piece),
            queries.log_entries(connection, connection_id, *piece),
            queries.joined(connection, connection_id, *piece),
            rules,
            shifts,
            services,
            as_of=pd.Timestamp(month.as_of),
        )


def _pieces(edges: list[datetime], span: Window) -> Iterator[Window]:
    inner = sorted({edge for edge in edges if span.since < edge < span.until})
    for since, until in pairwise([span.since, *inner, span.until]):
        yield Window(since, until)


def _prepare() -> None:
    """A worker that is killed takes its processes with it."""
    economise()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
