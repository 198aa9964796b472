"""The first schema: figures, series, sources, the dated entries, corrections, tombstones and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from corredor.record.triggers import figure_references, functions, guards, views

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ERASABLE = (
    "source",
    "series",
    "figure",
    "figure_pack",
    "event",
    "statement",
    "commitment",
    "evidence",
    "group_report",
    "site_report",
)
PERMANENT = ("load", "correction", "tombstone", "audit", "audit_seal")


def upgrade() -> None:
    """Make the tables, then the triggers that keep them append-only, then the readable views."""
    dialect = op.get_bind().dialect.name
    _tables()
    for statement in functions(dialect):
        op.execute(statement)
    for table in (*ERASABLE, *PERMANENT):
        for statement in guards(dialect, table, erasable=table in ERASABLE):
            op.execute(statement)
    for statement in (*figure_references(dialect), *views(dialect)):
        op.execute(statement)


def _tables() -> None:
    op.create_table(
        "audit",
        sa.Column("row_id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint("row_id > 0", name="audit_number"),
        sa.PrimaryKeyConstraint("row_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_seal",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("first_row", sa.BigInteger(), nullable=False),
        sa.Column("last_row", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_table(
        "load",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_table(
        "commitment",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("party_es", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("action_es", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_es", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("due_es", sa.Text(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("commitment_by_id", "commitment", ["id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("replacement", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mistake", sa.Text(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(action = 'supersedes') = (replacement IS NOT NULL)", name="correction_replacement"
        ),
        sa.CheckConstraint("action IN ('retracts', 'supersedes')", name="correction_action"),
        sa.CheckConstraint("mistake IN ('ours', 'publisher')", name="correction_mistake"),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("correction_by_target", "correction", ["table", "target"], unique=False)
    op.create_table(
        "event",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("known_at_assumed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_es", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("event_by_id", "event", ["id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_es", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("evidence_by_id", "evidence", ["id"], unique=False)
    op.create_table(
        "group_report",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_es", sa.Text(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("place_name", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("size_low", sa.Double(), nullable=True),
        sa.Column("size_high", sa.Double(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("known_at_assumed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("group_report_by_id", "group_report", ["id"], unique=False)
    op.create_table(
        "series",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("title_es", sa.Text(), nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("series_by_key", "series", ["key"], unique=False)
    op.create_table(
        "site_report",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_es", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Double(), nullable=True),
        sa.Column("occupied", sa.Double(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("site_report_by_id", "site_report", ["id"], unique=False)
    op.create_table(
        "source",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Date(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("source_by_id", "source", ["id"], unique=False)
    op.create_table(
        "statement",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("quantity_low", sa.Double(), nullable=True),
        sa.Column("quantity_high", sa.Double(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_es", sa.Text(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=False),
        sa.Column("conflict_es", sa.Text(), nullable=False),
        sa.Column("speaker_es", sa.Text(), nullable=False),
        sa.Column("role_es", sa.Text(), nullable=False),
        sa.Column("outlet_es", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
    )
    op.create_index("statement_by_id", "statement", ["id"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"],
            ["load.row_id"],
        ),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("table", "target", name="tombstone_once"),
    )
    op.create_table(
        "figure_pack",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("first_row", sa.BigInteger(), nullable=False),
        sa.Column("last_row", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("first_row <= last_row", name="figure_pack_range"),
        sa.PrimaryKeyConstraint("row_id"),
    )
    # PostgreSQL checks these by a trigger, see `figure_references`.
    references = []
    if op.get_bind().dialect.name == "sqlite":
        references = [
            sa.ForeignKeyConstraint(["load_id"], ["load.row_id"]),
            sa.ForeignKeyConstraint(["series_id"], ["series.row_id"]),
            sa.ForeignKeyConstraint(["source_id"], ["source.row_id"]),
        ]
    op.create_table(
        "figure",
        sa.Column("row_id", ID, autoincrement=False, nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("rounded_to", sa.Double(), nullable=True),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('"end" > start', name="figure_period"),
        sa.CheckConstraint(
            "(value IS NULL OR abs(value) < 1e300) AND (low IS NULL OR abs(low) < 1e300) "
            "AND (high IS NULL OR abs(high) < 1e300)",
            name="figure_finite",
        ),
        sa.CheckConstraint("low IS NULL OR high IS NULL OR low <= high", name="figure_range"),
        sa.CheckConstraint("rounded_to IS NULL OR rounded_to > 0", name="figure_rounding"),
        sa.CheckConstraint("value IS NOT NULL OR low IS NOT NULL OR high IS NOT NULL", name="figure_present"),
        sa.PrimaryKeyConstraint("row_id"),
        *references,
    )
    op.create_index("figure_by_period", "figure", ["series_id", "start", "end", "known_at"], unique=False)
