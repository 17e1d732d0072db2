"""The two routes of the PagerDuty connection: to the consent page, and back from it.

Requests of a browser are not trusted. `state` is used once, is valid for ten minutes, is stored
hashed and is bound to the browser by a cookie that no script can read. Both routes ask who is
there. After every error the browser is sent to a page that shows one of `refusals.REFUSALS`.
"""

import hmac
import re
import secrets
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

import structlog
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corvana.config import Settings, load_settings
from corvana.errors import (
    ConnectRefused,
    CorvanaError,
    EngagementNotActive,
    NotFound,
    PagerDutyError,
)
from corvana.store import engagements, oauth_states
from corvana.store.engine import open_database
from corvana.store.models import OAuthState
from corvana.store.people import audit, connect_links
from corvana.store.people.sign_ins import digest
from corvana.store.vault import Vault
from corvana.web import attempts, sign_in, ticket, visitors

START: Final = "/oauth/pagerduty/start"
CALLBACK: Final = "/oauth/pagerduty/callback"
LINK: Final = "/connect"

_COOKIE = "corvana_connect"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_log = structlog.get_logger(__name__)


def cookie_name(settings: Settings) -> str:
    """The cookie's name. `__Host-` stops other hosts of the domain from setting it; needs https."""
    return f"__Host-{_COOKIE}" if settings.is_https else _COOKIE


async def start(request: Request) -> Response:
    """Store the attempt and send the browser to PagerDuty's consent page."""
    settings = load_settings()
    engagement_id: str = request.query_params.get("engagement") or ""
    browser = browser_secret(settings, request)
    by = audit.NOBODY
    try:
        # With sign-in a page names the engagement; the id of one is nothing for everybody.
        if not engagement_id and not sign_in.auth_configured():
            engagement_id = await run_in_threadpool(_default_engagement, settings)
        by = await run_in_threadpool(_require_assessor, settings, request, engagement_id)
        target = await run_in_threadpool(attempts.begin, settings, engagement_id, browser, by)
    except Exception as error:  # noqa: BLE001 - the page shows a sentence, never a traceback
        return await _refused(settings, error, engagement_id, by)
    return remembering(settings, redirect(target), browser)


def browser_secret(settings: Settings, request: Request) -> str:
    """The secret that this browser already has from an earlier attempt, else a new one."""
    sent = request.cookies.get(cookie_name(settings), "")
    return sent if _SECRET.fullmatch(sent) else secrets.token_urlsafe(32)


