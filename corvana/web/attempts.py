"""One attempt to connect an account: begun, joined, or refused."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from corvana import trace
from corvana.config import Settings
from corvana.pagerduty import client, id_token, oauth
from corvana.store import connections, engagements, oauth_states
from corvana.store.engine import open_database
from corvana.store.models import OAuthState
from corvana.store.people import audit
from corvana.store.people.sign_ins import digest
from corvana.store.vault import Vault

STATE_LIFE: Final = timedelta(minutes=10)
_log = structlog.get_logger(__name__)


def begin(
    settings: Settings, engagement_id: str, browser: str, by: str, link_hash: str | None = None
) -> str:
    """Store an attempt and return the address of PagerDuty's consent page for it.

    Raises `NotFound` or `EngagementNotActive`.
    """
    engine = open_database(settings.database_url)
    vault = Vault.of(settings)
    engagements.require_active(engine, engagement_id)
    state, verifier = secrets.token_urlsafe(32), oauth.create_verifier()
    oauth_states.remember(
        engine,
        OAuthState(
            state_hash=digest(state),
            browser_hash=digest(browser),
            engagement_id=engagement_id,
            verifier=vault.encrypt(verifier.encode()),
            expires_at=datetime.now(UTC) + STATE_LIFE,
            begun_by=by,
            link_hash=link_hash,
        ),
    )
    return oauth.authorization_url(settings, state=state, verifier=verifier)


def join(settings: Settings, engine: Engine, attempt: OAuthState, code: str) -> None:
    """Exchange, verify, read the role, store. A grant that is not stored is revoked."""
    vault = Vault.of(settings)
    engagements.require_active(engine, attempt.engagement_id)
    verifier = vault.decrypt(attempt.verifier).decode()
    grant = oauth.exchange(settings, code=code, verifier=verifier, now=datetime.now(UTC))
    tokens = grant.tokens
    try:
        claims = id_token.verify(settings, grant.id_token, datetime.now(UTC))
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
            now=datetime.now(UTC),
        )
    except Exception:
        oauth.revoke(settings, tokens)
        raise


def note_refusal(settings: Settings, reason: str, engagement_id: str | None, by: str) -> str:
    """Add the refusal to the audit trail and return its reference id.

    Empty when the database does not answer: the browser is told the reason nevertheless. The id of
    an engagement comes from an address. One that does not exist may be any text, and is not kept.
    """
    try:
        engine = open_database(settings.database_url)
        known = {one.id for one in engagements.listed(engine)}
        return audit.record(
            engine,
            "connect refused",
            by,
            datetime.now(UTC),
            engagement_id=engagement_id if engagement_id in known else None,
            detail=reason,
            reference=trace.request_id(),
        )
    except SQLAlchemyError as error:
        _log.warning("refusal not noted", error=type(error).__name__)
        return ""
