"""The simulated account as one web application: identity server and REST API on one port."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corvana.sandbox.api.all_endpoints import Api
from corvana.sandbox.api.lookup import Lookup
from corvana.sandbox.api.traffic import Gate, RateLimiter
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.server import Identity
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World

Region = Literal["us", "eu"]
Clock = Callable[[], datetime]
AHEAD = timedelta(days=2)


class Dated:
    """Adds the time of the account's clock to every response."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._clock().astimezone(UTC), usegmt=True)
                MutableHeaders(scope=message)["date"] = date
            await send(message)

        await self._app(scope, receive, dated)


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    world: World,
    *,
    clock: Clock = utc_now,
    faults: Faults | None = None,
    requests_per_minute: int = 960,
    region: Region = "us",
    role: str | None = None,
    latency_seconds: float = 0.0,
    allow_fault_control: bool = False,
    redirect_uri: str | None = None,
) -> Starlette:
    """Build the application. `app.state` holds `world`, `faults` and `identity`.

    `role` overrides the role of the connecting user; `allow_fault_control` opens
    `PUT /_sandbox/faults`; `redirect_uri` is the only registered one (None: any of this computer).
    """
    faults = faults if faults is not None else Faults()
    identity = Identity(world, region, clock, faults, role, redirect_uri)
    gate = Gate(identity, faults, clock, region, RateLimiter(requests_per_minute), latency_seconds)
    api = Api(Lookup(world), faults, region=region)
    routes = [
        Route(f"/{{region:str}}{path}", gate.endpoint(view), methods=["GET"])
        for path, view in api.views().items()
    ]

    async def control(request: Request) -> Response:
        try:
            faults.update(await request.json())
        except (ValueError, AttributeError):
            return JSONResponse({"error": "not a set of faults"}, 400)
        return JSONResponse({name: getattr(faults, name) for name in Faults.defaults()})

    if allow_fault_control:
        routes.append(Route("/_sandbox/faults", control, methods=["PUT"]))
    app = Starlette(
        routes=[*_with_failures(identity, gate), *routes],
        middleware=[Middleware(Dated, clock=clock)],
    )
    app.state.world, app.state.faults, app.state.identity = world, faults, identity
    return app


def _with_failures(identity: Identity, gate: Gate) -> list[Route]:
    """Apply faults to the identity server too, when their `path` names it."""

    def guard(route: Route) -> Route:
        handle = route.endpoint

        async def answer(request: Request) -> Response:
            failure = gate.fail(request.url.path)
            if failure is not None:
                return failure
            response: Response = await handle(request)
            return response

        return Route(route.path, answer, methods=list(route.methods or ()))

    return [guard(route) for route in identity.routes()]


def serve(app: Starlette, host: str = "127.0.0.1", port: int = 8650) -> None:
    """Serve until interrupted."""
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, date_header=False)


def run_sandbox(
    host: str = "127.0.0.1",
    port: int = 8650,
    *,
    seed: int = 7,
    incidents: int = 6000,
    days: int = 120,
    requests_per_minute: int = 960,
    redirect_uri: str | None = None,
) -> None:
    """Build a world that reaches two days into the future, print its address, and serve it."""
    end = utc_now().replace(microsecond=0) + AHEAD
    world = build_world(seed=seed, end=end, days=days, incidents=incidents)
    app = create_app(world, requests_per_minute=requests_per_minute, redirect_uri=redirect_uri)
    sys.stdout.write(f"Simulated PagerDuty account on http://{host}:{port}\n")
    sys.stdout.flush()
    serve(app, host, port)
