"""Incidents by creation and log entries by incident, within their connection.

With the connection first, SQLite finds a month's log by index instead of reading the whole log.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_index("ix_incident_created_at", table_name="incident")
    op.create_index("ix_incident_created", "incident", ["connection_id", "created_at"])
    op.drop_index("ix_logentry_incident_id", table_name="logentry")
    op.create_index("ix_logentry_incident", "logentry", ["connection_id", "incident_id"])


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
