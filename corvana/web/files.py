"""Files: who may take which, and the routes that make them when they are asked for.

Nothing is kept for a later request. Each request says who asks (by the cookie), for which
engagement, and all that the file depends on, so that any process behind a load balancer can answer
it. Before a file leaves, it is asked again whether the reader is still allowed and the account is
still there, because making a large file takes a while.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Final
from urllib.parse import urlencode

import anyio
import structlog
from anyio import to_thread
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corvana import trace
from corvana.config import Settings, load_settings
from corvana.errors import NotFound, SnapshotsAway, VersionMissing
from corvana.evidence.receipt import receipt_json
from corvana.jobs.forgetting import is_going
from corvana.questions import opened
from corvana.questions import tables as _tables  # noqa: F401 - its files are declared by this
from corvana.questions.cover import Cover
from corvana.questions.file import FILES, Asked
from corvana.questions.view import View
from corvana.report.written import cover_of
from corvana.store import clock, connections, engagements
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.people import audit
from corvana.store.vault import Vault
from corvana.web import file_refusals, visitors
from corvana.web.account_files import DECK, EVIDENCE, ONE_PAGE, REPORT
from corvana.web.file_refusals import FileRefused, Reason
from corvana.web.general_files import GENERAL
from corvana.web.processes import forgetting
from corvana.web.visitors import Visitor

__all__ = ["DECK", "EVIDENCE", "ONE_PAGE", "RECEIPT", "REPORT"]
PLACE: Final = "/files"
RECEIPT: Final = "corvana-deletion-receipt.json"
_CONNECTION: Final = "connection"
_VERSION: Final = "version"
_AT_A_TIME: Final = 2
"""So many are made at a time: a large report takes seconds and much memory. The others wait."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A file as it is handed out."""

    file_name: str
    media_type: str
    content: bytes


def address(engagement_id: str, asked: Asked[Any]) -> str:
    """Return the address of a file of the engagement's account."""
    view = asked.view
    told = {_CONNECTION: view.connection_id, _VERSION: str(view.version), **asked.told()}
    return f"{PLACE}/{engagement_id}/{asked.file.name}?{urlencode(told)}"


def receipt_address(engagement_id: str) -> str:
    """Return the address of the receipt of the engagement's last disconnect."""
    return f"{PLACE}/{engagement_id}/{RECEIPT}"


def general_address(name: str) -> str:
    """Return the address of a file that is the same for everybody."""
    return f"{PLACE}/{name}"


@dataclass(frozen=True, slots=True)
class _Request:
    """What was asked for, and by whom; nothing of it is trusted."""

    engagement_id: str
    name: str
    told: Mapping[str, str]
    cookies: Mapping[str, str]
    is_from_elsewhere: bool

    @classmethod
    def of(cls, request: Request) -> "_Request":
        """Read the request. Browsers say which site a request comes from; other programs do not."""
        site = request.headers.get("sec-fetch-site", "none")
        return cls(
            engagement_id=request.path_params.get("engagement", ""),
            name=request.path_params["name"],
            told=dict(request.query_params),
            cookies=request.cookies,
            is_from_elsewhere=site not in {"none", "same-origin", "same-site"},
        )


async def of_engagement(request: Request) -> Response:
    """Hand out a file of an engagement."""
    return await _answer(_Request.of(request), _require_right, _made)


async def of_everybody(request: Request) -> Response:
    """Hand out a file that is the same for everybody who is signed in."""
    return await _answer(_Request.of(request), _require_visitor, _general)


