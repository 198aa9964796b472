"""Loading a batch: one transaction that keeps everything, or nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from corredor.errors import LoadError, Rejection
from corredor.moment import from_micros, require_aware, to_micros
from corredor.record import audit
from corredor.record.entries import Batch, Entry, Series
from corredor.record.merge import merge
from corredor.record.read import ids_of, newest_versions
from corredor.record.rows import correction_hash, digest, entry_hash, figure_hashes, from_values, to_values
from corredor.record.schema import (
    ENTRY_TABLES,
    KIND_OF_TABLE,
    KINDS,
    EntryKind,
    correction,
    figure,
    load,
    tombstone,
)
from corredor.record.stored import STORED_FRAME, fetch, pack_new
from corredor.record.validate import Checked, Known, check


@dataclass(frozen=True)
class LoadReport:
    """What a load came to.

    Attributes:
        name: the batch's name.
        added: new rows by table.
        corrected: of these, rows that replace one we had wrong (same id or same release, other content).
        unchanged: rows by table that the record already held.
        rejections: bad rows, skipped because that was asked for.
        notices: one line each for what a user should know.
        recorded_at: the moment of recording, UTC.
        load_id: number of the load; None where nothing was new.
    """

    name: str
    added: dict[str, int]
    corrected: dict[str, int]
    unchanged: dict[str, int]
    rejections: tuple[Rejection, ...]
    notices: tuple[str, ...]
    recorded_at: datetime
    load_id: int | None

    @property
    def changed(self) -> bool:
        """Whether the record is different now."""
        return self.load_id is not None

    def summary(self) -> str:
        """One line: what was added and corrected, or that nothing was new."""
        already = _counted(self.unchanged)
        if not self.changed:
            return f"{self.name}: nothing new" + (f": {already} already recorded" if already else "")
        text = f"{self.name}: added {_counted(self.added)}"
        if any(self.corrected.values()):
            text += f", of which corrections of ours: {_counted(self.corrected)}"
        return text + (f"; {already} already recorded" if already else "")


_PLURALS = {
    "figure": "figures",
    "source": "sources",
    "event": "events",
    "statement": "statements",
    "commitment": "commitments",
    "group_report": "group reports",
    "site_report": "site reports",
}


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(
        f"{number:,} {table.replace('_', ' ') if number == 1 else _PLURALS.get(table, table)}"
        for table, number in counts.items()
        if number
    )


@dataclass
class Pending:
    """Rows that a load will insert, before they are numbered by load."""

    entries: dict[str, list[tuple[int, Entry]]] = field(default_factory=dict)
    figures: pl.DataFrame | None = None
    corrections: list[dict[str, Any]] = field(default_factory=list)


def run(
    connection: sa.Connection, batch: Batch, *, skip_bad: bool, actor: str, recorded_at: datetime
) -> LoadReport:
    """Load a batch within the caller's write transaction; see `Record.load`."""
    recorded_at = require_aware(recorded_at)
    checked = check(batch, known(connection))
    if checked.rejections and not skip_bad:
        raise _refusal(batch.name, checked.rejections)
    state = _State(connection, batch.name, recorded_at)
    for kind in KINDS:
        state.take_entries(kind, checked.entries[kind.table])
    state.take_figures(checked)
    load_id = write(
        connection, state.pending, name=batch.name, action="load", actor=actor, recorded_at=recorded_at
    )
    return LoadReport(
        name=batch.name,
        added=state.added,
        corrected=state.corrected,
        unchanged=state.unchanged,
        rejections=tuple(checked.rejections),
        notices=(*batch.notices, *state.notices),
        recorded_at=recorded_at,
        load_id=load_id,
    )


def _refusal(name: str, rejections: Sequence[Rejection]) -> LoadError:
    number = len(rejections)
    what = "1 bad row" if number == 1 else f"{number:,} bad rows"
    return LoadError(f"{what}, nothing was loaded; the first: {rejections[0]}", rejections, where=name)


def known(connection: sa.Connection) -> Known:
    """What the record holds that rows of a batch may refer to."""
    versions = newest_versions(connection, KIND_OF_TABLE["series"])
    commitments = connection.execute(sa.select(ENTRY_TABLES["commitment"].c.id))
    return Known(
        series={key: from_values(Series, row) for key, row in versions.items()},
        sources=ids_of(connection, "source", "id").keys(),
        commitments=set(commitments.scalars()),
    )


def next_id(connection: sa.Connection, table: sa.Table) -> int:
    """One more than the highest row that the table ever held, erased ones included."""
    highest = connection.execute(sa.select(sa.func.max(table.c.row_id))).scalar() or 0
    erased = connection.execute(
        sa.select(sa.func.max(tombstone.c.target)).where(tombstone.c.table == table.name)
    ).scalar()
    return max(highest, erased or 0) + 1


