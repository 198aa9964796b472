"""Alembic migrations of the record, run by `corredor.record.engine` when a database is opened."""