async def _answer(
    wanted: _Request,
    require: Callable[[Settings, Engine, _Request], Visitor],
    make: Callable[[Settings, Engine, _Request, Visitor], _Sent],
) -> Response:
    settings = load_settings()
    engine = await run_in_threadpool(open_database, settings.database_url)
    by = audit.NOBODY
    try:
        visitor = await run_in_threadpool(require, settings, engine, wanted)
        by = visitor.by
        made = await to_thread.run_sync(
            partial(make, settings, engine, wanted, visitor), limiter=_makers()
        )
        visitor = await run_in_threadpool(require, settings, engine, wanted)
        await run_in_threadpool(_note, engine, wanted, visitor)
    except FileRefused as refused:
        return await _refuse(engine, wanted, refused)
    except SnapshotsAway:
        return await _refuse(engine, wanted, FileRefused("away", by))
    except Exception as error:  # noqa: BLE001 - the page shows a sentence, never a traceback
        # Log only the type: a library's message may quote the data.
        _log.error("file failed", file=_known(wanted.name), error=type(error).__name__)
        return await _refuse(engine, wanted, FileRefused("failed", by))
    return Response(
        made.content,
        media_type=made.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{made.file_name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@cache
def _makers() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(_AT_A_TIME)


def _require_visitor(settings: Settings, engine: Engine, wanted: _Request) -> Visitor:
    """Return who asks. Raises `FileRefused` for nobody and for a link on another site."""
    visitor = visitors.visitor_of(engine, settings, wanted.cookies, datetime.now(UTC))
    if wanted.is_from_elsewhere:
        raise FileRefused("elsewhere", visitor.by if visitor else audit.NOBODY)
    if visitor is None:
        raise FileRefused("nobody", audit.NOBODY)
    return visitor


def _require_right(settings: Settings, engine: Engine, wanted: _Request) -> Visitor:
    """Return who asks. Raises `FileRefused` for whoever may not have this file.

    An engagement of others is treated like one that does not exist.
    """
    visitor = _require_visitor(settings, engine, wanted)
    if not visitor.may_see(wanted.engagement_id):
        raise FileRefused("not a member", visitor.by)
    if visitor.roles[wanted.engagement_id] == "assessor":
        return visitor
    engagement = engagements.get(engine, wanted.engagement_id)
    if not (wanted.name == REPORT.name and engagement.viewers_take_report):
        raise FileRefused("viewer", visitor.by)
    return visitor


def _general(_settings: Settings, _engine: Engine, wanted: _Request, visitor: Visitor) -> _Sent:
    if wanted.name not in GENERAL:
        raise FileRefused("unknown", visitor.by)
    found = GENERAL[wanted.name]
    return _Sent(wanted.name, found.media_type, found.make().encode())


def _made(settings: Settings, engine: Engine, wanted: _Request, visitor: Visitor) -> _Sent:
    """Make the file. Raises `FileRefused` when the account is not there, also at the end."""
    if wanted.name == RECEIPT:
        return _receipt(engine, wanted, visitor)
    if wanted.name not in FILES:
        raise FileRefused("unknown", visitor.by)
    view = _view(settings, engine, wanted, visitor)
    told = {one: text for one, text in wanted.told.items() if one not in (_CONNECTION, _VERSION)}
    try:
        cover = _cover(settings, engine, wanted, visitor)
        asked = FILES[wanted.name].asked(view, told, cover)
        content = asked.content()
    except NotFound:
        raise FileRefused("unknown", visitor.by) from None
    _connection(engine, wanted, visitor)
    return _Sent(asked.file_name, asked.file.media_type, content)


def _cover(settings: Settings, engine: Engine, wanted: _Request, visitor: Visitor) -> Cover:
    """The cover of a report. Only an assessor prepares one: a viewer takes what is there."""
    connection = _connection(engine, wanted, visitor)
    prepares = visitor.may_change(wanted.engagement_id) and visitor.person_id is not None
    by = visitor.name if prepares else ""
    return cover_of(engine, settings, connection, by, clock.account_now(settings))


def _view(settings: Settings, engine: Engine, wanted: _Request, visitor: Visitor) -> View:
    """The data version that was asked for, or the one that pages show when that is gone by now."""
    vault = Vault.of(settings)
    kept = opened.shared_cache(settings.versions, vault)
    told = wanted.told.get(_VERSION, "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) <= 9 else 0
    for _ in range(3):
        connection = _connection(engine, wanted, visitor)
        if not connection.data_version:
            break
        is_there = 0 < version <= connection.data_version
        asked_for = version if is_there else connection.shown_version
        try:
            return opened.open_view(
                settings,
                engine,
                kept,
                connection,
                now=clock.account_now(settings),
                version=asked_for,
            )
        except VersionMissing:  # replaced by a newer version in between
            version = 0
    raise FileRefused("unknown", visitor.by)


def _connection(engine: Engine, wanted: _Request, visitor: Visitor) -> Connection:
    """The engagement's connection that was asked for. Raises `FileRefused` once it is deleted."""
    forgetting.before_serving()
    found = connections.of_engagement(engine, wanted.engagement_id)
    is_gone = found is None or is_going(load_settings(), found)
    if is_gone or found is None or found.id != wanted.told.get(_CONNECTION):
        raise FileRefused("deleted", visitor.by)
    return found


def _receipt(engine: Engine, wanted: _Request, visitor: Visitor) -> _Sent:
    last = connections.latest_receipt(engine, wanted.engagement_id)
    if last is None:
        raise FileRefused("unknown", visitor.by)
    day = f"{last.requested_at:%Y-%m-%d}"
    name = RECEIPT.replace(".json", f"-{day}.json")
    return _Sent(name, "application/json", receipt_json(last).encode())


def _note(engine: Engine, wanted: _Request, visitor: Visitor) -> None:
    audit.record(
        engine,
        "exported",
        visitor.by,
        datetime.now(UTC),
        engagement_id=wanted.engagement_id or None,
        detail=wanted.name,
    )


async def _refuse(engine: Engine, wanted: _Request, refused: FileRefused) -> Response:
    reference = await run_in_threadpool(_note_refusal, engine, wanted, refused.reason, refused.by)
    return file_refusals.answer(refused.reason, reference, wanted.engagement_id)


def _note_refusal(engine: Engine, wanted: _Request, reason: Reason, by: str) -> str:
    """Add the refusal to the audit trail. What was asked for is only kept if we know its name."""
    known = {one.id for one in engagements.listed(engine)}
    return audit.record(
        engine,
        "refused",
        by,
        datetime.now(UTC),
        engagement_id=wanted.engagement_id if wanted.engagement_id in known else None,
        detail=f"{_known(wanted.name)}: {reason}",
        reference=trace.request_id(),
    )


def _known(name: str) -> str:
    return name if name in {*FILES, *GENERAL, RECEIPT} else "unknown file"


routes = [
    Route(f"{PLACE}/{{name}}", of_everybody, methods=["GET"]),
    Route(f"{PLACE}/{{engagement}}/{{name}}", of_engagement, methods=["GET"]),
]
