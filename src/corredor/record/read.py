"""Reading the record as of a moment: what was known then, corrections applied."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from corredor.moment import to_micros
from corredor.record.merge import PERIOD, standing_rows
from corredor.record.schema import ENTRY_TABLES, EntryKind, correction

# What `panel`, `figures` and `vintages` return, sorted by series, start and end.
PANEL_FRAME: dict[str, pl.DataType] = {
    "series": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "known_at": pl.Datetime("us", "UTC"),
    "rounded_to": pl.Float64(),
    "flags": pl.Int32(),
    "source": pl.String(),
    "recorded_at": pl.Datetime("us", "UTC"),
    "id": pl.Int64(),
}
# A figure as stored: instants are microseconds.
STORED_FRAME: dict[str, pl.DataType] = {
    "row_id": pl.Int64(),
    "series_id": pl.Int64(),
    "start": pl.Date(),
    "end": pl.Date(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "known_at": pl.Int64(),
    "recorded_at": pl.Int64(),
    "rounded_to": pl.Float64(),
    "flags": pl.Int32(),
    "source_id": pl.Int64(),
}
STORED_COLUMNS = ", ".join(f'"{name}"' for name in STORED_FRAME)
_ORDER = ("known_at", "recorded_at", "row_id")


def fetch(connection: sa.Connection, sql: str, frame: dict[str, pl.DataType]) -> pl.DataFrame:
    """The rows of a SELECT without parameters, read past SQLAlchemy for speed.

    ``frame`` names the columns in order, with their types; dates come as text on SQLite.
    """
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
            data = b"".join(copy)
        if not data:
            return pl.DataFrame(schema=frame)
        return pl.read_csv(io.BytesIO(data), has_header=False, schema=frame)
    rows = raw.execute(sql).fetchall()
    if not rows:
        return pl.DataFrame(schema=frame)
    columns = []
    for (name, kind), values in zip(frame.items(), zip(*rows, strict=True), strict=True):
        if kind == pl.Date():
            columns.append(pl.Series(name, values, dtype=pl.String).str.to_date("%Y-%m-%d"))
        else:
            columns.append(pl.Series(name, values, dtype=kind))
    return pl.DataFrame(columns)


def ids_of(
    connection: sa.Connection, table: str, key: str, wanted: Sequence[str] | None = None
) -> dict[str, int]:
    """Of each source or series, the row of its first version, which figures refer to."""
    if wanted is not None and len(wanted) <= 100:
        columns = ENTRY_TABLES[table].c
        statement = (
            sa.select(columns[key], sa.func.min(columns.row_id))
            .where(columns[key].in_(wanted))
            .group_by(columns[key])
        )
        return dict(connection.execute(statement).tuples().all())
    found = connection.exec_driver_sql(f"SELECT {key}, min(row_id) FROM {table} GROUP BY {key}")
    return dict(found.tuples().all())


def _corrected(table: str, as_of: int | None, recorded_by: int | None) -> str:
    """A SELECT of the rows that a correction takes out. A mistake of ours was never true."""
    parts = [f"SELECT target FROM correction WHERE \"table\" = '{table}'"]
    if as_of is not None:
        parts.append(f"(mistake = 'ours' OR known_at <= {as_of})")
    if recorded_by is not None:
        parts.append(f"recorded_at <= {recorded_by}")
    return " AND ".join(parts)


def _where(
    connection: sa.Connection, ids: Sequence[int] | None, as_of: int | None, recorded_by: int | None
) -> str:
    parts = []
    if ids is not None:
        parts.append(f"series_id IN ({', '.join(map(str, ids))})")
    if as_of is not None:
        parts.append(f"known_at <= {as_of}")
    if recorded_by is not None:
        parts.append(f"recorded_at <= {recorded_by}")
    corrected = _corrected("figure", as_of, recorded_by)
    if connection.exec_driver_sql(f"{corrected} LIMIT 1").first():
        parts.append(f"row_id NOT IN ({corrected})")
    return " AND ".join(parts) or "1 = 1"


def panel(
    connection: sa.Connection, keys: Sequence[str] | None, as_of: datetime, recorded_by: datetime | None
) -> pl.DataFrame:
    """The figure that stands for each series and period; see `Record.panel`."""
    names = ids_of(connection, "series", "key", keys)
    ids = None if keys is None else [names[key] for key in dict.fromkeys(keys) if key in names]
    if ids is not None and not ids:
        return pl.DataFrame(schema=PANEL_FRAME)
    by = None if recorded_by is None else to_micros(recorded_by)
    where = _where(connection, ids, to_micros(as_of), by)
    newest = fetch(connection, _newest_sql(connection.dialect.name, where), STORED_FRAME)
    # Only where the newest one is rounded can an earlier one still stand.
    rounded = newest.filter(pl.col("rounded_to").is_not_null())["series_id"].unique().to_list()
    if rounded:
        chosen = ", ".join(map(str, rounded))
        every = fetch(
            connection,
            f"SELECT {STORED_COLUMNS} FROM figure WHERE series_id IN ({chosen}) AND {where}",
            STORED_FRAME,
        )
        stands = standing_rows(every.sort(*PERIOD, *_ORDER))
        newest = pl.concat([newest.filter(~pl.col("series_id").is_in(rounded)), stands])
    return _named(connection, newest, names).sort("series", "start", "end")


def _newest_sql(dialect: str, where: str) -> str:
    columns = STORED_COLUMNS
    return (
        f'SELECT {columns} FROM (SELECT {columns}, row_number() OVER (PARTITION BY series_id, start, "end" '
        "ORDER BY known_at DESC, recorded_at DESC, row_id DESC) AS place "
        f"FROM figure WHERE {where}) AS known WHERE place = 1"
    )


def vintages(
    connection: sa.Connection, keys: Sequence[str], as_of: datetime | None, recorded_by: datetime | None
) -> pl.DataFrame:
    """Every release of those series; see `Record.vintages`."""
    names = ids_of(connection, "series", "key", keys)
    ids = [names[key] for key in dict.fromkeys(keys) if key in names]
    if not ids:
        return pl.DataFrame(schema=PANEL_FRAME)
    moment = None if as_of is None else to_micros(as_of)
    by = None if recorded_by is None else to_micros(recorded_by)
    where = _where(connection, ids, moment, by)
    stored = fetch(connection, f"SELECT {STORED_COLUMNS} FROM figure WHERE {where}", STORED_FRAME)
    return _named(connection, stored, names).sort("series", "start", "end", "known_at", "recorded_at", "id")


def _named(connection: sa.Connection, stored: pl.DataFrame, series: dict[str, int]) -> pl.DataFrame:
    """Keys and ids in place of numbers, instants in place of microseconds."""
    used = stored["source_id"].unique().to_list()
    if len(used) <= 100:
        columns = ENTRY_TABLES["source"].c
        found = connection.execute(sa.select(columns.row_id, columns.id).where(columns.row_id.in_(used)))
        sources = dict(found.tuples().all())
    else:
        sources = {row: name for name, row in ids_of(connection, "source", "id").items()}
    keys = {row: key for key, row in series.items()}
    return stored.select(
        _lookup("series_id", keys).alias("series"),
        "start",
        "end",
        "value",
        "low",
        "high",
        pl.col("known_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        "rounded_to",
        "flags",
        _lookup("source_id", sources).alias("source"),
        pl.col("recorded_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        pl.col("row_id").alias("id"),
    )


def _lookup(column: str, names: dict[int, str]) -> pl.Expr:
    if not names:
        return pl.col(column).cast(pl.String)
    return pl.col(column).replace_strict(
        list(names.keys()), list(names.values()), return_dtype=pl.String, default=None
    )


def entries(
    connection: sa.Connection, kind: EntryKind, as_of: datetime, recorded_by: datetime | None
) -> list[dict[str, Any]]:
    """The rows of a dated table known then, corrections applied, sorted by known_at and id."""
    table = ENTRY_TABLES[kind.table]
    gone = sa.select(correction.c.target).where(
        correction.c.table == kind.table,
        sa.or_(correction.c.mistake == "ours", correction.c.known_at <= as_of),
    )
    statement = sa.select(table).where(table.c.known_at <= as_of)
    if recorded_by is not None:
        gone = gone.where(correction.c.recorded_at <= recorded_by)
        statement = statement.where(table.c.recorded_at <= recorded_by)
    statement = statement.where(table.c.row_id.not_in(gone)).order_by(table.c.known_at, table.c[kind.key])
    return [{**row} for row in connection.execute(statement).mappings()]


def newest_versions(connection: sa.Connection, kind: EntryKind) -> dict[str, dict[str, Any]]:
    """Of each source or series, its newest version."""
    table = ENTRY_TABLES[kind.table]
    statement = sa.select(table).order_by(table.c.recorded_at, table.c.row_id)
    return {row[kind.key]: dict(row) for row in connection.execute(statement).mappings()}
