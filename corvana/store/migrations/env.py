"""Run by Alembic: apply revisions on the connection that `upgrade` passes."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
