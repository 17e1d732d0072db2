"""`/audit.jsonl`: the audit trail as JSON lines, for administrators."""

from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from corvana.config import load_settings
from corvana.store.engine import open_database
from corvana.store.people import audit
from corvana.web import visitors


async def lines(request: Request) -> Response:
    """Return every entry, the oldest first, one JSON object a line."""
    settings = load_settings()
    engine = open_database(settings.database_url)
    now = datetime.now(UTC)
    visitor = await run_in_threadpool(visitors.visitor_of, engine, settings, request.cookies, now)
    if visitor is None or not visitor.is_administrator:
        by = visitor.by if visitor else audit.NOBODY
        await run_in_threadpool(audit.record, engine, "refused", by, now, detail="audit trail")
        return PlainTextResponse("Only an administrator can read this.\n", 403)
    body = await run_in_threadpool(audit.lines, engine)
    return Response(
        body,
        media_type="application/jsonl",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="corvana-audit.jsonl"',
        },
    )


routes = [Route("/audit.jsonl", lines)]
