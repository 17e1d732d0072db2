"""`/healthz`: the process responds. `/readyz`: database, worker and store do their part, too."""

import asyncio
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corvana import jobs
from corvana.config import Settings, load_settings
from corvana.errors import CorvanaError, SnapshotsAway
from corvana.jobs import lateness
from corvana.store import clock, connections, turns
from corvana.store.engine import open_database

_ANSWER_WITHIN: Final = 5.0


class State(NamedTuple):
    """What the database tells. Times are seconds; None when nothing waits.

    `worker`: a worker attends, whoever started it. `worker_expected`: this server starts one, or
    there is a connection to collect or to delete. `oldest_deletion` includes wishes that are kept
    while the database is away; it is late from 12 hours on, and 24 are promised.
    """

    worker: bool
    worker_expected: bool
    waiting: int
    queue_seconds: float | None
    oldest_deletion_seconds: float | None
    deletion_late: bool


async def healthz(_request: Request) -> Response:
    """The process is alive."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> Response:
    """503 without the database, without an object store that is set, and without a worker where
    one is to be expected."""
    settings = load_settings()
    state, snapshots = await asyncio.gather(_database_state(settings), _reaches_store())
    if state is None:
        oldest = lateness.oldest_wish(settings)
        told = {"oldest_deletion_seconds": _age(oldest), "deletion_late": _is_late(oldest)}
        found = {"status": "unavailable", "database": False, "snapshots": snapshots}
        return JSONResponse({**found, **told}, 503)
    ready = snapshots and (state.worker or not state.worker_expected)
    return JSONResponse(
        {
            "status": "ok" if ready else "unavailable",
            "database": True,
            "snapshots": snapshots,
            **state._asdict(),
        },
        200 if ready else 503,
    )


async def _database_state(settings: Settings) -> State | None:
    """What the database tells; None when it does not answer in time."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return await run_in_threadpool(_state, settings)
    except (SQLAlchemyError, OSError, CorvanaError):  # `TimeoutError` is an `OSError`
        return None


async def _reaches_store() -> bool:
    """Whether the object store of data versions answers in time. A folder always does."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            await run_in_threadpool(jobs.look_at_store)
    except (TimeoutError, SnapshotsAway):
        return False
    return True


def _state(settings: Settings) -> State:
    engine = open_database(settings.database_url)
    now = clock.now(engine)
    queue = turns.waiting(engine, now)
    oldest = lateness.oldest_deletion(settings, engine)
    return State(
        worker=connections.worker_alive(engine, now),
        worker_expected=settings.start_worker or connections.exist(engine),
        waiting=queue.connections,
        queue_seconds=_age(queue.since, now),
        oldest_deletion_seconds=_age(oldest),
        deletion_late=_is_late(oldest),
    )


def _is_late(since: datetime | None) -> bool:
    return since is not None and lateness.is_late(datetime.now(UTC) - since)


def _age(since: datetime | None, now: datetime | None = None) -> float | None:
    if since is None:
        return None
    return max(0.0, round(((now or datetime.now(UTC)) - since).total_seconds(), 1))


routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
