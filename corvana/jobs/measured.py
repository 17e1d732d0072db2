"""Metrics that are read when somebody asks for them: queue, deletions and connections in use.

The database may be away or hang. Then these metrics are left out, except for
`corvana_database_up 0`, and the answer comes nevertheless.
"""

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from platform import python_version
from typing import Final, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from corvana import begun_anew, build
from corvana.config import Settings, load_settings
from corvana.errors import CorvanaError
from corvana.jobs import lateness, wishes
from corvana.metrics import REGISTRY
from corvana.store import clock, purge, turns
from corvana.store.engine import open_database, pools
from corvana.versions.code_digest import BUILDING, code_digest

_WITHIN: Final = 3.0
"""Seconds that the database has to answer. Prometheus waits for ten by default."""


class _State(NamedTuple):
    """What the database tells; ages in seconds, 0 when nothing waits."""

    waiting: int
    oldest_waiting: float
    deletions: int
    oldest_deletion: float


class Measured(Collector):
    """Reads the state of the database, in a thread of its own that nobody waits for too long.

    While a reading hangs no other one is begun: a database that hangs for an hour takes one thread.
    """

    def __init__(self, within: float = _WITHIN) -> None:
        self._within = within
        self._is_reading = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; those of the database only if it answers in time."""
        settings = load_settings()
        yield _build()
        yield _begun_anew()
        yield from _pool()
        state = self._read(settings)
        yield GaugeMetricFamily(
            "corvana_database_up", "Whether the database answers in time.", float(state is not None)
        )
        if state is not None:
            yield from _of(state)

    def _read(self, settings: Settings) -> _State | None:
        if not self._is_reading.acquire(blocking=False):
            return None
        found: list[_State] = []
        reading = threading.Thread(
            target=partial(self._read_into, settings, found), name="metrics", daemon=True
        )
        try:
            reading.start()
        except RuntimeError:  # the computer has no thread for it now
            self._is_reading.release()
            return None
        reading.join(self._within)
        return found[0] if found else None

    def _read_into(self, settings: Settings, found: list[_State]) -> None:
        try:
            found.append(_state(settings))
        except (SQLAlchemyError, OSError, CorvanaError):
            pass  # `corvana_database_up 0` says it
        finally:
            self._is_reading.release()


def register() -> None:
    """Add these metrics to those of this process, once."""
    if _measured not in _registered:
        _registered.append(_measured)
        REGISTRY.register(_measured)


_measured: Final = Measured()
_registered: Final[list[Measured]] = []


def _state(settings: Settings) -> _State:
    engine = open_database(settings.database_url)
    now = clock.now(engine)
    queue = turns.waiting(engine, now)
    pending = {*purge.pending(engine), *wishes.pending(settings.wishes_dir)}
    return _State(
        queue.connections,
        _age(queue.since, now),
        len(pending),
        _age(lateness.oldest_deletion(settings, engine), datetime.now(UTC)),
    )


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _of(state: _State) -> Iterable[Metric]:
    told = {
        "corvana_queue_connections": ("Connections that wait for a run.", state.waiting),
        "corvana_queue_oldest_seconds": (
            "How long the longest waiting of them has waited; 0 when none waits.",
            state.oldest_waiting,
        ),
        "corvana_deletions_pending": ("Disconnects that are not finished.", state.deletions),
        "corvana_deletions_oldest_seconds": (
            "How long the oldest of them has waited; 0 when none waits.",
            state.oldest_deletion,
        ),
    }
    return [GaugeMetricFamily(name, meaning, value) for name, (meaning, value) in told.items()]


def _pool() -> Iterable[Metric]:
    opened = tuple(pools)
    told = {
        "size": (
            "Connections that this process keeps open at most.",
            sum(pool.size() for pool in opened),
        ),
        "checked_out": (
            "Connections that are in use in this process.",
            sum(pool.checkedout() for pool in opened),
        ),
        "overflow": (
            "Connections that are open beyond those that are kept.",
            sum(max(0, pool.overflow()) for pool in opened),
        ),
    }
    return [
        GaugeMetricFamily(f"corvana_database_pool_{name}", meaning, value)
        for name, (meaning, value) in told.items()
    ]


def _build() -> Metric:
    labels = {
        "release": build.release_digest(),
        "revision": build.git_revision(),
        "versions_code": code_digest(*BUILDING)[:12],
        "python": python_version(),
    }
    metric = GaugeMetricFamily(
        "corvana_build_info", "The code of this process; always 1.", labels=tuple(labels)
    )
    metric.add_metric(tuple(labels.values()), 1)
    return metric


def _begun_anew() -> Metric:
    return CounterMetricFamily(
        "corvana_process_begun_anew",
        "How often this process was replaced by a new one since it was started.",
        begun_anew.times(),
    )
