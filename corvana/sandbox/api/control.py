"""What only the simulated account has: weeks go by and settings change when it is asked to.

A real PagerDuty account has nothing of this. Only programs of this computer may ask: a web page
that is open in a browser here could send a request as well, but not with this method, not without
naming its origin, and not under a name of this computer.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corvana.sandbox.api.account import Account
from corvana.sandbox.faults import Faults
from corvana.sandbox.world.model import EscalationPolicy, Schedule, Service, World
from corvana.sandbox.world.steps import MOST_WEEKS, Wish, hours_of, weeks_of
from corvana.setting_kinds import LOOPBACK_HOSTS

ACCOUNT = "/_sandbox/account"
FAULTS = "/_sandbox/faults"
_MOST_BYTES = 10_000
Handler = Callable[[Request], Awaitable[Response]]


def fault_routes(faults: Faults) -> list[Route]:
    """Tests set faults here."""

    async def control(request: Request) -> Response:
        try:
            faults.update(await request.json())
        except (ValueError, AttributeError):
            return JSONResponse({"error": "not a set of faults"}, 400)
        return JSONResponse({name: getattr(faults, name) for name in Faults.defaults()})

    return [Route(FAULTS, control, methods=["PUT"])]


def account_routes(account: Account) -> list[Route]:
    """`GET`: what can be changed, and the account's time. `PUT`: let it go on."""

    async def show(request: Request) -> Response:  # noqa: ARG001 - Starlette passes it
        return JSONResponse(_shown(account))

    async def go_on(request: Request) -> Response:
        body = await request.body()
        if len(body) > _MOST_BYTES:
            return JSONResponse({"error": "too long"}, 413)
        try:
            wish = Wish.model_validate_json(body)
            await run_in_threadpool(account.go_on, wish)
        except ValidationError:
            return JSONResponse({"error": "not a way in which the account can go on"}, 400)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(_shown(account))

    return [
        Route(ACCOUNT, _by_programs_here(show), methods=["GET"]),
        Route(ACCOUNT, _by_programs_here(go_on), methods=["PUT"]),
    ]


def _by_programs_here(handle: Handler) -> Handler:
    async def answer(request: Request) -> Response:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        if host not in LOOPBACK_HOSTS or "origin" in request.headers:
            return JSONResponse({"error": "only programs of this computer may ask"}, 403)
        return await handle(request)

    return answer


def _shown(account: Account) -> dict[str, Any]:
    world = account.world
    return {
        "now": account.now().isoformat(),
        "hours_gone_by": hours_of(account.steps),
        "weeks_left": MOST_WEEKS - weeks_of(account.steps),
        "first_level_delay": [_delay(policy) for policy in world.escalation_policies],
        "rotation": _first_schedules(world),
        "auto_pause": [_timeout(service, service.auto_pause_timeout) for service in world.services],
        "auto_resolve": [
            _timeout(service, service.auto_resolve_timeout) for service in world.services
        ],
    }


def _delay(policy: EscalationPolicy) -> dict[str, Any]:
    return {"id": policy.id, "name": policy.name, "minutes": policy.rules[0].delay_minutes}


def _timeout(service: Service, seconds: int | None) -> dict[str, Any]:
    minutes = None if seconds is None else seconds // 60
    return {"id": service.id, "name": service.name, "minutes": minutes}


def _first_schedules(world: World) -> list[dict[str, Any]]:
    """The schedules that a policy's first level asks."""
    asked = {
        target.id
        for policy in world.escalation_policies
        for target in policy.rules[0].targets
        if target.kind != "user"
    }
    return [_rotation(schedule) for schedule in world.schedules if schedule.id in asked]


def _rotation(schedule: Schedule) -> dict[str, Any]:
    return {"id": schedule.id, "name": schedule.name, "minutes": None}