def remembering(settings: Settings, response: Response, browser: str) -> Response:
    """Let the browser keep its secret for as long as an attempt waits."""
    response.set_cookie(
        cookie_name(settings),
        browser,
        max_age=int(attempts.STATE_LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )
    return response


def _default_engagement(settings: Settings) -> str:
    """The newest active engagement. Empty when all are closed; an empty id is refused."""
    active = [
        e for e in engagements.listed(open_database(settings.database_url)) if e.status == "active"
    ]
    return active[0].id if active else ""


def _require_assessor(settings: Settings, request: Request, engagement_id: str) -> str:
    """Return who begins. Raises `ConnectRefused` for all but the engagement's assessors."""
    engine, now = open_database(settings.database_url), _now()
    visitor = visitors.visitor_of(engine, settings, request.cookies, now)
    if visitor is None:
        raise ConnectRefused("sign_in")
    if not sign_in.auth_configured():
        return visitor.by
    vault = Vault.of(settings)
    token = visitors.token_in(settings, request.cookies)
    shown = request.query_params.get("ticket", "")
    purpose = ticket.to_connect(engagement_id)
    if not (visitor.may_change(engagement_id) and ticket.valid(vault, shown, purpose, token, now)):
        raise ConnectRefused("sign_in")
    return visitor.by


async def callback(request: Request) -> Response:
    """Handle the return from PagerDuty: check the attempt, exchange the code, store the account."""
    settings = load_settings()
    attempt: OAuthState | None = None
    try:
        engine = open_database(settings.database_url)
        attempt = await run_in_threadpool(_take, engine, request.query_params.get("state", ""))
        browser = request.cookies.get(cookie_name(settings), "")
        _require_same_browser(attempt, browser)
        code = _code(request)
        await run_in_threadpool(_require_still_allowed, settings, engine, request, attempt)
        await run_in_threadpool(attempts.join, settings, engine, attempt, code)
    except Exception as error:  # noqa: BLE001 - the page shows a sentence, never a traceback
        if attempt is None:
            return await _refused(settings, error, "", audit.NOBODY)
        return await _refused(
            settings, error, attempt.engagement_id, attempt.begun_by, by_link=_is_by_link(attempt)
        )
    _log.info("connected", engagement=attempt.engagement_id)
    await run_in_threadpool(
        audit.record,
        engine,
        "connected",
        attempt.begun_by,
        _now(),
        engagement_id=attempt.engagement_id,
    )
    done = (
        f"{settings.base_url}{LINK}/done"
        if _is_by_link(attempt)
        else _integrations(settings, connected="1", engagement=attempt.engagement_id)
    )
    # The cookie stays for its ten minutes: another tab of this browser may still wait for consent.
    return redirect(done)


def _is_by_link(attempt: OAuthState) -> bool:
    return attempt.link_hash is not None


def _take(engine: Engine, state: str) -> OAuthState:
    attempt = oauth_states.take(engine, digest(state), _now())
    if attempt is None:
        raise ConnectRefused("state_unknown")
    return attempt


def _require_same_browser(attempt: OAuthState, browser: str) -> None:
    if not hmac.compare_digest(attempt.browser_hash, digest(browser)):
        raise ConnectRefused("state_foreign_browser")


def _require_still_allowed(
    settings: Settings, engine: Engine, request: Request, attempt: OAuthState
) -> None:
    """Whoever began must still be signed in as an assessor; a link must still be unused.

    A link is used up here, before the code is exchanged, so that two browsers cannot both use it.
    """
    now = _now()
    if attempt.link_hash is not None:
        if not connect_links.use_up(engine, attempt.link_hash, now):
            raise ConnectRefused("link_used")
        return
    visitor = visitors.visitor_of(engine, settings, request.cookies, now)
    if (
        visitor is None
        or visitor.by != attempt.begun_by
        or not visitor.may_change(attempt.engagement_id)
    ):
        raise ConnectRefused("sign_in")


def _code(request: Request) -> str:
    error = request.query_params.get("error")
    if error is not None:
        known = {
            "access_denied": "denied",
            "server_error": "provider_down",
            "temporarily_unavailable": "provider_down",
        }
        raise ConnectRefused(known.get(error, "app_unknown"))
    code = request.query_params.get("code")
    if not code:
        raise ConnectRefused("state_unknown")
    return code


def reason_of(error: Exception) -> str:
    """Return the key of `REFUSALS` for the error."""
    match error:
        case ConnectRefused():
            return error.reason
        case EngagementNotActive() | NotFound():
            return "engagement_not_active"
        case PagerDutyError(retryable=True):
            return "provider_down"
        case CorvanaError():
            return "identity_invalid"
        case _:
            return "provider_down"


async def _refused(
    settings: Settings, error: Exception, engagement_id: str, by: str, *, by_link: bool = False
) -> Response:
    reason = reason_of(error)
    reference = await run_in_threadpool(
        attempts.note_refusal, settings, reason, engagement_id or None, by
    )
    # Log only the type: a library's message may quote the request or the response.
    _log.warning("not connected", reason=reason, error=type(error).__name__, reference=reference)
    if by_link:
        return redirect(f"{settings.base_url}{LINK}/refused?{urlencode({'reason': reason})}")
    told = {"engagement": engagement_id, "reference": reference}
    known = {name: text for name, text in told.items() if text}
    return redirect(_integrations(settings, refused=reason, **known))


def _integrations(settings: Settings, **query: str) -> str:
    return f"{settings.base_url}/integrations?{urlencode(query)}"


def redirect(url: str) -> RedirectResponse:
    """Send the browser on; neither the answer is kept nor this address told to the next page."""
    return RedirectResponse(
        url,
        status_code=302,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def _now() -> datetime:
    return datetime.now(UTC)


routes = [Route(START, start), Route(CALLBACK, callback)]