def erased_hashes(connection: sa.Connection, table: str) -> set[bytes]:
    """The hashes of what was erased from a table: it must not come back."""
    found = connection.execute(sa.select(tombstone.c.sha256).where(tombstone.c.table == table))
    return {bytes.fromhex(text) for text in found.scalars()}


class _State:
    """The comparison of one batch with the record, table by table."""

    def __init__(self, connection: sa.Connection, name: str, recorded_at: datetime) -> None:
        self.connection = connection
        self.name = name
        self.recorded_at = recorded_at
        self.pending = Pending()
        self.added: dict[str, int] = {}
        self.corrected: dict[str, int] = {}
        self.unchanged: dict[str, int] = {}
        self.notices: list[str] = []

    def take_entries(self, kind: EntryKind, offered: Sequence[Entry]) -> None:
        """Keep of the offered entries those whose content the record has never held for their id."""
        if not offered:
            return
        table = ENTRY_TABLES[kind.table]
        versions: dict[str, list[tuple[int, Entry]]] = {}
        for row in self.connection.execute(sa.select(table).order_by(table.c.row_id)).mappings():
            entry = from_values(kind.type, {**row})
            versions.setdefault(row[kind.key], []).append((row["row_id"], entry))
        standing = self._standing(kind)
        erased = erased_hashes(self.connection, kind.table)
        following = next_id(self.connection, table)
        kept: list[tuple[int, Entry]] = []
        corrected = 0
        for entry in offered:
            key = getattr(entry, kind.key)
            before = versions.get(key, [])
            held = [row for row, old in before if old == entry]
            if held or (erased and entry_hash(entry) in erased):
                if kind.dated and not set(held) & standing:
                    why = self._why(kind, held)
                    self.notices.append(f"{kind.table} {key} stays out: {why}")
                continue
            current = [row for row, _ in before if row in standing]
            if kind.dated and current:
                corrected += 1
                self._supersede(kind.table, current[-1], following, to_values(entry)["known_at"])
            kept.append((following, entry))
            following += 1
        self.pending.entries[kind.table] = kept
        self._count(kind.table, len(kept), len(offered), corrected)

    def _why(self, kind: EntryKind, rows: Sequence[int]) -> str:
        found = self.connection.execute(
            sa.select(correction)
            .where(correction.c.table == kind.table, correction.c.target.in_(rows))
            .order_by(correction.c.row_id.desc())
        ).first()
        if not found:
            return "erased by order"
        return f"corrected on {found.recorded_at:%Y-%m-%d} ({found.reason}); superseding it brings it back"

    def _standing(self, kind: EntryKind) -> set[int]:
        table = ENTRY_TABLES[kind.table]
        gone = sa.select(correction.c.target).where(correction.c.table == kind.table)
        found = self.connection.execute(sa.select(table.c.row_id).where(table.c.row_id.not_in(gone)))
        return set(found.scalars())

    def take_figures(self, checked: Checked) -> None:
        """Keep of the figures those that are news."""
        frame = checked.figures
        if frame.is_empty():
            return
        series = self._ids("series", "key")
        sources = self._ids("source", "id")
        numbered = frame.with_columns(
            series_id=pl.col("series").replace_strict(series, return_dtype=pl.Int64),
            source_id=pl.col("source").replace_strict(sources, return_dtype=pl.Int64),
            known_at=pl.col("known_at").dt.epoch("us"),
        )
        offered = numbered.height
        erased = erased_hashes(self.connection, "figure")
        if erased:
            keep = [each not in erased for each in figure_hashes(numbered)]
            numbered = numbered.filter(pl.Series(keep, dtype=pl.Boolean))
            if numbered.height < offered:
                self.notices.append(f"figures erased by order stay out: {offered - numbered.height:,}")
        found = merge(self._recorded(numbered["series_id"].unique().to_list()), numbered)
        first = next_id(self.connection, figure)
        news = found.news.with_columns(row_id=first + pl.int_range(pl.len(), dtype=pl.Int64))
        for target, index in found.superseded.sort("target").iter_rows():
            row = news.row(index, named=True)
            self._supersede("figure", target, row["row_id"], row["known_at"])
        if found.kept_out:
            self.notices.append(f"figures corrected earlier stay out: {found.kept_out:,}")
        self.pending.figures = news
        self._count("figure", news.height, offered, found.superseded.height)

    def _ids(self, table: str, key: str) -> dict[str, int]:
        new = {getattr(entry, key): row for row, entry in reversed(self.pending.entries.get(table, []))}
        return {**new, **ids_of(self.connection, table, key)}

    def _recorded(self, ids: Sequence[int]) -> pl.DataFrame:
        columns = ", ".join(f'"{name}"' for name in STORED_FRAME)
        chosen = ", ".join(map(str, ids))
        sql = f"SELECT {columns} FROM figure WHERE series_id IN ({chosen})"
        gone = self.connection.execute(
            sa.select(correction.c.target).where(correction.c.table == "figure")
        ).scalars()
        frame = fetch(self.connection, sql, STORED_FRAME)
        corrected = pl.col("row_id").is_in(pl.Series(list(gone), dtype=pl.Int64).implode())
        return frame.with_columns(corrected=corrected)

    def _supersede(self, table: str, target: int, replacement: int, known_at: datetime | int) -> None:
        self.pending.corrections.append(
            {
                "action": "supersedes",
                "table": table,
                "target": target,
                "replacement": replacement,
                "reason": f"{self.name} changed",
                "mistake": "ours",
                "known_at": known_at,
            }
        )

    def _count(self, table: str, added: int, offered: int, corrected: int) -> None:
        self.added[table] = added
        self.unchanged[table] = offered - added
        self.corrected[table] = corrected


