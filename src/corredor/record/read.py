"""Reading the record as of a moment: what was known then, corrections applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from corredor.moment import to_micros
from corredor.record.merge import PERIOD, standing_rows
from corredor.record.schema import ENTRY_TABLES, EntryKind, correction, figure
from corredor.record.stored import ORDER, STORED_COLUMNS, STORED_FRAME, Vintages, fetch

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
_SQL_ORDER = ", ".join(f'"{name}"' for name in (*PERIOD, *ORDER))


def ids_of(
    connection: sa.Connection, table: str, key: str, wanted: Sequence[str] | None = None
) -> dict[str, int]:
    """Of each source or series, the row of its first version, which figures refer to."""
    if wanted is not None and len(wanted) <= 10:
        one = sa.text(f"SELECT min(row_id) FROM {table} WHERE {key} = :wanted")
        rows = {each: connection.execute(one, {"wanted": each}).scalar() for each in wanted}
        return {each: row for each, row in rows.items() if row is not None}
    found = connection.exec_driver_sql(f"SELECT {key}, min(row_id) FROM {table} GROUP BY {key}")
    return dict(found.all())


def _corrected(as_of: int | None, recorded_by: int | None) -> str:
    """A SELECT of the figures that a correction takes out."""
    # A mistake of ours was never true; a publisher's was until its correction.
    sql = "SELECT target FROM correction WHERE \"table\" = 'figure'"
    if as_of is not None:
        sql += f" AND (mistake = 'ours' OR known_at <= {as_of})"
    return sql if recorded_by is None else f"{sql} AND recorded_at <= {recorded_by}"


# Above this many series all figures are read at once, and kept.
FEW = 50


def _of_all(
    connection: sa.Connection, ids: Sequence[int] | None, kept: Vintages, as_of: int | None, by: int | None
) -> pl.DataFrame:
    """Every vintage of many series known then, from those that are kept."""
    rules = []
    if ids is not None:
        rules.append(pl.col("series_id").is_in(pl.Series(ids, dtype=pl.Int64).implode()))
    if as_of is not None:
        rules.append(pl.col("known_at") <= as_of)
    if by is not None:
        rules.append(pl.col("recorded_at") <= by)
    gone = [row[0] for row in connection.exec_driver_sql(_corrected(as_of, by)).all()]
    if gone:
        rules.append(~pl.col("row_id").is_in(pl.Series(gone, dtype=pl.Int64).implode()))
    frame = kept.frame(connection)
    return frame.filter(*rules) if rules else frame


# The first days of Python's and of the record's calendar lie this many days apart.
_ORDINAL = date(1970, 1, 1).toordinal()


def newest_of_few(
    connection: sa.Connection, keys: Sequence[str], as_of: datetime, recorded_by: datetime | None
) -> pl.DataFrame | None:
    """The newest figure of each period of a few series, in one statement past SQLAlchemy.

    Returns:
        the columns of `PANEL_FRAME`, sorted; None where one of them is rounded, so that an earlier one may
        stand in its place and `figures` has to say.
    """
    sqlite = connection.dialect.name == "sqlite"
    mark = "?" if sqlite else "%s"
    moment, by = to_micros(as_of), _micros(recorded_by)
    # Of one series it is a number, and PostgreSQL sees that the index is sorted as wanted.
    first = "SELECT min(row_id) FROM series WHERE key"
    if len(keys) == 1:
        first = f"= ({first} = {mark})"
    else:
        first = f"IN ({first} IN ({', '.join(mark for _ in keys)}) GROUP BY key)"
    where = (
        f"series_id {first} AND known_at <= {mark} AND row_id NOT IN (SELECT target FROM correction "
        f"WHERE \"table\" = 'figure' AND (mistake = 'ours' OR known_at <= {mark})"
    )
    where += ")" if by is None else f" AND recorded_at <= {by}) AND recorded_at <= {by}"
    # One walk along the index on both. Of an exact and a rounded figure of the same moment, either is taken:
    # the exact one stands, and the rounded one asks for `figures`.
    if sqlite:  # with max(), the other columns come from the row of the maximum
        period = 'series_id, start, "end"'
        newest = f"SELECT row_id AS newest, max(known_at) FROM figure WHERE {where} GROUP BY {period}"
        newest = f"(SELECT f.* FROM ({newest}) n JOIN figure f ON f.row_id = n.newest)"
        order = "s.key,"
    else:
        newest = (
            f'(SELECT DISTINCT ON (series_id, start, "end") * FROM figure WHERE {where} '
            'ORDER BY series_id DESC, start DESC, "end" DESC, known_at DESC)'
        )
        order = 's.key COLLATE "C",'  # as SQLite and polars sort
    sql = (
        'SELECT s.key, f.start, f."end", f.value, f.low, f.high, f.known_at, f.rounded_to, f.flags, c.id, '
        f"f.recorded_at, f.row_id FROM {newest} f JOIN series s ON s.row_id = f.series_id "
        f'JOIN source c ON c.row_id = f.source_id ORDER BY {order if len(keys) > 1 else ""} f.start, f."end"'
    )
    raw: Any = connection.connection.driver_connection
    rows = raw.execute(sql, (*keys, moment, moment)).fetchall()
    if not rows:
        return pl.DataFrame(schema=PANEL_FRAME)
    columns = dict(zip(PANEL_FRAME, zip(*rows, strict=True), strict=True))
    if any(step is not None for step in columns["rounded_to"]):
        return None
    for name in ("start", "end"):
        days = map(date.fromisoformat, columns[name]) if sqlite else columns[name]
        columns[name] = tuple(day.toordinal() - _ORDINAL for day in days)
    # Numbers first and their meaning after: of values it has to guess polars is slow.
    return pl.DataFrame(
        [
            pl.Series(name, columns[name], dtype=_PLAIN.get(kind, kind)).cast(kind)
            for name, kind in PANEL_FRAME.items()
        ]
    )


_PLAIN: dict[pl.DataType, pl.DataType] = {pl.Date(): pl.Int32(), pl.Datetime("us", "UTC"): pl.Int64()}


def _of_few(
    connection: sa.Connection, ids: Sequence[int], as_of: int | None, by: int | None, *, standing: bool
) -> pl.DataFrame:
    """The vintages of a few series known then, or of each period the one that stands."""
    where = f"series_id IN ({', '.join(map(str, ids))}) AND row_id NOT IN ({_corrected(as_of, by)})"
    if as_of is not None:
        where += f" AND known_at <= {as_of}"
    if by is not None:
        where += f" AND recorded_at <= {by}"
    sql = f"SELECT {STORED_COLUMNS} FROM figure WHERE {where} ORDER BY {_SQL_ORDER}"
    frame = fetch(connection, sql, STORED_FRAME)
    return standing_rows(frame) if standing else frame


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def figures(
    connection: sa.Connection,
    keys: Sequence[str] | None,
    kept: Vintages,
    *,
    as_of: datetime | None,
    recorded_by: datetime | None,
    standing: bool,
) -> pl.DataFrame:
    """The figures of those series known then: the one that stands for each period, or every release.

    Returns:
        the columns of `PANEL_FRAME`, sorted by series, start and end, then as they became known.
    """
    names = ids_of(connection, "series", "key", keys)
    ids = None if keys is None else [names[key] for key in dict.fromkeys(keys) if key in names]
    if ids is not None and not ids:
        return pl.DataFrame(schema=PANEL_FRAME)
    moment, by = _micros(as_of), _micros(recorded_by)
    if ids is None or len(ids) > FEW:
        frame = _of_all(connection, ids, kept, moment, by)
        chosen = standing_rows(frame) if standing else frame
    else:
        chosen = _of_few(connection, ids, moment, by, standing=standing)
    return _named(connection, chosen, names)


def _named(connection: sa.Connection, stored: pl.DataFrame, series: dict[str, int]) -> pl.DataFrame:
    """Keys and ids in place of numbers, instants in place of microseconds."""
    used = set(stored["source_id"].to_list()) if stored.height <= 10_000 else None
    if used is not None and len(used) <= 100:
        chosen = ", ".join(map(str, used)) or "NULL"
        found = connection.exec_driver_sql(f"SELECT row_id, id FROM source WHERE row_id IN ({chosen})")
        sources = dict(found.all())
    else:
        sources = {row: name for name, row in ids_of(connection, "source", "id").items()}
    keys = sorted(series)
    if len(keys) > 1:
        places = {series[key]: place for place, key in enumerate(keys)}
        place = pl.col("series_id").replace_strict(places, return_dtype=pl.UInt32)
        stored = stored.with_columns(place).sort("series_id", "start", "end", *ORDER)
        names = pl.Series("series", keys, dtype=pl.String)[stored["series_id"]]
    else:
        names = pl.Series("series", keys * stored.height, dtype=pl.String)
    rows, ids = list(sources), list(sources.values())
    if len(ids) > 1:
        given = stored["source_id"].replace_strict(rows, ids, return_dtype=pl.String)
    else:
        given = pl.Series(ids * stored.height, dtype=pl.String)
    # Column by column: for one series the number of polars queries is what takes the time.
    columns = {
        **stored.to_dict(),
        "series": names,
        "source": given,
        "id": stored["row_id"],
        "known_at": stored["known_at"].cast(pl.Datetime("us", "UTC")),
        "recorded_at": stored["recorded_at"].cast(pl.Datetime("us", "UTC")),
    }
    return pl.DataFrame({name: columns[name] for name in PANEL_FRAME})


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


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table of entries and figures holds."""
    tables = {**ENTRY_TABLES, "figure": figure}
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for name, table in tables.items()
    }
