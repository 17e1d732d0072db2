"""An incident's own end state, PagerDuty's order within one second, shapes of what is odd.

Rows that were stored before have no place. A resolved incident has the time of its last change in
`updated_at`: not earlier than its resolve, and better than an incident that stays open for ever. So
has an open one; where its log was resolved later, the log counts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("incident") as batch:
        batch.add_column(sa.Column("resolved_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("status_changed_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("status_changed_by", sa.String(), nullable=True))
    with op.batch_alter_table("logentry") as batch:
        batch.add_column(sa.Column("place", sa.Integer(), nullable=True))
    with op.batch_alter_table("collectionrun") as batch:
        batch.add_column(sa.Column("odd_parts", sa.Integer(), nullable=False, server_default="0"))
    # Existing rows get 0; new rows must say how many.
    with op.batch_alter_table("collectionrun") as batch:
        batch.alter_column("odd_parts", server_default=None)
    op.create_table(
        "oddshape",
        sa.Column("connection_id", sa.String(), primary_key=True),
        sa.Column("path", sa.String(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("problem", sa.String(), primary_key=True),
        sa.Column("given", sa.String(), primary_key=True),
        sa.Column("times", sa.BigInteger(), nullable=False),
    )
    op.execute(
        "UPDATE incident SET resolved_at = updated_at"
        " WHERE status = 'resolved' AND updated_at > created_at"
    )
    op.execute("UPDATE incident SET status_changed_at = updated_at WHERE status <> 'resolved'")


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
