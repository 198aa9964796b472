"""A corridor folder as one `Batch` for the record: sources, series, figures, events and the rest."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from corredor.corridor.figures import read_figures
from corredor.corridor.folder import embedded_folder, figure_files, read_head, read_table
from corredor.corridor.rows import Row
from corredor.errors import InputError, Rejection
from corredor.moment import parse_moment, zone
from corredor.record.entries import (
    FIGURE_FRAME,
    Batch,
    Change,
    Commitment,
    Event,
    Evidence,
    Frequency,
    GroupReport,
    Precision,
    Series,
    SeriesKind,
    SiteReport,
    Source,
    SourceKind,
    Statement,
)

_Entry = TypeVar("_Entry", Source, Series, Event, Statement, Commitment, Evidence, GroupReport, SiteReport)
_ENUMS: dict[tuple[type, str], type[StrEnum]] = {
    (Source, "kind"): SourceKind,
    (Series, "kind"): SeriesKind,
    (Series, "frequency"): Frequency,
    (Event, "change"): Change,
    (Event, "precision"): Precision,
    (GroupReport, "precision"): Precision,
}


def _start_of(text: str, zone_name: str) -> datetime:
    """The instant of an event: an aware instant as it is, a date as the start of that day in the zone."""
    if len(text) > 10:
        return parse_moment(text, zone_name)
    try:
        day = datetime.combine(datetime.fromisoformat(text), time.min, tzinfo=zone(zone_name))
    except ValueError as error:
        raise InputError(f"cannot read {text!r} as a date", accepted="a date or an instant") from error
    return day.astimezone(UTC)


def _entry(kind: type[_Entry], row: Row, corridor_zone: str, place_zone: str) -> _Entry:
    """The entry that a row holds: its columns are the fields of the entry's class.

    Raises:
        InputError: a moment cannot be read; its ``where`` is the column.
    """
    values: dict[str, Any] = {}
    for column in fields(kind):
        value = row.values[column.name]
        enum = _ENUMS.get((kind, column.name))
        try:
            if value is None and column.type == "str":
                value = "" if column.default is MISSING else column.default
            elif value is not None and column.name == "known_at":
                value = parse_moment(value, corridor_zone)
            elif value is not None and column.name == "at":
                value = _start_of(value, place_zone)
            elif column.name == "zone":
                zone(value)
            elif enum is not None:
                value = enum(value)
        except InputError as error:
            raise InputError(error.message, where=column.name, accepted=error.accepted) from error
        values[column.name] = value
    return kind(**values)


class _Reader:
    """Reads the tables of one folder into entries, gathering what is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zone = read_head(folder).zone
        self.rejections: list[Rejection] = []
        self.zones = {
            row.values["id"]: row.text("zone") or self.zone for row in read_table(folder, "places")[0]
        }

    def read(self, name: str, kind: type[_Entry]) -> list[_Entry]:
        rows, rejections = read_table(self.folder, name)
        self.rejections += rejections
        found: list[_Entry] = []
        for row in rows:
            place_zone = self.zones.get(str(row.values.get("place")), self.zone)
            try:
                entry = _entry(kind, row, self.zone, place_zone)
            except InputError as error:
                field = str(error.where)
                rejection = Rejection(f"{name}.csv", row.line, field, row.text(field), str(error.accepted))
                self.rejections.append(rejection)
            else:
                found.append(entry)
        return found


def corridor_batch(folder: Path | None = None) -> Batch:
    """Everything of a corridor folder that belongs into the record, as one batch.

    Bad rows stand in the batch's ``rejections``; the record decides whether to load the others.

    Args:
        folder: None: the embedded one.

    Raises:
        CorridorError: the folder or a file of it cannot be read at all.
    """
    folder = folder or embedded_folder()
    reader = _Reader(folder)
    series = reader.read("series", Series)
    zones = {entry.key: entry.zone for entry in series}
    frames = [pl.DataFrame(schema=FIGURE_FRAME)]
    for path in figure_files(folder):
        frame, rejections = read_figures(path, zones)
        frames.append(frame)
        reader.rejections += rejections
    sources = reader.read("sources", Source)
    events = reader.read("events", Event)
    statements = reader.read("statements", Statement)
    commitments = reader.read("commitments", Commitment)
    evidence = reader.read("evidence", Evidence)
    groups = reader.read("groups", GroupReport)
    sites = reader.read("sites", SiteReport)
    return Batch(
        name=f"corridor {folder.name}",
        sources=sources,
        series=series,
        figures=pl.concat(frames),
        events=events,
        statements=statements,
        commitments=commitments,
        evidence=evidence,
        groups=groups,
        sites=sites,
        rejections=reader.rejections,
    )
