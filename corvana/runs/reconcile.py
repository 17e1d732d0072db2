"""Find changes that have no log entry: list open incidents hourly, recent incidents daily.

The log entries record every action of people and timers. A deletion has no log entry, and an edit
of a priority may have none. Listing the incidents again finds both.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Literal

from sqlmodel import Session, col, select, update

from corvana.collectors import incidents
from corvana.collectors.context import Context
from corvana.collectors.listing import gathered, read
from corvana.collectors.noun import Again, Noun
from corvana.collectors.windows import Window
from corvana.errors import REFUSED, Gone, UnreadableBody
from corvana.pagerduty import payloads, responses
from corvana.runs.refresh import note_failure
from corvana.store import connections, models, noun_statuses

_BACK: Final = {incidents.RECENT: timedelta(days=7), incidents.OLDER: timedelta(days=35)}
"""How far back each repeated list goes."""

_CHUNK: Final = 500


async def reconcile(context: Context, wanted: Window, now: datetime) -> set[str]:
    """Read the lists that are due; return the months (`2026-11`) with a changed incident."""
    touched: set[str] = set()
    for noun in (incidents.OPEN, *_BACK):
        if _is_due(context, noun, now):
            try:
                touched |= await _look_again(context, noun, wanted, now)
            except UnreadableBody as error:
                # What was collected before is published; the next run looks again.
                note_failure(context, noun.name, error, now)
    return touched


async def _look_again(context: Context, noun: Again, wanted: Window, now: datetime) -> set[str]:
    if noun == incidents.OPEN:
        return await _open_incidents(context, wanted, now)
    span = Window(max(wanted.since, wanted.until - _BACK[noun]), wanted.until)
    return await _list_again(context, noun, span, now)


def skip(context: Context, now: datetime) -> None:
    """Mark every list as just read. A first run has just listed all incidents."""
    with context.transaction() as session:
        for noun in (incidents.OPEN, *_BACK):
            noun_statuses.succeeded(session, context.connection_id, noun.name, rows=0, now=now)


def _is_due(context: Context, noun: Again, now: datetime) -> bool:
    with Session(context.engine) as session:
        return noun_statuses.is_due(
            session, context.connection_id, noun.name, every=noun.every, now=now
        )


async def _open_incidents(context: Context, wanted: Window, now: datetime) -> set[str]:
    parameters = {
        "statuses[]": ["triggered", "acknowledged"],
        "date_range": "all",
        "sort_by": "incident_number:asc",
    }
    listing = await read(context, "/incidents", responses.IncidentsPage, parameters)
    listed: list[payloads.Incident] = [
        incident for incident in listing.rows if wanted.since <= incident.created_at < wanted.until
    ]
    touched = _store(context, listed)
    still_open = _ids(context, wanted, is_open=True) - {incident.id for incident in listed}
    if listing.whole:
        touched |= await _ask_for(context, sorted(still_open), now)
    _succeeded(context, incidents.OPEN, len(listed), now)
    return touched


async def _list_again(context: Context, noun: Noun, wanted: Window, now: datetime) -> set[str]:
    touched: set[str] = set()
    rows = 0
    async for span in incidents.extract(context, wanted):
        touched |= await asyncio.to_thread(_store, context, list(span.rows))
        rows += len(span.rows)
        if not span.incomplete and not span.unreadable:
            unlisted = _ids(context, Window(span.since, span.until)) - {row.id for row in span.rows}
            touched |= await _ask_for(context, sorted(unlisted), now)
    _succeeded(context, noun, rows, now)
    return touched


def _succeeded(context: Context, noun: Noun, rows: int, now: datetime) -> None:
    with context.transaction() as session:
        noun_statuses.succeeded(session, context.connection_id, noun.name, rows=rows, now=now)


def _ids(context: Context, window: Window, *, is_open: bool = False) -> set[str]:
    """Ids of stored incidents created in the window, without deleted incidents."""
    query = select(models.Incident.id).where(
        models.Incident.connection_id == context.connection_id,
        col(models.Incident.created_at) >= window.since,
        col(models.Incident.created_at) < window.until,
        col(models.Incident.deleted_at).is_(None),
    )
    if is_open:
        query = query.where(models.Incident.status != "resolved")
    with Session(context.engine) as session:
        return set(session.exec(query))


async def _ask_for(context: Context, ids: Sequence[str], now: datetime) -> set[str]:
    """Request incidents one by one. A deleted incident becomes a tombstone.

    When the connected user sees only a part of the account, PagerDuty reports the other incidents
    as not found too. Then no incident is requested.
    """
    touched: set[str] = set()
    if _sees_only_a_part(context):
        return touched
    for start in range(0, len(ids), _CHUNK):
        asked = ids[start : start + _CHUNK]
        answers = await gathered(partial(_get, context), asked)
        found = [answer for answer in answers if isinstance(answer, payloads.Incident)]
        gone = [name for name, answer in zip(asked, answers, strict=True) if answer == "gone"]
        touched |= _store(context, found) | _bury(context, gone, now)
    return touched


def _sees_only_a_part(context: Context) -> bool:
    with Session(context.engine) as session:
        return connections.is_partial_now(session, context.connection_id)


async def _get(
    context: Context, incident_id: str
) -> payloads.Incident | Literal["gone", "withheld"]:
    try:
        answer = await context.client.get(f"/incidents/{incident_id}", responses.IncidentResponse)
    except Gone:
        return "gone"
    except (*REFUSED, UnreadableBody):
        return "withheld"
    return answer.incident


def _store(context: Context, found: Sequence[payloads.Incident]) -> set[str]:
    """Store incidents; return the months of the new and changed incidents."""
    touched: set[str] = set()
    with context.transaction() as session:
        for start in range(0, len(found), _CHUNK):
            chunk = found[start : start + _CHUNK]
            known = _stored(session, context, [incident.id for incident in chunk])
            rows = incidents.transform(context, chunk)
            touched |= {_month(row["created_at"]) for row in rows if known.get(row["id"]) != row}
            incidents.load(session, context, list(chunk))
    return touched


def _stored(session: Session, context: Context, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = session.exec(
        select(models.Incident).where(
            models.Incident.connection_id == context.connection_id,
            col(models.Incident.id).in_(list(ids)),
        )
    )
    return {row.id: row.model_dump() for row in rows}


def _bury(context: Context, ids: Sequence[str], now: datetime) -> set[str]:
    with context.transaction() as session:
        rows = session.connection().execute(
            update(models.Incident)
            .where(
                col(models.Incident.connection_id) == context.connection_id,
                col(models.Incident.id).in_(ids),
            )
            .values(deleted_at=now)
            .returning(col(models.Incident.created_at))
        )
        return {_month(created_at) for (created_at,) in rows}


def _month(instant: datetime) -> str:
    return f"{instant:%Y-%m}"
