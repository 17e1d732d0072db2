"""The two routes of the PagerDuty connection: to the consent page, and back from it.

Requests of a browser are not trusted. `state` is used once, is valid for ten minutes, is stored
hashed and is bound to the browser by a cookie that no script can read. After every error the
browser is sent to the Integrations page with one of `refusals.REFUSALS`.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
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
from corvana.pagerduty import client, id_token, oauth
from corvana.store import connections, engagements, oauth_states
from corvana.store.engine import open_database
from corvana.store.models import OAuthState
from corvana.store.vault import Vault
from corvana.web import sign_in, ticket

START: Final = "/oauth/pagerduty/start"
CALLBACK: Final = "/oauth/pagerduty/callback"
STATE_LIFE: Final = timedelta(minutes=10)

_COOKIE = "corvana_connect"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_log = structlog.get_logger(__name__)


def cookie_name(settings: Settings) -> str:
    """The cookie's name. `__Host-` stops other hosts of the domain from setting it; needs https."""
    return f"__Host-{_COOKIE}" if settings.base_url.startswith("https://") else _COOKIE


async def start(request: Request) -> Response:
    """Store the attempt and send the browser to PagerDuty's consent page."""
    settings = load_settings()
    engagement_id: str = request.query_params.get("engagement") or ""
    sent = request.cookies.get(cookie_name(settings), "")
    browser = sent if _SECRET.fullmatch(sent) else secrets.token_urlsafe(32)
    try:
        if not engagement_id:
            engagement_id = await run_in_threadpool(_default_engagement, settings)
        if sign_in.auth_configured():
            _require_ticket(settings, request, engagement_id)
        target = await run_in_threadpool(_begin, settings, engagement_id, browser)
    except Exception as error:  # noqa: BLE001 - the page shows a sentence, never a traceback
        return _refused(settings, error, engagement_id)
    response = _redirect(target)
    response.set_cookie(
        cookie_name(settings),
        browser,
        max_age=int(STATE_LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.base_url.startswith("https://"),
    )
    return response


def _default_engagement(settings: Settings) -> str:
    """The newest active engagement. Empty when all are closed; an empty id is refused."""
    active = [
        e for e in engagements.listed(open_database(settings.database_url)) if e.status == "active"
    ]
    return active[0].id if active else ""


def _require_ticket(settings: Settings, request: Request, engagement_id: str) -> None:
    vault = Vault.open(settings.secret_key, settings.data_dir)
    shown = request.query_params.get("ticket", "")
    if not ticket.valid(vault, shown, engagement_id, request.cookies, _now()):
        raise ConnectRefused("sign_in")


def _begin(settings: Settings, engagement_id: str, browser: str) -> str:
    engine = open_database(settings.database_url)
    vault = Vault.open(settings.secret_key, settings.data_dir)
    engagements.require_active(engine, engagement_id)
    state, verifier = secrets.token_urlsafe(32), oauth.create_verifier()
    oauth_states.remember(
        engine,
        OAuthState(
            state_hash=_digest(state),
            browser_hash=_digest(browser),
            engagement_id=engagement_id,
            verifier=vault.encrypt(verifier.encode()),
            expires_at=_now() + STATE_LIFE,
        ),
    )
    return oauth.authorization_url(settings, state=state, verifier=verifier)


async def callback(request: Request) -> Response:
    """Handle the return from PagerDuty: check the attempt, exchange the code, store the account."""
    settings = load_settings()
    engagement_id = ""
    try:
        engine = open_database(settings.database_url)
        attempt = await run_in_threadpool(_take, engine, request.query_params.get("state", ""))
        browser = request.cookies.get(cookie_name(settings), "")
        _require_same_browser(attempt, browser)
        engagement_id = attempt.engagement_id
        code = _code(request)
        await run_in_threadpool(_join, settings, engine, attempt, code)
    except Exception as error:  # noqa: BLE001 - the page shows a sentence, never a traceback
        return _refused(settings, error, engagement_id)
    _log.info("connected", engagement=engagement_id)
    response = _redirect(_integrations(settings, connected="1", engagement=engagement_id))
    response.delete_cookie(
        cookie_name(settings),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.base_url.startswith("https://"),
    )
    return response


def _take(engine: Engine, state: str) -> OAuthState:
    attempt = oauth_states.take(engine, _digest(state), _now())
    if attempt is None:
        raise ConnectRefused("state_unknown")
    return attempt


def _require_same_browser(attempt: OAuthState, browser: str) -> None:
    if not hmac.compare_digest(attempt.browser_hash, _digest(browser)):
        raise ConnectRefused("state_foreign_browser")


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


def _join(settings: Settings, engine: Engine, attempt: OAuthState, code: str) -> None:
    """Exchange, verify, read the role, store. A grant that is not stored is revoked."""
    vault = Vault.open(settings.secret_key, settings.data_dir)
    engagements.require_active(engine, attempt.engagement_id)
    verifier = vault.decrypt(attempt.verifier).decode()
    grant = oauth.exchange(settings, code=code, verifier=verifier, now=_now())
    tokens = grant.tokens
    try:
        claims = id_token.verify(settings, grant.id_token, _now())
        me = client.fetch_me(settings.api_urls[claims.audience], tokens.access_token)
        connections.connect(
            engine,
            vault,
            engagement_id=attempt.engagement_id,
            account=connections.PagerDutyAccount(
                account_id=claims.account_id,
                label=claims.subdomain,
                region=claims.region,
                audience=claims.audience,
                role=me.role,
            ),
            tokens=tokens,
            now=_now(),
        )
    except Exception:
        oauth.revoke(settings, tokens)
        raise


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


def _refused(settings: Settings, error: Exception, engagement_id: str) -> Response:
    reason = reason_of(error)
    # Log only the type: a library's message may quote the request or the response.
    _log.warning("not connected", reason=reason, error=type(error).__name__)
    known = {"engagement": engagement_id} if engagement_id else {}
    return _redirect(_integrations(settings, refused=reason, **known))


def _integrations(settings: Settings, **query: str) -> str:
    return f"{settings.base_url}/integrations?{urlencode(query)}"


def _redirect(url: str) -> RedirectResponse:
    return RedirectResponse(
        url,
        status_code=302,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


routes = [Route(START, start), Route(CALLBACK, callback)]
