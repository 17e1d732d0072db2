"""Drop columns that nothing reads, also from the versions of the configuration.

A version that kept a dropped column would differ from the object at its next reading, although
nothing changed at PagerDuty.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_COLUMNS = {
    "businessservice": ["team_id"],
    "escalationpolicy": ["team_ids"],
    "maintenancewindow": ["team_ids"],
    "responder": ["role"],
    "schedule": ["kind", "team_ids"],
    "service": ["created_at"],
}
_OF_NOUN = {
    "business_services": ["team_id"],
    "escalation_policies": ["team_ids"],
    "maintenance_windows": ["team_ids"],
    "users": ["role"],
    "schedules": ["kind", "team_ids"],
    "services": ["created_at"],
}
_VERSIONS = sa.table(
    "configurationversion",
    sa.column("connection_id", sa.String()),
    sa.column("noun", sa.String()),
    sa.column("object_id", sa.String()),
    sa.column("seen_at", sa.BigInteger()),
    sa.column("state", sa.JSON(none_as_null=True)),
)
_KEY = ("connection_id", "noun", "object_id", "seen_at")
_AT_ONCE = 1_000


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
    for noun, columns in _OF_NOUN.items():
        _forget(noun, set(columns))


def _forget(noun: str, columns: set[str]) -> None:
    """Take the columns out of every version of the noun; the rows stay."""
    connection = op.get_bind()
    found = connection.execute(sa.select(_VERSIONS).where(_VERSIONS.c.noun == noun)).mappings()
    changed: list[dict[str, Any]] = [
        {
            **{f"its_{name}": version[name] for name in _KEY},
            "new": {name: value for name, value in version["state"].items() if name not in columns},
        }
        for version in found.all()
        if version["state"] and columns & version["state"].keys()
    ]
    of_key = (_VERSIONS.c[name] == sa.bindparam(f"its_{name}") for name in _KEY)
    update = sa.update(_VERSIONS).where(*of_key).values(state=sa.bindparam("new"))
    for start in range(0, len(changed), _AT_ONCE):
        connection.execute(update, changed[start : start + _AT_ONCE])


def downgrade() -> None:
    raise NotImplementedError("the database is only ever brought forward; restore a backup instead")
