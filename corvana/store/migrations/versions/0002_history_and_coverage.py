"""Tombstones, versions of the configuration, and the tables of the remaining nouns."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "alertgroupingsetting",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("service_ids", sa.String(), nullable=False),
        sa.Column("timeout", sa.Integer()),
        sa.Column("time_window", sa.Integer()),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "businessservice",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "configurationversion",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("connection_id", "noun", "object_id", "seen_at"),
    )
    op.create_table(
        "maintenancewindow",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("service_ids", sa.String(), nullable=False),
        sa.Column("team_ids", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "nounstatus",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("attempted_at", sa.BigInteger(), nullable=False),
        sa.Column("succeeded_at", sa.BigInteger()),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("connection_id", "noun"),
    )
    op.create_table(
        "oncall",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("escalation_policy_id", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("responder", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger()),
        sa.Column("end", sa.BigInteger()),
        sa.PrimaryKeyConstraint(
            "connection_id", "taken_at", "escalation_policy_id", "level", "responder", "schedule_id"
        ),
    )
    op.create_table(
        "priority",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    op.create_table(
        "schedulecoverage",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("percentage", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "schedule_id", "since"),
    )
    op.create_table(
        "scheduleoverride",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("responder", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "schedule_id", "responder", "start"),
    )
    op.create_table(
        "servicedependency",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("supporting_id", sa.String(), nullable=False),
        sa.Column("supporting_type", sa.String(), nullable=False),
        sa.Column("dependent_id", sa.String(), nullable=False),
        sa.Column("dependent_type", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("connection_id", "id"),
    )
    _add_counters("collectionrun", "duplicates", "without_incident", "unknown_types")
    for table in ("escalationpolicy", "incident", "responder", "schedule", "service", "team"):
        op.add_column(table, sa.Column("deleted_at", sa.BigInteger()))
    for name in (
        "urgency_rule",
        "urgency",
        "urgency_during_support_hours",
        "urgency_outside_support_hours",
        "support_time_zone",
        "support_days",
        "support_start",
        "support_end",
    ):
        op.add_column("service", sa.Column(name, sa.String()))


def _add_counters(table: str, *names: str) -> None:
    """Add the columns with 0 in existing rows and without a default for new rows."""
    with op.batch_alter_table(table) as batch:
        for name in names:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table(table) as batch:
        for name in names:
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
