"""`/metrics`, for Prometheus and programs like it, which ask the web process itself.

It is not for the public. A browser reaches a hosted application through a proxy, so whatever a
proxy passed on is refused, and so is the public address. Besides, the reader has to be on one of
the networks of `CORVANA_METRICS_READERS`.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from corvana import metrics
from corvana.config import Settings, load_settings
from corvana.jobs import measured
from corvana.web import refused_requests
from corvana.web.gate import METRICS, is_forwarded, is_from, is_own_address

_REFUSED = (
    "Metrics are for programs on the networks of CORVANA_METRICS_READERS, which ask this server "
    "itself and not through a proxy.\n"
)


async def exposed(request: Request) -> Response:
    """Return the metrics of this process to whoever may read them."""
    if not may_read(request.scope, load_settings()):
        await run_in_threadpool(refused_requests.note, "metrics")
        return PlainTextResponse(_REFUSED, 403)
    measured.register()
    body = await run_in_threadpool(metrics.exposed)
    headers = {"Content-Type": metrics.CONTENT_TYPE, "Cache-Control": "no-store"}
    return Response(body, headers=headers)


def may_read(scope: Scope, settings: Settings) -> bool:
    """Whether the request comes straight from a reader of metrics."""
    if is_forwarded(scope) or (settings.is_hosted and is_own_address(scope, settings)):
        return False
    return is_from(scope, settings.metrics_readers)


routes = [Route(METRICS, exposed, methods=["GET"])]
