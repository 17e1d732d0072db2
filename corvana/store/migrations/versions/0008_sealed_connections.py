"""Connections that are stored sealed with a key of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("connection") as batch:
        batch.add_column(
            sa.Column("is_sealed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # Existing rows are not sealed; new rows must say so.
    with op.batch_alter_table("connection") as batch:
        batch.alter_column("is_sealed", server_default=None)
    with op.batch_alter_table("secret") as batch:
        batch.alter_column("pseudonym_key", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
