"""One run over one connection: its row in the store, its heartbeat and its end."""

import asyncio
import contextlib
import itertools
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from corvana import trace
from corvana.collectors import incidents
from corvana.collectors.context import Context
from corvana.collectors.windows import finished
from corvana.errors import Interrupted, LeaseLost, TimedOut, name_of
from corvana.runs.progress import Progress
from corvana.runs.rate_limit import used
from corvana.runs.work import Clock, Work
from corvana.snapshot_folder import Folder
from corvana.store import connections, odd_shapes, runs
from corvana.versions.analyse import Analyse, analyse
from corvana.versions.publish import months

_HEARTBEAT_SECONDS: Final = 1.0
_LEASE_EVERY: Final = 5
_LONGEST: Final = timedelta(hours=12)
"""Of a run. Finished windows stay stored, so the next run goes on where this one was ended."""

_log = structlog.get_logger()


class SharedClocks(NamedTuple):
    """Clocks that do not depend on one worker's computer.

    `lease`: by which leases are renewed. `run`: when runs began and ended, by the account's time.
    """

    lease: Clock
    run: Clock


async def collect(
    context: Context,
    *,
    backfill: timedelta,
    folder: Folder,
    trigger: str,
    clock: Clock,
    shared_clocks: SharedClocks | None = None,
    analyse: Analyse = analyse,
) -> None:
    """Collect the connection's data from `backfill` ago until now.

    `analyse` draws the conclusions from the data once the data is published. Leases and the times
    of runs are by `shared_clocks`, which all workers have to share; by default both are `clock`.

    Raises
    ------
    PagerDutyError
        PagerDuty refused, did not respond or was slow for hours. Every window finished before
        stays stored.
    LeaseLost
        Another worker took over, or the connection is being deleted.
    Interrupted
        The task was cancelled: this worker is being stopped.
    """
    engine, progress = context.engine, Progress()
    lease_clock, run_clock = shared_clocks or SharedClocks(clock, clock)
    unpublished = _unpublished(context)
    run_id = runs.begin(
        engine, context.connection_id, trigger=trigger, now=run_clock(), run_id=trace.run_id()
    )
    trace.continue_run(run_id)
    work = asyncio.create_task(
        Work(context, run_id, progress, backfill, folder, clock, analyse).do(unpublished)
    )
    watch = asyncio.create_task(_watch(context, run_id, progress, lease_clock, work))
    try:
        async with asyncio.timeout(_LONGEST.total_seconds()):
            await work
    except TimeoutError:
        runs.end(engine, run_id, status="failed", now=run_clock(), error=TimedOut.__name__)
        raise TimedOut("a run took too long") from None
    except asyncio.CancelledError:
        runs.end(engine, run_id, status="interrupted", now=run_clock())
        if _is_cancelled():
            raise Interrupted("the worker is being stopped") from None
        raise LeaseLost("the lease was lost while collecting") from None
    except Exception as error:
        runs.end(engine, run_id, status="failed", now=run_clock(), error=name_of(error))
        raise
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        _report(context, run_id, progress, lease_clock())
        _note_oddities(context)
    runs.end(engine, run_id, status="finished", now=run_clock())


def _is_cancelled() -> bool:
    """Whether the present task was cancelled, and not only the work it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _unpublished(context: Context) -> set[str]:
    """Months in which an unfinished run may have stored rows without publishing them."""
    last = connections.latest_run(context.engine, context.connection_id)
    if last is None or last.status == "finished":
        return set()
    with Session(context.engine) as session:
        return months(finished(session, context.connection_id, incidents.NOUN.name))


async def _watch(
    context: Context, run_id: str, progress: Progress, clock: Clock, work: "asyncio.Task[None]"
) -> None:
    """Report every second, renew the lease, and cancel the work when the lease is lost."""
    for beat in itertools.count():
        renews = beat % _LEASE_EVERY == 0
        if not await asyncio.to_thread(_beat, context, run_id, progress, clock, renews=renews):
            _log.warning("lease lost", connection=context.connection_id)
            work.cancel()
            return
        await asyncio.sleep(_HEARTBEAT_SECONDS)


def _beat(context: Context, run_id: str, progress: Progress, clock: Clock, *, renews: bool) -> bool:
    """Report, and renew the lease if `renews`. False when another worker holds the lease.

    When the database is busy or away, this beat is skipped. The next write detects an expired
    lease.
    """
    try:
        now = clock()
        _report(context, run_id, progress, now)
        return not renews or connections.acquire(
            context.engine, context.connection_id, context.holder, now
        )
    except SQLAlchemyError as error:
        _log.warning("heartbeat missed", error=type(error).__name__)
        return True


def _report(context: Context, run_id: str, progress: Progress, now: datetime) -> None:
    client = context.client
    runs.advance(
        context.engine,
        run_id,
        requests=client.requests,
        odd_parts=client.dropped_parts,
        **used(client.spent, now),
        **progress.values(),
    )


def _note_oddities(context: Context) -> None:
    """Store the shapes of what did not fit, unless the connection is deleted meanwhile."""
    with contextlib.suppress(LeaseLost), context.transaction() as session:
        odd_shapes.add(session, context.connection_id, context.client.oddities)
