"""Alembic's entry point: migrate on the connection, and in the transaction, that the caller holds."""

from __future__ import annotations

from alembic import context

from corredor.record.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
context.run_migrations()
