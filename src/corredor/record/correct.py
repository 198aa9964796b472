"""Corrections and erasures: the only ways in which what the record says can change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import polars as pl
import sqlalchemy as sa

from corredor.errors import InputError, LoadError
from corredor.moment import require_aware
from corredor.record import audit
from corredor.record.entries import FIGURE_FRAME, Batch, Entry
from corredor.record.load import Pending, known, next_id, write
from corredor.record.rows import entry_hash, figure_hashes, from_values
from corredor.record.schema import (
    DATED_TABLES,
    ENTRY_TABLES,
    ERASABLE_TABLES,
    KIND_OF_TABLE,
    correction,
    figure,
    kind_of,
    tombstone,
)
from corredor.record.stored import STORED_FRAME, fetch, unpack_erased
from corredor.record.validate import check

Mistake = Literal["ours", "publisher"]


def correct(
    connection: sa.Connection,
    table: str,
    target: int | str,
    replacement: Entry | Mapping[str, Any] | None,
    *,
    reason: str,
    mistake: Mistake,
    known_at: datetime | None,
    actor: str,
    recorded_at: datetime,
) -> int:
    """Retract a row, or supersede it by a replacement; see `Record.retract` and `Record.supersede`."""
    _require(reason, "reason")
    if table not in DATED_TABLES:
        raise InputError(f"no corrections to {table!r}", accepted=", ".join(DATED_TABLES))
    if mistake not in ("ours", "publisher"):
        raise InputError(f"unknown kind of mistake {mistake!r}", accepted="ours or publisher")
    if mistake == "publisher" and known_at is None:
        raise InputError("a publisher's correction needs the moment it became known", accepted="known_at")
    moment = recorded_at if known_at is None else require_aware(known_at)
    row = _open_row(connection, table, target, retracted=replacement is not None)
    pending = Pending()
    replaced_by = None
    if isinstance(replacement, Mapping):
        replaced_by = _figure_replacement(connection, pending, row, replacement, known_at)
    elif replacement is not None:
        replaced_by = _entry_replacement(connection, pending, table, row, replacement)
    action = "retracts" if replaced_by is None else "supersedes"
    pending.corrections.append(
        {
            "action": action,
            "table": table,
            "target": row,
            "replacement": replaced_by,
            "reason": reason,
            "mistake": mistake,
            "known_at": moment,
        }
    )
    name = f"{action} {table} {target}"
    write(connection, pending, name=name, action=action, actor=actor, recorded_at=recorded_at)
    return row if replaced_by is None else replaced_by


def _require(text: str, what: str) -> None:
    if not text.strip():
        raise InputError(f"a correction or erasure needs its {what}", accepted="a sentence")


def _open_row(connection: sa.Connection, table: str, target: int | str, *, retracted: bool) -> int:
    """The row that a target names and that no correction has taken out, or (if asked) only a retraction."""
    rows = _rows(connection, table, target)
    taken_out = sa.select(correction.c.target).where(
        correction.c.table == table, correction.c.target.in_(rows)
    )
    if retracted:
        taken_out = taken_out.where(correction.c.action == "supersedes")
    still_open = sorted(set(rows) - set(connection.execute(taken_out).scalars()))
    if not still_open:
        raise InputError(f"{target!r} was corrected already", where=table, accepted="a row that stands")
    return still_open[-1]


def _rows(connection: sa.Connection, table: str, target: int | str) -> list[int]:
    """The numbers of the rows that a target names: one for a row number, every version for an id."""
    kept = figure if table == "figure" else ENTRY_TABLES[table]
    if isinstance(target, int):
        where = kept.c.row_id == target
    elif table == "figure":
        raise InputError(f"a figure has no id {target!r}", accepted="its number, as `vintages` gives it")
    else:
        where = kept.c[KIND_OF_TABLE[table].key] == target
    rows = list(connection.execute(sa.select(kept.c.row_id).where(where).order_by(kept.c.row_id)).scalars())
    if not rows:
        raise InputError(f"no row {target!r}", where=table, accepted="a row that is on record")
    return rows


def _entry_replacement(
    connection: sa.Connection, pending: Pending, table: str, row: int, replacement: Entry
) -> int:
    kind = kind_of(replacement)
    if kind.table != table:
        raise InputError(f"a {kind.table} cannot supersede a {table}", accepted=f"a {table}")
    kept = ENTRY_TABLES[table]
    key = connection.execute(sa.select(kept.c[kind.key]).where(kept.c.row_id == row)).scalar()
    if getattr(replacement, kind.key) != key:
        raise InputError(
            f"{getattr(replacement, kind.key)!r} cannot supersede {key!r}", accepted=f"an entry with id {key}"
        )
    offered: dict[str, Any] = {kind.attribute: [replacement]}
    _checked(connection, Batch(f"replacement of {key}", **offered))
    number = next_id(connection, kept)
    pending.entries[table] = [(number, replacement)]
    return number


def _figure_replacement(
    connection: sa.Connection,
    pending: Pending,
    row: int,
    changes: Mapping[str, Any],
    known_at: datetime | None,
) -> int:
    unknown = sorted(set(changes) - (FIGURE_FRAME.keys() - {"series", "start", "end", "line"}))
    if unknown:
        raise InputError(
            f"a correction cannot change a figure's {unknown[0]}",
            accepted="value, low, high, known_at, rounded_to, flags, source",
        )
    content = _figure_content(connection, row)
    (old,) = content.iter_rows(named=True)
    values = {name: old[name] for name in FIGURE_FRAME if name != "line"}
    # What the publisher corrected was not known before the correction.
    moment = values["known_at"] if known_at is None else require_aware(known_at)
    values = {**values, "known_at": moment, **changes, "line": 0}
    frame = pl.DataFrame([values], schema=FIGURE_FRAME)
    _checked(connection, Batch(f"replacement of figure {row}", figures=frame))
    number = next_id(connection, figure)
    source = ENTRY_TABLES["source"].c
    source_id = connection.execute(
        sa.select(sa.func.min(source.row_id)).where(source.id == values["source"])
    ).scalar()
    pending.figures = frame.with_columns(
        pl.col("known_at").dt.epoch("us"),
        row_id=pl.lit(number, dtype=pl.Int64),
        series_id=pl.lit(old["series_id"], dtype=pl.Int64),
        source_id=pl.lit(source_id, dtype=pl.Int64),
    )
    return number


def _checked(connection: sa.Connection, batch: Batch) -> None:
    rejections = check(batch, known(connection)).rejections
    if rejections:
        raise LoadError(f"the replacement is refused: {rejections[0]}", rejections, where=batch.name)


def _figure_content(connection: sa.Connection, row: int) -> pl.DataFrame:
    """One figure with the columns of `FIGURE_FRAME` (no line) and its series_id."""
    columns = ", ".join(f'f."{name}"' for name in STORED_FRAME)
    return fetch(
        connection,
        f"SELECT {columns}, s.key, c.id FROM figure f JOIN series s ON s.row_id = f.series_id "
        f"JOIN source c ON c.row_id = f.source_id WHERE f.row_id = {row}",
        {**STORED_FRAME, "series": pl.String(), "source": pl.String()},
    ).with_columns(pl.col("known_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))


def erase(
    connection: sa.Connection,
    table: str,
    target: int | str,
    *,
    order: str,
    reason: str,
    actor: str,
    recorded_at: datetime,
) -> Sequence[int]:
    """Delete a row and leave a tombstone; see `Record.erase`."""
    _require(order, "legal order")
    _require(reason, "reason")
    if table not in ERASABLE_TABLES:
        raise InputError(f"nothing can be erased from {table!r}", accepted=", ".join(ERASABLE_TABLES))
    rows = _rows(connection, table, target)
    _refuse_referenced(connection, table, rows)
    kept = figure if table == "figure" else ENTRY_TABLES[table]
    for row in rows:
        load_id = connection.execute(sa.select(kept.c.load_id).where(kept.c.row_id == row)).scalar()
        content = _content_hash(connection, table, row).hex()
        connection.execute(
            tombstone.insert(),
            {
                "row_id": next_id(connection, tombstone),
                "table": table,
                "target": row,
                "load_id": load_id,
                "sha256": content,
                "order": order,
                "reason": reason,
                "actor": actor,
                "recorded_at": recorded_at,
            },
        )
        connection.execute(kept.delete().where(kept.c.row_id == row))
        if table == "figure":
            unpack_erased(connection, row)
        detail = {"table": table, "row": row, "sha256": content, "order": order, "reason": reason}
        audit.insert(
            connection, at=recorded_at, actor=actor, action="erase", about=f"{table} {row}", detail=detail
        )
    return rows


def _content_hash(connection: sa.Connection, table: str, row: int) -> bytes:
    if table == "figure":
        frame = _figure_content(connection, row).with_columns(pl.col("known_at").dt.epoch("us"))
        return next(figure_hashes(frame))
    kept, kind = ENTRY_TABLES[table], KIND_OF_TABLE[table]
    found = connection.execute(sa.select(kept).where(kept.c.row_id == row)).mappings().one()
    return entry_hash(from_values(kind.type, {**found}))


def _refuse_referenced(connection: sa.Connection, table: str, rows: Sequence[int]) -> None:
    if table not in ("series", "source", "commitment"):
        return
    kind = KIND_OF_TABLE[table]
    kept = ENTRY_TABLES[table]
    keys = list(connection.execute(sa.select(kept.c[kind.key]).where(kept.c.row_id.in_(rows))).scalars())
    users: dict[str, list[sa.Table]] = {
        "series": [],
        "source": list(ENTRY_TABLES.values()),
        "commitment": [ENTRY_TABLES["evidence"]],
    }
    for user in users[table]:
        if table in user.c and (
            used := connection.execute(
                sa.select(user.c.row_id).where(user.c[table].in_(keys)).limit(1)
            ).scalar()
        ):
            raise _referenced(table, keys, f"{user.name} {used}")
    if table != "commitment":
        used = connection.execute(
            sa.select(figure.c.row_id).where(figure.c[f"{table}_id"].in_(rows)).limit(1)
        ).scalar()
        if used:
            raise _referenced(table, keys, f"figure {used}")


def _referenced(table: str, keys: Sequence[str], user: str) -> InputError:
    return InputError(
        f"{user} refers to {keys[0]}, which therefore cannot be erased",
        where=table,
        accepted="erase what refers to it first",
    )
