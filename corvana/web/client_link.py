"""The link for a client's admin: it leads to PagerDuty's consent page and nowhere else.

The page that it opens asks for a click first. Programs that look links up before a person does,
such as mail filters, therefore cannot use it up.
"""

from datetime import UTC, datetime
from html import escape
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corvana.config import Settings, load_settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.models import ConnectLink
from corvana.store.people import audit, connect_links
from corvana.store.people.sign_ins import digest
from corvana.web import attempts, connect, promise
from corvana.web.plain_page import plain_page
from corvana.web.refusals import REFUSALS, Refusal
from corvana.web.security_headers import content_security_policy

_ASKED: Final = """<p>{engagement} is assessed with Corvana. To begin, PagerDuty asks you to allow
<b>read</b> access. Sign in there as an account owner or admin.</p>
<p>Kept: {read}.</p><p>Never: {never}. {neither} Nothing can be changed at PagerDuty.</p>
<form method="post"><button type="submit">Continue to PagerDuty</button></form>"""


async def show(request: Request) -> Response:
    """Say what the link is for, with a button that goes on to PagerDuty."""
    settings = load_settings()
    link = await run_in_threadpool(_find, settings, request.path_params["token"])
    if link is None:
        return _refusal(settings, REFUSALS["link_used"], 410)
    name = await run_in_threadpool(_engagement_name, settings, link)
    body = _ASKED.format(
        engagement=escape(name),
        read=promise.READ,
        never=", ".join(promise.NEVER_KEPT),
        neither=promise.NEITHER,
    )
    return _page(settings, "Connect PagerDuty to Corvana", body)


async def go_on(request: Request) -> Response:
    """Send the browser to PagerDuty's consent page."""
    settings = load_settings()
    link = await run_in_threadpool(_find, settings, request.path_params["token"])
    if link is None:
        await run_in_threadpool(
            attempts.note_refusal, settings, "link_used", None, audit.CONNECT_LINK
        )
        return _refusal(settings, REFUSALS["link_used"], 410)
    browser = connect.browser_secret(settings, request)
    try:
        target = await run_in_threadpool(
            attempts.begin,
            settings,
            link.engagement_id,
            browser,
            audit.CONNECT_LINK,
            link.token_hash,
        )
    except Exception as error:  # noqa: BLE001 - the page shows a sentence, never a traceback
        reason = connect.reason_of(error)
        await run_in_threadpool(
            attempts.note_refusal, settings, reason, link.engagement_id, audit.CONNECT_LINK
        )
        return _refusal(settings, REFUSALS[reason], 409)
    response = connect.redirect(target)
    response.status_code = 303
    return connect.remembering(settings, response, browser)


async def done(_request: Request) -> Response:
    """Say that the account is connected."""
    body = (
        "<p>Corvana now reads the metadata of this PagerDuty account. There is nothing more to do "
        "here: you can close this page.</p>"
    )
    return _page(load_settings(), "Connected, you can close this", body)


async def refused(request: Request) -> Response:
    """Say why nothing was connected."""
    reason = request.query_params.get("reason", "")
    known = REFUSALS.get(reason, REFUSALS["state_unknown"])
    return _refusal(load_settings(), known, 200)


def _find(settings: Settings, token: str) -> ConnectLink | None:
    engine = open_database(settings.database_url)
    return connect_links.find(engine, digest(token), datetime.now(UTC))


def _engagement_name(settings: Settings, link: ConnectLink) -> str:
    return engagements.get(open_database(settings.database_url), link.engagement_id).name


def _refusal(settings: Settings, refusal: Refusal, status: int) -> Response:
    body = f"<p>{escape(refusal.sentence)} {escape(refusal.next_step)}</p>"
    return _page(settings, "Nothing was connected", body, status)


def _page(settings: Settings, title: str, body: str, status: int = 200) -> Response:
    """A page without scripts. Its form may be redirected to PagerDuty, which browsers check.

    Its address is a secret and told to no other site. With `no-referrer` a browser would send the
    form as if it came from an unknown site, and the gate would refuse it.
    """
    identity = urlsplit(settings.consent_url)
    policy = content_security_policy().replace(
        "form-action 'self'", f"form-action 'self' {identity.scheme}://{identity.netloc}"
    )
    headers = {"Referrer-Policy": "same-origin", "Content-Security-Policy": policy}
    return plain_page(title, body, status, headers)


routes = [
    Route(f"{connect.LINK}/done", done, methods=["GET"]),
    Route(f"{connect.LINK}/refused", refused, methods=["GET"]),
    Route(f"{connect.LINK}/{{token}}", show, methods=["GET"]),
    Route(f"{connect.LINK}/{{token}}", go_on, methods=["POST"]),
]
