"""The simulated account as one web application: identity server and REST API on one port."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corvana.ports import require_free
from corvana.sandbox.api.account import Account, Clock, Play
from corvana.sandbox.api.control import account_routes, fault_routes
from corvana.sandbox.api.traffic import Gate, RateLimiter
from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.kept import Kept, keep, remembered
from corvana.sandbox.identity.server import Identity
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.names import IdMint
from corvana.sandbox.world.steps import Step

Region = Literal["us", "eu"]
AHEAD = timedelta(days=14)


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
    play: Play | None = None,
    steps: Sequence[Step] = (),
) -> Starlette:
    """Build the application. `app.state` holds `world`, `faults`, `identity` and `account`.

    `role` overrides the role of the connecting user; `allow_fault_control` opens
    `PUT /_sandbox/faults`; `redirect_uri` is the only registered one (None: any of this computer).
    `world` is the account after `steps`; `play` opens `PUT /_sandbox/account`, which lets it go on.
    """
    faults = faults if faults is not None else Faults()
    identity = Identity(world, region, clock, faults, role, redirect_uri)
    account = Account(world, clock, faults, region, play, steps)
    limiter = RateLimiter(requests_per_minute)
    gate = Gate(identity, faults, clock, account.now, region, limiter, latency_seconds)
    routes = [
        Route(f"/{{region:str}}{path}", gate.endpoint(account.view(path)), methods=["GET"])
        for path in account.paths()
    ]
    if allow_fault_control:
        routes += fault_routes(faults)
    if play is not None:
        routes += account_routes(account)
    app = Starlette(
        routes=[*_with_failures(identity, gate), *routes],
        middleware=[Middleware(Dated, clock=account.now)],
    )
    app.state.world, app.state.faults, app.state.identity = world, faults, identity
    app.state.account = account
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
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8650,
    *,
    seed: int = 7,
    incidents: int = 6000,
    days: int = 120,
    requests_per_minute: int = 960,
    redirect_uri: str | None = None,
) -> None:
    """Build the account of the last start, or a new one; print its address, and serve it.

    `folder` is where it is remembered. A new account reaches 14 days into the future; after them
    another one begins, under another id, with `incidents` in the last `days`. Raises `ConfigError`
    when the port is taken.
    """
    require_free(port, "CORVANA_SANDBOX_PORT.")
    now = utc_now().replace(microsecond=0)
    asked = Kept(seed=seed, incidents=incidents, days=days, end=now + AHEAD)
    kept = remembered(folder, asked, now)
    play = partial(_world, kept)
    app = create_app(
        play(kept.steps),
        requests_per_minute=requests_per_minute,
        redirect_uri=redirect_uri,
        play=play,
        steps=kept.steps,
    )
    app.state.account.kept = keep(folder, kept, app.state.identity)
    sys.stdout.write(f"Simulated PagerDuty account on http://{host}:{port}\n")
    sys.stdout.flush()
    serve(app, host, port)


def _world(account: Kept, steps: Sequence[Step]) -> World:
    """The account's world after `steps`: as busy in the days to come as in those before.

    Its incidents depend on when it ends, so its id does too: rows of two accounts never mix.
    """
    days = account.days + AHEAD.days
    world = build_world(
        seed=account.seed,
        end=account.end,
        days=days,
        incidents=account.incidents * days // account.days,
        steps=steps,
    )
    mint = IdMint(Random(f"{account.seed}/{account.end.isoformat()}"))
    return replace(world, account_id=mint.draw())
