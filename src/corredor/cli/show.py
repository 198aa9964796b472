"""``corredor status``, ``series`` and ``figures``: what the record knows, as a table."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.common import AsOf, Folder, Table, moment, situation
from corredor.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from corredor.record.entries import Precision
    from corredor.situation import Situation

As = Annotated[Table, typer.Option("--format", help="How the table is written.")]


def status(
    as_of: AsOf = None,
    at: Annotated[
        str | None, typer.Option(help="The status at this instant; without it: at --as-of.")
    ] = None,
    corridor: Folder = None,
    format_: As = Table.TEXT,
) -> None:
    """List crossings that are closed, limited or just reopened, as known then."""
    from corredor.corridor.status import merge_statuses

    here = situation(as_of, corridor)
    instant = moment(at, here.corridor.zone) if at else here.as_of
    rows = [
        {
            "place": merged.place,
            "modes": " ".join(merged.modes),
            "direction": merged.direction,
            "status": merged.status.change.value,
            "since": _local(here, merged.place, merged.status.since, merged.status.since_precision),
            "precision": merged.status.since_precision.value,
            "known_at": merged.status.known_at,
            "source": merged.status.source,
            "note": merged.status.note,
        }
        for merged in merge_statuses(here.statuses(instant), here.corridor)
    ]
    _write(rows, format_, hide=("note", "known_at", "precision", "source"))


def _local(here: Situation, place: str, since: datetime | None, precision: Precision) -> str | None:
    """The start of a status in the zone of its place: an instant, or a date where no hour was reported."""
    from corredor.moment import zone

    if since is None:
        return None
    found = here.corridor.places.get(place)
    local = since.astimezone(zone(found.zone if found and found.zone else here.corridor.zone))
    return local.isoformat(timespec="minutes") if precision == "minute" else local.date().isoformat()


def series(
    pattern: Annotated[str, typer.Argument(help="A pattern of keys as in a shell.")] = "*",
    corridor: Folder = None,
    format_: As = Table.TEXT,
) -> None:
    """List the series of the record."""
    here = situation(None, corridor)
    rows = [
        {"key": row.key, "title": row.title, "unit": row.unit, "publisher": row.publisher}
        for row in here.series(pattern)
    ]
    _write(rows, format_)


def figures(
    key: Annotated[str, typer.Argument(help="A series; corredor series lists them.")],
    as_of: AsOf = None,
    vintages: Annotated[
        bool,
        typer.Option("--vintages", help="Every release, with its row number."),
    ] = False,
    corridor: Folder = None,
    format_: As = Table.TEXT,
) -> None:
    """Show the figures of a series as known then, each with its source and when it became known."""
    number = ["id"] if vintages else []
    here = situation(as_of, corridor)
    if not any(row.key == key for row in here.series(key)):
        raise InputError(f"no series {key!r} in the record", accepted="a key that corredor series lists")
    frame: pl.DataFrame = here.vintages(key) if vintages else here.figures(key)
    columns = [
        *number,
        "start",
        "end",
        "value",
        "low",
        "high",
        "known_at",
        "flags",
        "source",
    ]
    _write(frame.select(columns).to_dicts(), format_)


def _write(rows: list[dict[str, Any]], format_: Table, hide: tuple[str, ...] = ()) -> None:
    if format_ is Table.JSON:
        print(json.dumps(rows, default=_plain, indent=1, ensure_ascii=False))
        return
    if format_ is Table.CSV:
        import csv
        import sys

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0] if rows else [])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
        return
    if not rows:
        print("nothing")
        return
    names = [name for name in rows[0] if name not in hide]
    cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    for row in cells:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no plain form of {type(value).__name__}")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value)
