"""One run over one connection: configuration, then window after window, newest first."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from sqlmodel import Session

from corvana.collectors import (
    escalation_policies,
    incidents,
    log_entries,
    schedules,
    services,
    teams,
    users,
)
from corvana.collectors.context import Context
from corvana.collectors.publish import months, publish
from corvana.collectors.windows import FIRST_WINDOW, SHIFTS_WINDOW, WINDOW, Window, finished, plan
from corvana.errors import LeaseLost
from corvana.store import connections, runs

SETTLED: Final = timedelta(seconds=60)
"""`until` lies this far back, so that nothing shifts under the pages being read."""

_HEARTBEAT_SECONDS: Final = 1.0
_LEASE_EVERY: Final = 5
Clock = Callable[[], datetime]
_log = structlog.get_logger()


class Step(NamedTuple):
    """One window of one noun. Data becomes visible after each `log_entries` step."""

    noun: str
    window: Window
    incremental: bool


@dataclass(slots=True)
class Progress:
    """What the card shows while a run goes on."""

    steps: int = 0
    done: int = 0
    rows: int = 0
    unreadable: int = 0
    activity: str = "Reading services, policies and teams"
    touched: set[str] = field(default_factory=set)

    def count(self, rows: int, unreadable: int) -> None:
        self.rows += rows
        self.unreadable += unreadable


async def collect(
    context: Context, *, backfill: timedelta, folder: Path, trigger: str, clock: Clock
) -> None:
    """Bring the connection up to date, `backfill` back from now.

    Raises
    ------
    PagerDutyError
        PagerDuty refused or stayed away; every window finished until then is kept.
    LeaseLost
        Another worker took over, or the connection is being deleted.
    """
    until = (clock() - SETTLED).replace(microsecond=0)
    progress = Progress(touched=_unpublished(context))
    run_id = runs.begin(
        context.engine, context.connection_id, trigger=trigger, until=until, now=clock()
    )
    work = asyncio.create_task(
        _work(context, progress, Window(until - backfill, until), folder, clock)
    )
    watch = asyncio.create_task(_watch(context, run_id, progress, clock, work))
    try:
        await work
    except asyncio.CancelledError:
        runs.end(context.engine, run_id, status="interrupted", now=clock())
        raise LeaseLost("the lease was lost while collecting") from None
    except Exception as error:
        runs.end(context.engine, run_id, status="failed", now=clock(), error=type(error).__name__)
        raise
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        _report(context, run_id, progress)
    runs.end(context.engine, run_id, status="finished", now=clock())


def _unpublished(context: Context) -> set[str]:
    """Months in which a run that did not finish may have stored rows and published none."""
    last = connections.latest_run(context.engine, context.connection_id)
    if last is None or last.status == "finished":
        return set()
    with Session(context.engine) as session:
        return months(finished(session, context.connection_id, incidents.NOUN))


async def _work(
    context: Context, progress: Progress, wanted: Window, folder: Path, clock: Clock
) -> None:
    steps = _plan(context, wanted)
    progress.steps = len(steps)
    await asyncio.gather(
        *(noun.sync(context, clock()) for noun in (services, escalation_policies, teams, users))
    )
    for step in steps:
        progress.activity = _activity(step)
        await _take(context, step, progress, clock)
        progress.done += 1
        if step.noun == log_entries.NOUN:
            touched, progress.touched = progress.touched, set()
            await asyncio.to_thread(publish, context, folder, touched, wanted.until)


def _plan(context: Context, wanted: Window) -> list[Step]:
    """Newest first; the shifts of a span come before its incidents, whose levels need them."""
    with Session(context.engine) as session:
        done = {
            noun: finished(session, context.connection_id, noun)
            for noun in (schedules.NOUN, incidents.NOUN, log_entries.NOUN)
        }
    # Whatever was logged after the oldest window we have may have changed an incident in it.
    known = [*done[incidents.NOUN], *done[log_entries.NOUN]]
    known_since = min((window.since for window in known), default=None)
    pairs = zip_longest(
        plan(wanted, done[incidents.NOUN], WINDOW, first=FIRST_WINDOW),
        plan(wanted, done[log_entries.NOUN], WINDOW, first=FIRST_WINDOW),
    )
    steps = [
        Step(schedules.NOUN, w, False) for w in plan(wanted, done[schedules.NOUN], SHIFTS_WINDOW)
    ]
    for incident_window, log_window in pairs:
        if incident_window:
            steps.append(Step(incidents.NOUN, incident_window, False))
        if log_window:
            is_newer = known_since is not None and log_window.until > known_since
            steps.append(Step(log_entries.NOUN, log_window, is_newer))
    order = {schedules.NOUN: 0, incidents.NOUN: 1, log_entries.NOUN: 2}
    return sorted(steps, key=lambda step: (-step.window.until.timestamp(), order[step.noun]))


async def _take(context: Context, step: Step, progress: Progress, clock: Clock) -> None:
    if step.noun == schedules.NOUN:
        progress.rows += await schedules.sync(context, step.window, clock())
    elif step.noun == incidents.NOUN:
        await _take_incidents(context, step.window, progress, clock)
    else:
        await _take_log_entries(context, step, progress, clock)


async def _take_incidents(
    context: Context, window: Window, progress: Progress, clock: Clock
) -> None:
    async for span in incidents.extract(context, window):
        await asyncio.to_thread(incidents.store, context, span, clock())
        progress.count(len(span.rows), span.unreadable)
        progress.touched |= months([(span.since, span.until)])


async def _take_log_entries(context: Context, step: Step, progress: Progress, clock: Clock) -> None:
    extract: Callable[[Context, Window], AsyncIterator[log_entries.AnySpan]] = (
        log_entries.extract_with_incidents if step.incremental else log_entries.extract
    )
    async for span in extract(context, step.window):
        await asyncio.to_thread(log_entries.store, context, span, clock())
        progress.count(len(span.rows), span.unreadable)
        progress.touched |= {
            f"{incident.created_at:%Y-%m}" for incident in log_entries.touched(span.rows)
        }


def _activity(step: Step) -> str:
    noun = {"shifts": "on-call shifts", "log_entries": "log entries"}.get(step.noun, step.noun)
    return f"Reading {noun}, {step.window.since:%-d %b} – {step.window.until:%-d %b}"


async def _watch(
    context: Context, run_id: str, progress: Progress, clock: Clock, work: "asyncio.Task[None]"
) -> None:
    """Report every second, keep the lease, and stop the work when it is gone."""
    beat = 0
    while True:
        await asyncio.to_thread(_report, context, run_id, progress)
        if beat % _LEASE_EVERY == 0:
            ours = await asyncio.to_thread(
                connections.acquire, context.engine, context.connection_id, context.holder, clock()
            )
            if not ours:
                _log.warning("lease lost", connection=context.connection_id)
                work.cancel()
                return
        beat += 1
        await asyncio.sleep(_HEARTBEAT_SECONDS)


def _report(context: Context, run_id: str, progress: Progress) -> None:
    runs.advance(
        context.engine,
        run_id,
        windows_total=progress.steps,
        windows_done=progress.done,
        rows=progress.rows,
        requests=context.client.requests,
        unreadable=progress.unreadable,
        activity=progress.activity,
    )
