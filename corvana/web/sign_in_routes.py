"""Sign-in with an OpenID provider: to it, back from it, and out.

These routes stand before Streamlit's own of the same names. Its cookie would be valid for 30 days,
whatever happened meanwhile. Ours holds a random token of a session in the database.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx  # noqa: TID251 - Authlib talks to the sign-in provider with it, and raises its errors
import structlog
from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corvana import trace
from corvana.config import Settings, load_settings
from corvana.errors import SignInRefused, VaultError
from corvana.store.engine import open_database
from corvana.store.models import Person
from corvana.store.people import audit, members, sign_ins
from corvana.store.vault import Vault
from corvana.web import sign_in, ticket, visitors

LOGIN: Final = "/auth/login"
LOGOUT: Final = "/auth/logout"
CALLBACK: Final = "/oauth2callback"
_NEXT: Final = "corvana_next"
_NOT_SIGNED_IN: Final = (httpx.HTTPError, JoseError, ValueError, KeyError, RuntimeError)
"""What Authlib raises beside its own errors: no answer, a false proof, an answer that is odd."""
_ANSWERS: Final = {
    "access_denied": "denied",
    "login_required": "not_at_provider",
    "interaction_required": "not_at_provider",
    "consent_required": "not_at_provider",
    "account_selection_required": "not_at_provider",
    "server_error": "provider_down",
    "temporarily_unavailable": "provider_down",
}
_log = structlog.get_logger(__name__)


async def login(request: Request) -> Response:
    """Send the browser to the provider, and remember the page it wants to see."""
    if not sign_in.auth_configured():
        return _redirect("/")
    request.session[_NEXT] = _own_page(request.query_params.get("next", "/"))
    try:
        answer: Response = await _provider().authorize_redirect(
            request, sign_in.auth_section()["redirect_uri"]
        )
    except (OAuthError, *_NOT_SIGNED_IN) as error:
        return await _refused(request, _reason(error), error)
    return answer


async def callback(request: Request) -> Response:
    """Check the provider's answer, start a session, and show the page that was asked for."""
    if not sign_in.auth_configured() or not {"code", "error"} & set(request.query_params):
        return _redirect("/")  # a provider sends browsers here after signing out, too
    settings = load_settings()
    wanted = _own_page(str(request.session.get(_NEXT, "/")))
    try:
        answer = await _provider().authorize_access_token(request)
        claims: Mapping[str, Any] = answer.get("userinfo") or {}
        token = await run_in_threadpool(_begin, settings, claims)
    except (SignInRefused, OAuthError, *_NOT_SIGNED_IN) as error:
        return await _refused(request, _reason(error), error)
    request.session.clear()
    response = _redirect(wanted)
    response.set_cookie(
        visitors.cookie_name(settings),
        token,
        max_age=int(settings.session_lifetime.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )
    return response


async def logout(request: Request) -> Response:
    """End the session for every tab and every node, then end it at the provider.

    The ticket comes from the page: a link on another site cannot sign anybody out.
    """
    settings = load_settings()
    if not sign_in.auth_configured():
        return _redirect("/")
    token = visitors.token_in(settings, request.cookies)
    if not await run_in_threadpool(_end, settings, token, request.query_params.get("ticket", "")):
        return _redirect("/")
    response = _redirect(await _end_at_provider())
    response.delete_cookie(
        visitors.cookie_name(settings),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )
    return response


def _begin(settings: Settings, claims: Mapping[str, Any]) -> str:
    """Recognise the person and start a session. Raises `SignInRefused`."""
    engine, now = open_database(settings.database_url), datetime.now(UTC)
    issuer, subject = str(claims.get("iss") or ""), str(claims.get("sub") or "")
    if not issuer or not subject:
        raise SignInRefused("proof_invalid")
    groups = _texts(claims.get(settings.groups_claim))
    # Another person's address must not open that person's invitation.
    email = None if claims.get("email_verified") is False else _text(claims.get("email"))
    person = members.recognised(engine, issuer, subject, email)
    if person is None and members.any_group(engine, groups):
        person = members.add_unknown(engine, issuer, subject, email, now)
    if person is None:
        raise SignInRefused("not_invited")
    return _begin_session(engine, settings, person, groups, now)


def _begin_session(
    engine: Engine, settings: Settings, person: Person, groups: list[str], now: datetime
) -> str:
    token = sign_ins.begin(
        engine,
        person.id,
        groups,
        now,
        lifetime=settings.session_lifetime,
        idle=settings.session_idle,
    )
    audit.record(engine, "signed in", person.id, now)
    return token


def _end(settings: Settings, token: str, shown: str) -> bool:
    engine, now = open_database(settings.database_url), datetime.now(UTC)
    visitor = visitors.visitor_with(engine, settings, token, now)
    try:
        vault = Vault.of(settings)
    except VaultError:
        return False
    if not ticket.valid(vault, shown, ticket.SIGN_OUT, token, now):
        return False
    sign_ins.end(engine, token)
    if visitor is not None:
        audit.record(engine, "signed out", visitor.by, now)
    return True


async def _end_at_provider() -> str:
    """The provider's own page for signing out, if it has one; else our first page."""
    section = sign_in.auth_section()
    try:
        # Authlib raises RuntimeError for a provider without such a page.
        found = await _provider().create_logout_url(
            post_logout_redirect_uri=section["redirect_uri"], client_id=section["client_id"]
        )
    except (OAuthError, httpx.HTTPError, ValueError, RuntimeError):
        return "/"
    return str(found["url"])


async def _refused(request: Request, reason: str, error: Exception) -> Response:
    """Show why on the sign-in page. Only the type is logged: a message may quote the answer."""
    request.session.clear()
    reference = await run_in_threadpool(_note_refusal, reason)
    _log.warning("not signed in", reason=reason, error=type(error).__name__, reference=reference)
    return _redirect(f"/?{urlencode({'sign_in': reason, 'reference': reference})}")


def _note_refusal(reason: str) -> str:
    engine = open_database(load_settings().database_url)
    return audit.record(
        engine,
        "sign-in refused",
        audit.NOBODY,
        datetime.now(UTC),
        detail=reason,
        reference=trace.request_id(),
    )


def _reason(error: Exception) -> str:
    """The key of `refusals.SIGN_IN` for what went wrong."""
    match error:
        case SignInRefused():
            return error.reason
        case MismatchingStateError():
            return "expired"
        case OAuthError():
            return _ANSWERS.get(error.error or "", "provider_refused")
        case httpx.HTTPError():
            return "provider_down"
        case _:
            return "proof_invalid"


def _own_page(wanted: str) -> str:
    """A path of this application. Everything else, such as `//elsewhere`, becomes the first page.

    Browsers read a backslash as a slash, and drop tabs and line ends.
    """
    parts = urlsplit(wanted)
    is_own = wanted.startswith("/") and not wanted.startswith("//")
    if not is_own or parts.scheme or parts.netloc or set(wanted) & set("\\\t\r\n"):
        return "/"
    return wanted


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str)]


def _provider() -> Any:
    """The client of the configured provider, by Authlib: state, nonce, PKCE, keys, claims."""
    section = sign_in.auth_section()
    scope = section.get("client_kwargs", {}).get("scope", "openid email profile")
    return OAuth().register(
        "openid",
        client_id=section["client_id"],
        client_secret=section["client_secret"],
        server_metadata_url=section["server_metadata_url"],
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "timeout": 10},
    )


def _redirect(url: str) -> RedirectResponse:
    return RedirectResponse(
        url,
        status_code=302,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


routes = [Route(LOGIN, login), Route(LOGOUT, logout), Route(CALLBACK, callback)]
