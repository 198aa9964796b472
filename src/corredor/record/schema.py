"""The tables of the record, declared once for SQLite and PostgreSQL.

The entry tables take their columns from the dataclasses of `corredor.record.entries`, plus ``row_id``
(numbered without gaps, so that a missing row shows), ``load_id`` and ``recorded_at``. Instants are
microseconds since 1970 UTC, on both databases the same number; the ``*_readable`` views spell them out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import sqlalchemy as sa

from corredor.moment import from_micros, to_micros
from corredor.record.entries import (
    Commitment,
    Entry,
    Event,
    Evidence,
    GroupReport,
    Series,
    SiteReport,
    Source,
    Statement,
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime kept as microseconds since 1970-01-01 UTC in a BIGINT."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """The microseconds; `InputError` for a naive datetime."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """The instant in UTC."""
        return None if value is None else from_micros(value)


@dataclass(frozen=True)
class EntryKind:
    """How one class of entry is kept.

    Attributes:
        table: name of its table.
        attribute: name of its sequence in a `Batch`.
        type: the dataclass.
        key: the field that names an entry.
        dated: True where entries have their own ``known_at``; changes to them are corrections. False for
            sources and series, whose newest version is read.
    """

    table: str
    attribute: str
    type: type[Any]
    key: str = "id"
    dated: bool = True


KINDS: tuple[EntryKind, ...] = (
    EntryKind("source", "sources", Source, dated=False),
    EntryKind("series", "series", Series, key="key", dated=False),
    EntryKind("event", "events", Event),
    EntryKind("statement", "statements", Statement),
    EntryKind("commitment", "commitments", Commitment),
    EntryKind("evidence", "evidence", Evidence),
    EntryKind("group_report", "groups", GroupReport),
    EntryKind("site_report", "sites", SiteReport),
)
KIND_OF_TABLE = {kind.table: kind for kind in KINDS}
DATED_TABLES = ("figure", *(kind.table for kind in KINDS if kind.dated))
ERASABLE_TABLES = ("figure", *(kind.table for kind in KINDS))

metadata = sa.MetaData()


def kind_of(entry: Entry) -> EntryKind:
    """The kind of an entry."""
    return next(kind for kind in KINDS if isinstance(entry, kind.type))


def _field_types(cls: type[Any]) -> dict[str, tuple[type[Any], bool]]:
    hints = get_type_hints(cls)
    types: dict[str, tuple[type[Any], bool]] = {}
    for each in fields(cls):
        hint = hints[each.name]
        if get_origin(hint) is UnionType:
            (inner,) = (arg for arg in get_args(hint) if arg is not NoneType)
            types[each.name] = (inner, True)
        else:
            types[each.name] = (hint, False)
    return types


_FIELD_TYPES = {kind.type: _field_types(kind.type) for kind in KINDS}


def field_types(cls: type[Any]) -> dict[str, tuple[type[Any], bool]]:
    """Of each field of an entry class: its type, and whether it may be None."""
    return _FIELD_TYPES[cls]


def _sql_type(cls: type[Any]) -> sa.types.TypeEngine[Any]:
    if issubclass(cls, StrEnum | str):
        return sa.Text()
    if issubclass(cls, bool):
        return sa.Boolean()
    if issubclass(cls, datetime):
        return Instant()
    if issubclass(cls, date):
        return sa.Date()
    return sa.Double()


# On SQLite an INTEGER primary key is the row's own number and needs no second index.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _row_id() -> sa.Column[int]:
    # Numbered by the load, which holds the write lock: both databases then number alike, without gaps.
    return sa.Column("row_id", _ID, primary_key=True, autoincrement=False)


def _load_id() -> sa.Column[int]:
    return sa.Column("load_id", sa.BigInteger(), sa.ForeignKey("load.row_id"), nullable=False)


def _entry_table(kind: EntryKind) -> sa.Table:
    columns = [
        sa.Column(name, _sql_type(cls), nullable=optional)
        for name, (cls, optional) in field_types(kind.type).items()
    ]
    return sa.Table(
        kind.table,
        metadata,
        _row_id(),
        *columns,
        _load_id(),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Index(f"{kind.table}_by_{kind.key}", kind.key),
    )


load = sa.Table(
    "load",
    metadata,
    _row_id(),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("digest", sa.Text(), nullable=False),
    sa.Column("counts", sa.Text(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
)

ENTRY_TABLES: dict[str, sa.Table] = {kind.table: _entry_table(kind) for kind in KINDS}

# A figure's series_id and source_id are the row of the first version of that series and source.
figure = sa.Table(
    "figure",
    metadata,
    _row_id(),
    sa.Column("series_id", sa.BigInteger(), sa.ForeignKey("series.row_id"), nullable=False),
    sa.Column("start", sa.Date(), nullable=False),
    sa.Column("end", sa.Date(), nullable=False),
    sa.Column("value", sa.Double()),
    sa.Column("low", sa.Double()),
    sa.Column("high", sa.Double()),
    sa.Column("known_at", Instant(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("rounded_to", sa.Double()),
    sa.Column("flags", sa.Integer(), nullable=False),
    sa.Column("source_id", sa.BigInteger(), sa.ForeignKey("source.row_id"), nullable=False),
    _load_id(),
    sa.CheckConstraint('"end" > start', name="figure_period"),
    sa.CheckConstraint("value IS NOT NULL OR low IS NOT NULL OR high IS NOT NULL", name="figure_present"),
    sa.CheckConstraint("low IS NULL OR high IS NULL OR low <= high", name="figure_range"),
    # NaN compares above every number on PostgreSQL and is NULL on SQLite; infinity fails on both.
    sa.CheckConstraint(
        "(value IS NULL OR abs(value) < 1e300) AND (low IS NULL OR abs(low) < 1e300) "
        "AND (high IS NULL OR abs(high) < 1e300)",
        name="figure_finite",
    ),
    sa.CheckConstraint("rounded_to IS NULL OR rounded_to > 0", name="figure_rounding"),
    sa.Index("figure_by_period", "series_id", "start", "end", "known_at"),
)

# Copies of ranges of figures, see `corredor.record.stored`.
figure_pack = sa.Table(
    "figure_pack",
    metadata,
    _row_id(),
    sa.Column("first_row", sa.BigInteger(), nullable=False),
    sa.Column("last_row", sa.BigInteger(), nullable=False),
    sa.Column("data", sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("first_row <= last_row", name="figure_pack_range"),
)

correction = sa.Table(
    "correction",
    metadata,
    _row_id(),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("table", sa.Text(), nullable=False),
    sa.Column("target", sa.BigInteger(), nullable=False),
    sa.Column("replacement", sa.BigInteger()),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("mistake", sa.Text(), nullable=False),
    sa.Column("known_at", Instant(), nullable=False),
    _load_id(),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.CheckConstraint("action IN ('retracts', 'supersedes')", name="correction_action"),
    sa.CheckConstraint("mistake IN ('ours', 'publisher')", name="correction_mistake"),
    sa.CheckConstraint("(action = 'supersedes') = (replacement IS NOT NULL)", name="correction_replacement"),
    sa.Index("correction_by_target", "table", "target"),
)

tombstone = sa.Table(
    "tombstone",
    metadata,
    _row_id(),
    sa.Column("table", sa.Text(), nullable=False),
    sa.Column("target", sa.BigInteger(), nullable=False),
    sa.Column("load_id", sa.BigInteger(), sa.ForeignKey("load.row_id"), nullable=False),
    sa.Column("sha256", sa.Text(), nullable=False),
    sa.Column("order", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("recorded_at", Instant(), nullable=False),
    sa.UniqueConstraint("table", "target", name="tombstone_once"),
)

# The database numbers audit rows itself, so that several intakes append without waiting for each other.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("row_id", _ID, primary_key=True, autoincrement=True),
    sa.Column("at", Instant(), nullable=False),
    sa.Column("actor", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("detail", sa.Text(), nullable=False),
    sa.Column("sha256", sa.Text(), nullable=False),
    sa.CheckConstraint("row_id > 0", name="audit_number"),
    sqlite_autoincrement=True,
)

audit_seal = sa.Table(
    "audit_seal",
    metadata,
    _row_id(),
    sa.Column("first_row", sa.BigInteger(), nullable=False),
    sa.Column("last_row", sa.BigInteger(), nullable=False),
    sa.Column("rows", sa.Integer(), nullable=False),
    sa.Column("sealed_at", Instant(), nullable=False),
    sa.Column("previous", sa.Text(), nullable=False),
    sa.Column("head", sa.Text(), nullable=False),
)

TABLES: dict[str, sa.Table] = dict(metadata.tables)
