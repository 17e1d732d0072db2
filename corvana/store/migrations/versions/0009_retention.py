"""After how many days from closing an engagement its data is deleted; nothing: by nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("engagement") as batch:
        batch.add_column(sa.Column("delete_after_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
