"""What a run has used of PagerDuty's rate limit, for the next run of the connection."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("collectionrun") as batch:
        batch.add_column(sa.Column("last_request_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("paused_until", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
