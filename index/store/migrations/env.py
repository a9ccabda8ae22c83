"""Runs the migrations on the connection that index.store.migration gives."""

from alembic import context

from index.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
