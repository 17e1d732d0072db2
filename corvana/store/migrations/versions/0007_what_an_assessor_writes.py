"""What assessors write: settings of the assessment, decisions, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table("assessmentsettings", *_revised(), sa.Column("chosen", sa.JSON(), nullable=False))
    op.create_table(
        "logo",
        *_revised(),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.add_column("connection", sa.Column("analyse_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "baseline",
        *_revised(),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("covered_since", sa.BigInteger(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("concluded_by", sa.String(), nullable=False),
        sa.Column("built_by", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
    )
    _targets()
    _dates()
    _register()


def _targets() -> None:
    op.create_table(
        "responsetarget",
        *_revised(),
        sa.Column("by", sa.String(), primary_key=True),
        sa.Column("level", sa.String(), primary_key=True),
        sa.Column("service_id", sa.String(), primary_key=True),
        sa.Column("acknowledge_seconds", sa.Integer(), nullable=True),
        sa.Column("resolve_seconds", sa.Integer(), nullable=True),
    )


def _dates() -> None:
    op.create_table(
        "timelinedate",
        *_revised(),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
    )


def _register() -> None:
    op.create_table(
        "findingseen",
        sa.Column("connection_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), primary_key=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("effect", sa.Float(), nullable=False),
        sa.Column("is_read_off", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "registerentry",
        *_revised(),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("effort", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
    )
    op.create_table(
        "registerchange",
        sa.Column("engagement_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
    )


def _revised() -> tuple[sa.Column[object], ...]:
    """The columns of every row that two assessors may change at once."""
    return (
        sa.Column("engagement_id", sa.String(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
