"""Figures as the database stores them: rows, and packs of rows that are read many times faster.

A pack is a copy of a range of rows in one Parquet file in a column: fetching a million rows one by one takes
seconds, reading them from packs a fraction of one. Packs are written in the transaction that loads or erases
the rows, guarded like them, and compared with them by `corredor.record.verify`. Rows outside every pack are
read one by one, so a missing pack costs time and nothing else.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import polars as pl
import sqlalchemy as sa

from corredor.errors import RecordError
from corredor.record.merge import PERIOD
from corredor.record.schema import figure_pack

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
# Vintages of a period in the order in which they became known.
ORDER = ("known_at", "recorded_at", "row_id")
# A pack is made once this many rows are outside every pack; none holds more than the second number.
PACK_FROM = 10_000
PACK_MOST = 250_000


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
    cursor = raw.execute(sql)
    parts = []
    # In parts: a million live tuples would keep the garbage collector busy.
    while rows := cursor.fetchmany(20_000):
        parts.append(_columns(rows, frame))
    return pl.concat(parts) if parts else pl.DataFrame(schema=frame)


def _columns(rows: list[tuple[Any, ...]], frame: dict[str, pl.DataType]) -> pl.DataFrame:
    dates = [name for name, kind in frame.items() if kind == pl.Date()]
    columns = [
        pl.Series(name, values, dtype=pl.String() if name in dates else kind)
        for (name, kind), values in zip(frame.items(), zip(*rows, strict=True), strict=True)
    ]
    return pl.DataFrame(columns).with_columns(pl.col(dates).str.to_date("%Y-%m-%d"))


def spans(connection: sa.Connection, after: int = 0) -> Iterator[tuple[int, int, int | None]]:
    """Where the figures with a row_id above ``after`` are: first row, last row, and pack or None."""
    found = connection.exec_driver_sql(
        "SELECT first_row, last_row, row_id FROM figure_pack "
        f"WHERE last_row > {after} ORDER BY first_row, row_id"
    ).all()
    following = after + 1
    for first, last, pack in found:
        if after < first < following:  # it overlaps another: `verify` says so
            continue
        if first > following:
            yield following, first - 1, None
        yield max(first, following), last, pack
        following = last + 1
    highest = connection.exec_driver_sql("SELECT max(row_id) FROM figure").scalar() or 0
    if highest >= following:
        yield following, highest, None


def rows_between(connection: sa.Connection, first: int, last: int) -> pl.DataFrame:
    """The figures of a range of rows, read one by one."""
    where = f"row_id BETWEEN {first} AND {last}"
    return fetch(connection, f"SELECT {STORED_COLUMNS} FROM figure WHERE {where}", STORED_FRAME)


def unpack(connection: sa.Connection, pack: int) -> pl.DataFrame:
    """The figures in a pack.

    Raises:
        RecordError: the pack cannot be read.
    """
    data = connection.exec_driver_sql(f"SELECT data FROM figure_pack WHERE row_id = {pack}").scalar_one()
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError as error:
        raise RecordError(f"pack {pack} of the figures is damaged", accepted="a backup") from error
    if dict(frame.schema) != STORED_FRAME:
        raise RecordError(f"pack {pack} of the figures is damaged", accepted="a backup")
    return frame


def pack_new(connection: sa.Connection, news: pl.DataFrame) -> None:
    """Pack what is outside every pack, if that is much.

    Args:
        connection: in the transaction that inserted ``news``.
        news: the newest figures: the columns of `STORED_FRAME`, in the order of row_id.
    """
    first_new = int(news["row_id"][0])
    packed = connection.exec_driver_sql("SELECT max(last_row) FROM figure_pack").scalar() or 0
    if first_new + news.height - 1 - packed < PACK_FROM:
        return
    frame = news.select(pl.col(name).cast(kind) for name, kind in STORED_FRAME.items())
    if packed + 1 < first_new:
        frame = pl.concat([rows_between(connection, packed + 1, first_new - 1).sort("row_id"), frame])
    for part in frame.iter_slices(PACK_MOST):
        _insert_pack(connection, packed + 1, int(part["row_id"][-1]), part)
        packed = int(part["row_id"][-1])
    # Plans made before the server's own next look at the tables would be for empty ones.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE figure, series, source")


def unpack_erased(connection: sa.Connection, row: int) -> None:
    """Put a pack without the erased figure in place of the one that holds it."""
    holding = connection.exec_driver_sql(
        f"SELECT row_id, first_row, last_row FROM figure_pack WHERE {row} BETWEEN first_row AND last_row"
    ).all()
    for pack, first, last in holding:
        frame = unpack(connection, pack).filter(pl.col("row_id") != row)
        connection.exec_driver_sql(f"DELETE FROM figure_pack WHERE row_id = {pack}")
        _insert_pack(connection, first, last, frame)


def _insert_pack(connection: sa.Connection, first: int, last: int, frame: pl.DataFrame) -> None:
    highest = connection.execute(sa.select(sa.func.max(figure_pack.c.row_id))).scalar() or 0
    data = io.BytesIO()
    frame.write_parquet(data, compression="zstd", statistics=False)
    values = {"row_id": highest + 1, "first_row": first, "last_row": last, "data": data.getvalue()}
    connection.execute(figure_pack.insert(), values)


class Vintages:
    """Every figure on record as one sorted frame, kept for the life of a `Record`.

    The record is append-only, so what was read stays true: each use reads only the rows that are newer. An
    erasure empties it.
    """

    def __init__(self) -> None:
        self._frame = pl.DataFrame(schema=STORED_FRAME)
        self._erased = 0
        self._lock = threading.Lock()

    def frame(self, connection: sa.Connection) -> pl.DataFrame:
        """The columns of `STORED_FRAME`, sorted by period and by the order in which they became known."""
        with self._lock:
            erased = connection.exec_driver_sql("SELECT count(*) FROM tombstone").scalar() or 0
            if erased != self._erased:
                self._frame, self._erased = self._frame.clear(), erased
            last = _highest(self._frame)
            parts = [self._frame]
            for first, final, pack in spans(connection, last):
                if pack is None:
                    parts.append(rows_between(connection, first, final))
                else:
                    parts.append(unpack(connection, pack).filter(pl.col("row_id") >= first))
            if len(parts) > 1:
                self._frame = pl.concat(parts).sort(*PERIOD, *ORDER)
            seen = connection.exec_driver_sql("SELECT max(row_id) FROM figure").scalar() or 0
            # Another thread may have read a later state than this transaction sees.
            return (
                self._frame if seen >= _highest(self._frame) else self._frame.filter(pl.col("row_id") <= seen)
            )


def _highest(frame: pl.DataFrame) -> int:
    return int(frame.select(pl.col("row_id").max().fill_null(0)).item())
