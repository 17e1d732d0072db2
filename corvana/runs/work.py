"""The work of one run, in order: configuration, windows newest first, reconciliation.

The next span is fetched while the last span is stored. Data is published at the same time.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from sqlmodel import Session

from corvana.collectors import connected_role, incidents, log_entries, schedules
from corvana.collectors.context import Context
from corvana.collectors.noun import Noun, Refreshed
from corvana.errors import WITHHELD
from corvana.pagerduty.client import Span
from corvana.runs import reconcile, refresh
from corvana.runs.prepare import prepare_for_pages
from corvana.runs.progress import Progress
from corvana.runs.publisher import Publisher
from corvana.runs.read_ahead import read_ahead
from corvana.runs.steps import Plan, Step, plan_steps
from corvana.snapshot_folder import Folder
from corvana.store import connections, runs
from corvana.store.written import settings as written
from corvana.versions.analyse import Analyse
from corvana.versions.publish import months, publish, publish_analysis

SETTLED: Final = timedelta(seconds=60)
"""`until` lies this far in the past, so that new rows do not move the rows of later pages."""

_SAME_TIME: Final = timedelta(seconds=5)
"""Ignored clock difference: PagerDuty's time has whole seconds, and the response takes time."""

_NO_CLOCK: Final = timedelta(days=60)
"""A clock this far behind ours is none. Collecting from its time on would take years of windows."""

_SPANS_AHEAD: Final = 1
Clock = Callable[[], datetime]


class Piece(NamedTuple):
    """A span that was read for a step. `span` is None when the step is finished."""

    step: Step
    span: Span[Any] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One run's work. Rows and windows are committed together, so the run can stop anywhere."""

    context: Context
    run_id: str
    progress: Progress
    backfill: timedelta
    folder: Folder
    clock: Clock
    analyse: Analyse

    async def do(self, unpublished: set[str]) -> None:
        """Collect and publish everything that is due, and the months in `unpublished`."""
        await connected_role.sync(self.context)
        until = self._settled()
        runs.advance(self.context.engine, self.run_id, until=until)
        await self._refresh(refresh.NEEDED_FIRST, until)
        plan = self._plan(until)
        self.progress.windows_total = len(plan.steps)
        publisher = Publisher(partial(self._publish, until), unpublished)
        async with aclosing(read_ahead(self._pieces(plan), _SPANS_AHEAD)) as pieces:
            async for step, span in pieces:
                if span is not None:
                    publisher.touch(await asyncio.to_thread(self._store, step, span, plan))
                    continue
                if step.noun == schedules.NOUN:
                    # Who was on call decides the levels of incidents that are stored already.
                    publisher.touch(months([step.window]))
                self.progress.windows_done += 1
                # Skip: a later run publishes right after its last step.
                is_last = self.progress.windows_done == self.progress.windows_total
                if step.noun == log_entries.NOUN and (plan.is_first or not is_last):
                    publisher.ask()
        publisher.touch(await self._reconcile(plan))
        await publisher.finish()
        self.progress.activity = "Looking for where the response process is stuck"
        version = await asyncio.to_thread(publish_analysis, self.context, self.folder, self.analyse)
        self.progress.activity = "Working out what the pages will ask"
        await prepare_for_pages(
            self.context.engine,
            self.folder,
            self.context.connection_id,
            version,
            self._settings(),
        )

    def _settled(self) -> datetime:
        """The end of the collected time: `SETTLED` ago, by our clock and by PagerDuty's clock."""
        ahead = -(self.context.client.clock_offset or timedelta(0))
        is_told = _SAME_TIME < ahead < _NO_CLOCK
        now = self.clock() - (ahead if is_told else timedelta(0))
        return (now - SETTLED).replace(microsecond=0)

    def _settings(self) -> str:
        """The digest of what figures rest on, by the settings of the assessment."""
        engine = self.context.engine
        engagement_id = connections.get(engine, self.context.connection_id).engagement_id
        return written.of(engine, engagement_id).digest

    def _plan(self, until: datetime) -> Plan:
        with Session(self.context.engine) as session:
            return plan_steps(
                session, self.context.connection_id, until=until, backfill=self.backfill
            )

    def _publish(self, until: datetime, touched: set[str]) -> None:
        publish(self.context, self.folder, touched, until)

    async def _refresh(self, due: tuple[Refreshed, ...], until: datetime) -> None:
        """Read the nouns that are due, as of `until`. Coming shifts start at this instant."""
        self.progress.note_rows(await refresh.refresh(self.context, due, until))

    async def _pieces(self, plan: Plan) -> AsyncGenerator[Piece, None]:
        """The spans of all steps. After log entries, the rest of the configuration is read.

        When PagerDuty refuses the schedules, the account is shown without schedules.
        """
        later = list(refresh.LATER)
        refused: set[Noun] = set()
        for step in plan.steps:
            self.progress.activity = step.activity
            if step.noun not in refused:
                try:
                    async for span in self._read(step):
                        yield Piece(step, span)
                except WITHHELD as error:
                    refresh.note_failure(self.context, step.noun.name, error, self.clock())
                    if step.noun.is_essential:
                        raise
                    refused.add(step.noun)
            yield Piece(step)
            while later and step.noun == log_entries.NOUN:
                await self._refresh(later.pop(0), plan.wanted.until)

    async def _read(self, step: Step) -> AsyncIterator[Span[Any]]:
        if step.noun == schedules.NOUN:
            self.progress.note_rows(await schedules.sync(self.context, step.window, self.clock()))
            return
        extract: Callable[..., AsyncIterator[Span[Any]]] = log_entries.extract
        if step.noun == incidents.NOUN:
            extract = incidents.extract
        elif step.incremental:
            extract = log_entries.extract_with_incidents
        async for span in extract(self.context, step.window):
            yield span

    def _store(self, step: Step, span: Span[Any], plan: Plan) -> set[str]:
        """Store the span and count it; return the months it touched."""
        self.progress.note_rows(len(span.rows))
        self.progress.unreadable += span.unreadable
        self.progress.duplicates += span.duplicates
        if step.noun == incidents.NOUN:
            incidents.store(self.context, span, self.clock())
            return months([(span.since, span.until)])
        self.progress.without_incident += log_entries.without_incident(span.rows)
        if step.incremental:
            unread = log_entries.unread_incidents(span.rows)
            self.context.client.dropped_parts += unread
            self.context.client.oddities[log_entries.UNREAD_INCIDENT] += unread
        unknown = log_entries.unknown_types(span.rows)
        self.progress.unknown_types += unknown
        self.context.client.oddities[log_entries.UNKNOWN_TYPE] += unknown
        found = log_entries.store(self.context, span, self.clock(), since=plan.wanted.since)
        return {f"{incident.created_at:%Y-%m}" for incident in found}

    async def _reconcile(self, plan: Plan) -> set[str]:
        """Find changes without a log entry. A first run has just listed all incidents."""
        self.progress.activity = "Looking for what changed without a trace in the log"
        now = self.clock()
        if plan.is_first:
            reconcile.skip(self.context, now)
            return set()
        return await reconcile.reconcile(self.context, plan.wanted, now)
