"""The highest number that was given to a data version, so that no two attempts use the same."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("connection") as batch:
        batch.add_column(
            sa.Column("last_version_begun", sa.Integer(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("connection") as batch:
        batch.alter_column("last_version_begun", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
