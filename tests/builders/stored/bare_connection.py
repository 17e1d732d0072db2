"""A connection as a row, without tokens and data."""

from datetime import UTC, datetime

from corvana.config import US_AUDIENCE
from corvana.store.models import Connection

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_connection(connection_id: str, engagement_id: str) -> Connection:
    return Connection(
        id=connection_id,
        engagement_id=engagement_id,
        account_id="PACC1",
        account_label="acme",
        region="US",
        audience=US_AUDIENCE,
        connected_role="owner",
        connected_at=NOW,
    )
