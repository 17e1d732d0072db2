"""Rows of every table."""

from corvana.store import purge
from tests.conftest import Connected


def rows_left(connected: Connected) -> int:
    return sum(purge.counts(connected.engine, connected.id).values())
