"""The tables as they were before the database knew its revision."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "collectionrun",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("windows_total", sa.Integer(), nullable=False),
        sa.Column("windows_done", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_collectionrun_connection_id", "collectionrun", ["connection_id"])
    op.create_table(
        "collectionwindow",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "noun", "since", "until"),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("engagement_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("account_label", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("connected_role", sa.String(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_reason", sa.String()),
        sa.Column("connected_at", sa.BigInteger(), nullable=False),
        sa.Column("collected_at", sa.BigInteger()),
        sa.Column("requested_at", sa.BigInteger()),
        sa.Column("next_run_at", sa.BigInteger()),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("lease_holder", sa.String()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_connection_engagement_id", "connection", ["engagement_id"])
    op.create_table(
        "engagement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "escalationpolicy",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("num_loops", sa.Integer(), nullable=False),
        sa.Column("team_ids", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "escalationtarget",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("escalation_policy_id", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("target_type", sa.String(), nullable=False),
        sa.Column("escalation_delay_in_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "escalation_policy_id", "level", "target"),
    )
    op.create_table(
        "incident",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("service_id", sa.String()),
        sa.Column("escalation_policy_id", sa.String()),
        sa.Column("team_ids", sa.String(), nullable=False),
        sa.Column("priority", sa.String()),
        sa.Column("assigned_via", sa.String(), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_index("ix_incident_created_at", "incident", ["created_at"])
    op.create_table(
        "logentry",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent_type", sa.String()),
        sa.Column("agent", sa.String()),
        sa.Column("channel_type", sa.String()),
        sa.Column("notification_type", sa.String()),
        sa.Column("responder", sa.String()),
        sa.Column("assignees", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_index("ix_logentry_incident_id", "logentry", ["incident_id"])
    op.create_table(
        "oauthstate",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("engagement_id", sa.String(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("engagement_id", sa.String(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger()),
        sa.Column("revoked", sa.Boolean()),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_receipt_engagement_id", "receipt", ["engagement_id"])
    op.create_table(
        "responder",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("responder", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String()),
        sa.PrimaryKeyConstraint("connection_id", "responder"),
    )
    op.create_table(
        "responderjoin",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("responder", sa.String(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "incident_id", "responder"),
    )
    op.create_table(
        "schedule",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String()),
        sa.Column("team_ids", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "secret",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym_key", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id"),
    )
    op.create_table(
        "service",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("escalation_policy_id", sa.String()),
        sa.Column("team_ids", sa.String(), nullable=False),
        sa.Column("auto_resolve_timeout", sa.Integer()),
        sa.Column("acknowledgement_timeout", sa.Integer()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "shift",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("responder", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "schedule_id", "responder", "start"),
    )
    op.create_table(
        "team",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "workerheartbeat",
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
