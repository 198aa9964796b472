"""Whether the rows on record are those that were loaded: the digest of each load, and each tombstone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from corredor.errors import RecordError
from corredor.record.rows import correction_hash, digest, entry_hash, figure_hashes, from_values
from corredor.record.schema import ENTRY_TABLES, KINDS, correction, figure_pack, load, tombstone
from corredor.record.stored import STORED_FRAME, fetch, rows_between, spans, unpack

Hashes = dict[int, dict[str, dict[int, bytes]]]


def load_findings(
    connection: sa.Connection, audit_rows: Sequence[Mapping[str, Any]]
) -> tuple[int, list[str]]:
    """How many loads were checked, and a line for each whose rows, digest or audit row do not agree."""
    hashes: Hashes = {}
    for load_id, table, row, content in _all_hashes(connection):
        hashes.setdefault(load_id, {}).setdefault(table, {})[row] = content
    audited: dict[int, str] = {}
    for entry in audit_rows:
        detail = json.loads(entry["detail"])
        if isinstance(detail, dict) and {"load", "digest"} <= detail.keys():
            audited[detail["load"]] = detail["digest"]
    findings = []
    loads = connection.execute(sa.select(load).order_by(load.c.row_id)).mappings().all()
    for each in loads:
        number, name = each["row_id"], each["name"]
        found = hashes.pop(number, {})
        total = digest(
            (table, (found[table][row] for row in sorted(found[table])))
            for table in _TABLES
            if table in found
        )
        if total != each["digest"]:
            findings.append(f"load {number} ({name}) has other rows than those that were loaded")
        if number not in audited:
            findings.append(f"load {number} ({name}) is not in the audit")
        elif audited.pop(number) != each["digest"]:
            findings.append(f"load {number} ({name}) has another digest than the audit")
    findings += [f"load {number} is in the audit and missing" for number in sorted(audited)]
    findings += [f"rows of load {number} are there without it" for number in sorted(hashes)]
    return len(loads), findings


_TABLES = (*(kind.table for kind in KINDS), "figure", "correction")


def _all_hashes(connection: sa.Connection) -> Iterator[tuple[int, str, int, bytes]]:
    """Load, table, row and content hash of every row, erased ones by their tombstone."""
    for kind in KINDS:
        for row in connection.execute(sa.select(ENTRY_TABLES[kind.table])).mappings():
            yield row["load_id"], kind.table, row["row_id"], entry_hash(from_values(kind.type, {**row}))
    yield from _figure_hashes(connection)
    for row in connection.execute(sa.select(correction)).mappings():
        yield row["load_id"], "correction", row["row_id"], correction_hash({**row})
    for row in connection.execute(sa.select(tombstone)).mappings():
        yield row["load_id"], row["table"], row["target"], bytes.fromhex(row["sha256"])


def _figure_hashes(connection: sa.Connection) -> Iterator[tuple[int, str, int, bytes]]:
    frame = {**STORED_FRAME, "load_id": pl.Int64()}
    columns = ", ".join(f'"{name}"' for name in frame)
    names: dict[str, dict[int, str]] = {
        table: dict(connection.exec_driver_sql(f"SELECT row_id, {key} FROM {table}").all())
        for table, key in (("series", "key"), ("source", "id"))
    }
    last = connection.exec_driver_sql("SELECT max(row_id) FROM figure").scalar() or 0
    # In slices, so that a large record is verified in little memory.
    for first in range(0, last + 1, _SLICE):
        stored = fetch(
            connection,
            f"SELECT {columns} FROM figure WHERE row_id >= {first} AND row_id < {first + _SLICE}",
            frame,
        )
        if stored.is_empty():
            continue
        content = stored.with_columns(
            series=pl.col("series_id").replace_strict(names["series"], default="?", return_dtype=pl.String),
            source=pl.col("source_id").replace_strict(names["source"], default="?", return_dtype=pl.String),
        )
        for (load_id, row), found in zip(
            stored.select("load_id", "row_id").iter_rows(), figure_hashes(content), strict=True
        ):
            yield load_id, "figure", row, found


_SLICE = 200_000


def pack_findings(connection: sa.Connection) -> Iterator[str]:
    """A line for each pack of figures that is damaged, overlaps another, or says other than the rows."""
    used = set()
    for first, last, pack in spans(connection):
        if pack is None:
            continue
        used.add(pack)
        try:
            packed = unpack(connection, pack)
        except RecordError as error:
            yield str(error)
            continue
        if not packed.sort("row_id").equals(rows_between(connection, first, last).sort("row_id")):
            yield f"pack {pack} has other figures than the rows {first} to {last}"
    for pack in connection.execute(sa.select(figure_pack.c.row_id).order_by("row_id")).scalars():
        if pack not in used:
            yield f"pack {pack} of the figures overlaps another"


def tombstone_findings(connection: sa.Connection, audit_rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each tombstone without its audit row, and each audited erasure without its tombstone."""
    stones = {
        (row["table"], row["target"], row["sha256"])
        for row in connection.execute(sa.select(tombstone)).mappings()
    }
    erased = set()
    for row in audit_rows:
        if row["action"] == "erase":
            detail = json.loads(row["detail"])
            erased.add((detail["table"], detail["row"], detail["sha256"]))
    for table, number, _ in sorted(stones - erased):
        yield f"row {number} of {table} has a tombstone that is not in the audit"
    for table, number, _ in sorted(erased - stones):
        yield f"row {number} of {table} was erased by the audit and has no tombstone"
