"""Analysing data anew that is there, because an assessor changed what findings rest on.

PagerDuty is not asked. So it also happens for an account of which nothing can be collected: one
that is disconnected, that PagerDuty refuses, or whose engagement is closed.
"""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from corvana import trace
from corvana.collectors.context import Lease
from corvana.config import Settings, load_settings
from corvana.errors import Interrupted, LeaseLost, SnapshotsAway, is_disk_full
from corvana.held import held
from corvana.jobs.full_disk import full_disk
from corvana.jobs.live_runs import LiveAnalysis, live_runs
from corvana.runs.prepare import prepare_for_pages
from corvana.store import clock, connections, turns
from corvana.store.engine import open_database
from corvana.store.written import settings as written
from corvana.versions.publish import publish_analysis

_LEASE_EVERY_SECONDS: Final = 5.0
_log = structlog.get_logger()


def analyse_next() -> bool:
    """Analyse the data of the connection that has waited longest; False when none waits."""
    settings, holder = load_settings(), uuid4().hex
    engine = open_database(settings.database_url)
    started_at = clock.now(engine)
    connection_id = turns.take_analysis(engine, holder, started_at)
    if connection_id is None:
        return False
    held.note(connection_id)
    finished: datetime | None = None
    try:
        with trace.run(uuid4().hex):
            asyncio.run(_analyse(settings, Lease(connection_id, holder, engine), started_at))
        finished = started_at
    except (LeaseLost, Interrupted):
        pass
    except SnapshotsAway:
        _log.warning("store of data versions away", connection=connection_id)
        return False
    except Exception as error:
        if not is_disk_full(error):
            # What fails once would fail again; the findings stay as they are, and pages say on
            # which settings they rest.
            finished = started_at
            raise
        _log.warning("disk full", connection=connection_id, error=type(error).__name__)
        full_disk.note()
    finally:
        try:
            turns.release_analysis(engine, connection_id, holder, finished=finished)
        finally:
            live_runs.remove(holder)
    return True


async def _analyse(settings: Settings, lease: Lease, started_at: datetime) -> None:
    """Make findings and scorecard, then the usual results. The lease is renewed meanwhile.

    Raises
    ------
    LeaseLost
        Another worker took over, or the connection is being deleted.
    Interrupted
        The task was cancelled: this worker is being stopped.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - for mypy: this is a coroutine
    live_runs.add(
        LiveAnalysis(
            lease.engine,
            lease.connection_id,
            lease.holder,
            started_at,
            asyncio.get_running_loop(),
            task,
        )
    )
    work = asyncio.create_task(_work(settings, lease))
    renewing = asyncio.create_task(_renew(lease, work))
    try:
        await work
    except asyncio.CancelledError:
        if task.cancelling():
            raise Interrupted("the worker is being stopped") from None
        raise LeaseLost("the lease was lost while analysing") from None
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _work(settings: Settings, lease: Lease) -> None:
    version = await asyncio.to_thread(publish_analysis, lease, settings.versions)
    digest = await asyncio.to_thread(_digest, lease.engine, lease.connection_id)
    await prepare_for_pages(lease.engine, settings.versions, lease.connection_id, version, digest)


def _digest(engine: Engine, connection_id: str) -> str:
    engagement_id = connections.get(engine, connection_id).engagement_id
    return written.of(engine, engagement_id).digest


async def _renew(lease: Lease, work: "asyncio.Task[None]") -> None:
    """Renew the lease, and cancel the work once it is lost.

    While the database is busy or away, nothing is renewed. The next write detects an expired lease.
    """
    while True:
        await asyncio.sleep(_LEASE_EVERY_SECONDS)
        with suppress(SQLAlchemyError):
            if not await asyncio.to_thread(_is_renewed, lease):
                work.cancel()
                return


def _is_renewed(lease: Lease) -> bool:
    now = clock.now(lease.engine)
    return turns.renew_analysis(lease.engine, lease.connection_id, lease.holder, now)
