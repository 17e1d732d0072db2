"""The simulated account's consent page, shown under the address of the application.

The simulated account listens on loopback, which browsers elsewhere do not reach. In a hosted
demonstration these routes pass the two requests of its consent page on to it, and nothing else:
tokens and data are asked for by the application itself.
"""

from typing import Final

import httpx  # noqa: TID251 - asks the simulated account's process, never PagerDuty
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from corvana.config import SIMULATED, Settings, load_settings

CONSENT: Final = f"{SIMULATED}/oauth/authorize"
_ASKED_AT: Final = "/oauth/authorize"
_LARGEST_FORM: Final = 10_000
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_KEPT: Final = (
    "cache-control",
    "content-security-policy",
    "content-type",
    "location",
    "referrer-policy",
)


async def show(request: Request) -> Response:
    """Show the page that asks for access."""
    settings = load_settings()
    if not settings.shows_simulated_consent:
        return _nothing_here()
    return await _passed_on(settings, "GET", f"{_ASKED_AT}?{request.url.query}")


async def decide(request: Request) -> Response:
    """Pass the decision on; the answer leads the browser back to the application."""
    settings = load_settings()
    if not settings.shows_simulated_consent:
        return _nothing_here()
    form = b""
    async for part in request.stream():
        form += part
        if len(form) > _LARGEST_FORM:
            return PlainTextResponse("Too long\n", 413)
    return await _passed_on(settings, "POST", _ASKED_AT, form)


async def _passed_on(settings: Settings, method: str, path: str, form: bytes = b"") -> Response:
    """Ask the simulated account. Of its answer only the page or the way back is kept."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as account:
            answer = await account.request(
                method, f"{settings.identity_url}{path}", content=form, headers=_FORM
            )
    except httpx.InvalidURL:
        return PlainTextResponse("Not an address\n", 400)
    except httpx.HTTPError:
        return PlainTextResponse("The simulated account is starting: reload in a moment.\n", 503)
    back = answer.headers.get("location")
    if back is not None and not back.startswith(f"{settings.redirect_uri}?"):
        return PlainTextResponse("The simulated account leads elsewhere.\n", 502)
    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    return Response(answer.content, answer.status_code, kept)


def _nothing_here() -> Response:
    return PlainTextResponse("Not found\n", 404)


routes = [
    Route(CONSENT, show, methods=["GET"]),
    Route(CONSENT, decide, methods=["POST"]),
]