def write(
    connection: sa.Connection,
    pending: Pending,
    *,
    name: str,
    action: str,
    actor: str,
    recorded_at: datetime,
) -> int | None:
    """Insert pending rows with their load and its audit row; None where there is nothing to insert."""
    figures = pending.figures
    counts = {table: len(rows) for table, rows in pending.entries.items() if rows}
    if figures is not None and figures.height:
        counts["figure"] = figures.height
    if pending.corrections:
        counts["correction"] = len(pending.corrections)
    if not counts:
        return None
    load_id = next_id(connection, load)
    corrections = _numbered_corrections(connection, pending, load_id, actor, recorded_at)
    total = digest(
        [
            *((table, (entry_hash(entry) for _, entry in rows)) for table, rows in pending.entries.items()),
            ("figure", () if figures is None else figure_hashes(figures)),
            ("correction", (correction_hash(row) for row in corrections)),
        ]
    )
    connection.execute(
        load.insert(),
        {
            "row_id": load_id,
            "name": name,
            "digest": total,
            "counts": json.dumps(counts),
            "recorded_at": recorded_at,
            "actor": actor,
        },
    )
    for table, rows in pending.entries.items():
        if rows:
            fixed = {"load_id": load_id, "recorded_at": recorded_at}
            connection.execute(
                ENTRY_TABLES[table].insert(),
                [{"row_id": row, **to_values(entry), **fixed} for row, entry in rows],
            )
    if figures is not None and figures.height:
        _insert_figures(connection, figures, load_id, to_micros(recorded_at))
    if corrections:
        connection.execute(correction.insert(), corrections)
    detail = {"load": load_id, "digest": total, "counts": counts}
    audit.insert(connection, at=recorded_at, actor=actor, action=action, about=name, detail=detail)
    return load_id


def _numbered_corrections(
    connection: sa.Connection, pending: Pending, load_id: int, actor: str, recorded_at: datetime
) -> list[dict[str, Any]]:
    first = next_id(connection, correction)
    fixed = {"load_id": load_id, "recorded_at": recorded_at, "actor": actor}
    rows = []
    for number, row in enumerate(pending.corrections, start=first):
        moment = row["known_at"]
        known_at = from_micros(moment) if isinstance(moment, int) else require_aware(moment)
        rows.append({"row_id": number, **row, "known_at": known_at, **fixed})
    return rows


_INSERTED = (
    "row_id",
    "series_id",
    "start",
    "end",
    "value",
    "low",
    "high",
    "known_at",
    "recorded_at",
    "rounded_to",
    "flags",
    "source_id",
    "load_id",
)


def _insert_figures(connection: sa.Connection, frame: pl.DataFrame, load_id: int, recorded_at: int) -> None:
    """Insert past SQLAlchemy: COPY on PostgreSQL, one executemany on SQLite."""
    rows = frame.with_columns(
        recorded_at=pl.lit(recorded_at, dtype=pl.Int64), load_id=pl.lit(load_id, dtype=pl.Int64)
    ).select(_INSERTED)
    raw: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in _INSERTED)
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY figure ({columns}) FROM STDIN (FORMAT csv)") as copy:
            for part in rows.iter_slices(50_000):
                text = io.BytesIO()
                part.write_csv(text, include_header=False)
                copy.write(text.getvalue())
    else:
        marks = ", ".join("?" * len(_INSERTED))
        texts = rows.with_columns(pl.col("start", "end").cast(pl.String))
        raw.executemany(f"INSERT INTO figure ({columns}) VALUES ({marks})", texts.iter_rows())
    pack_new(connection, rows)
