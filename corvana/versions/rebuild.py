"""From stored rows to the frames kept by month, in pieces that fit in memory.

Many incidents are rebuilt in a separate process, so that the worker's other work is not delayed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection, Engine

from corvana.analysis.lifecycle.incident_rows import Rebuilt, rebuild_frames
from corvana.collectors.windows import Window
from corvana.memory import give_back
from corvana.store import queries
from corvana.store.engine import open_database
from corvana.versions.files import PARTITIONED, Part
from corvana.versions.own_process import alone

_AT_ONCE_BESIDE: Final = 4_000
_AT_ONCE_ALONE: Final = 20_000
"""Incidents in a piece. Each piece has a fixed cost of a tenth of a second; a larger piece needs
more memory."""
_WORTH_A_PROCESS: Final = 150_000
"""From this many incidents on, rebuilding in the same process would delay other work."""


class Month(NamedTuple):
    """A month to rebuild: incidents created in `span` go into the files `parts`, as of `as_of`."""

    connection_id: str
    span: Window
    as_of: datetime
    parts: Mapping[str, Part]


def rebuild(engine: Engine, months: Mapping[str, Month]) -> dict[str, dict[str, str]]:
    """Write the frames of every month; return their files: frame name → month → file name."""
    with engine.connect() as connection:
        incidents = sum(
            queries.count_incidents(connection, month.connection_id, *month.span)
            for month in months.values()
        )
    if incidents < _WORTH_A_PROCESS:
        _write(engine, months.values(), _AT_ONCE_BESIDE)
    else:
        url = engine.url.render_as_string(hide_password=False)
        alone(_write_alone, url, list(months.values()))
    return {
        frame: {name: month.parts[frame].file for name, month in months.items()}
        for frame in PARTITIONED
    }


def _write_alone(url: str, months: Iterable[Month]) -> None:
    _write(open_database(url), months, _AT_ONCE_ALONE)


def _write(engine: Engine, months: Iterable[Month], at_once: int) -> None:
    for month in months:
        with ExitStack() as stack, engine.connect() as connection:
            writers = {
                name: stack.enter_context(part.in_pieces()) for name, part in month.parts.items()
            }
            for piece in pieces(connection, month, at_once):
                for name, write in writers.items():
                    write(getattr(piece, name))
                del piece  # free its memory before the next piece is built


def pieces(connection: Connection, month: Month, at_once: int) -> Iterator[Rebuilt]:
    """The frames of the month's incidents, oldest first, `at_once` incidents at a time."""
    connection_id, span = month.connection_id, month.span
    rules = queries.rule_versions(connection, connection_id)
    shifts = queries.shifts(connection, connection_id)
    services = queries.service_versions(connection, connection_id)
    edges = queries.every_nth_creation(connection, connection_id, *span, nth=at_once)
    for window in _windows(edges, span):
        read = (
            queries.incident_rows(connection, connection_id, *window),
            queries.log_entries(connection, connection_id, *window),
            queries.joined(connection, connection_id, *window),
        )
        give_back()
        as_of = pd.Timestamp(month.as_of)
        rebuilt = rebuild_frames(*read, rules, shifts, services, as_of=as_of)
        del read  # free the rows before the next rows are read
        yield rebuilt
        del rebuilt


def _windows(edges: list[datetime], span: Window) -> Iterator[Window]:
    inner = sorted({edge for edge in edges if span.since < edge < span.until})
    for since, until in pairwise([span.since, *inner, span.until]):
        yield Window(since, until)
