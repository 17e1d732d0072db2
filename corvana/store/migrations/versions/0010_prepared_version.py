"""The data version whose usual results were worked out; nothing was before this revision."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("connection") as batch:
        batch.add_column(
            sa.Column("prepared_version", sa.Integer(), nullable=False, server_default="0")
        )
    # Existing rows have none; new rows must say so.
    with op.batch_alter_table("connection") as batch:
        batch.alter_column("prepared_version", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
