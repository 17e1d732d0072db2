"""Requests that the gate refuses, in the audit trail."""

from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from corvana import trace
from corvana.config import load_settings
from corvana.store.engine import open_database
from corvana.store.people import audit

_log = structlog.get_logger(__name__)


def note(kind: str) -> None:
    """Add an entry; a database that does not answer changes nothing about the refusal."""
    try:
        engine = open_database(load_settings().database_url)
        audit.record(
            engine,
            "refused",
            audit.NOBODY,
            datetime.now(UTC),
            detail=kind,
            reference=trace.request_id(),
        )
    except (SQLAlchemyError, OSError) as error:
        _log.warning("refusal not noted", kind=kind, error=type(error).__name__)
