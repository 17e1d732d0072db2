"""Revoke at PagerDuty the tokens of deleted connections, again and again until it confirms."""

from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine

from corvana.config import Settings, load_settings
from corvana.pagerduty import oauth
from corvana.store import purge
from corvana.store.engine import open_database
from corvana.store.keys.revocations import Revocation
from corvana.store.vault import Vault

_log = structlog.get_logger()


def revoke_pending() -> None:
    """Try every revocation that is due: one that failed is tried again after ten minutes."""
    settings = load_settings()
    vault = Vault.of(settings)
    if due := vault.revocations.due():
        engine = open_database(settings.database_url)
        for one in due:
            revoke(settings, engine, vault, one)


def revoke(settings: Settings, engine: Engine, vault: Vault, one: Revocation) -> None:
    """Try a revocation, and note the outcome on the receipt. Once it is confirmed, or after 30 days
    without that, the tokens are forgotten."""
    revoked = oauth.revoke(settings, one.tokens)
    if one.receipt_id:
        purge.note_revocation(engine, one.receipt_id, revoked=revoked)
    if revoked or one.is_too_old(datetime.now(UTC)):
        vault.revocations.forget(one.connection_id)
        return
    _log.warning("not revoked yet", connection=one.connection_id)
    vault.revocations.note_tried(one.connection_id)
