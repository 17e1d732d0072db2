"""`/healthz`: the process responds. `/readyz`: the database responds too."""

from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corvana.config import load_settings
from corvana.store import connections
from corvana.store.engine import open_database


async def healthz(_request: Request) -> Response:
    """The process is alive."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> Response:
    """The process can serve pages. A silent worker is reported, but pages work without a worker."""
    try:
        worker = await run_in_threadpool(_worker_alive)
    except (SQLAlchemyError, OSError):
        return JSONResponse({"status": "unavailable", "database": False}, 503)
    return JSONResponse({"status": "ok", "database": True, "worker": worker})


def _worker_alive() -> bool:
    engine = open_database(load_settings().database_url)
    return connections.worker_alive(engine, datetime.now(UTC))


routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
