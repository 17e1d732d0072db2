"""People, their engagements and sessions, links for a client's admin, and the audit trail.

The database itself refuses to change or delete an entry of the audit trail.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION refuse_to_change_the_audit_trail() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries of the audit trail are only added'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("issuer", "subject", name="uq_person_issuer_subject"),
    )
    op.create_index("ix_person_email", "person", ["email"])
    op.create_table(
        "membership",
        sa.Column("engagement_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"])
    op.create_table(
        "grouprole",
        sa.Column("engagement_id", sa.String(), primary_key=True),
        sa.Column("group", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
    )
    op.create_table(
        "signin",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_signin_person_id", "signin", ["person_id"])
    op.create_table(
        "connectlink",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("engagement_id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_connectlink_engagement_id", "connectlink", ["engagement_id"])
    op.create_table(
        "auditentry",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("engagement_id", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
    )
    op.create_index("ix_auditentry_at", "auditentry", ["at"])
    _refuse_changes()
    with op.batch_alter_table("engagement") as batch:
        batch.add_column(
            sa.Column("viewers_take_report", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # Existing engagements get False; new rows must say it.
    with op.batch_alter_table("engagement") as batch:
        batch.alter_column("viewers_take_report", server_default=None)
    # Attempts wait ten minutes at most: those begun before the upgrade have to begin again.
    op.execute("DELETE FROM oauthstate")
    with op.batch_alter_table("oauthstate") as batch:
        batch.add_column(sa.Column("begun_by", sa.String(), nullable=False))
        batch.add_column(sa.Column("link_hash", sa.String(), nullable=True))


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE_ON_POSTGRESQL)
        op.execute(
            "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON auditentry"
            " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_audit_trail()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{change.lower()} BEFORE {change} ON auditentry"
            " BEGIN SELECT RAISE(ABORT, 'entries of the audit trail are only added'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
