"""Corredor's own rules for what a corridor folder offers to the record, figures apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from corredor.corridor.findings import Finding, error, warning
from corredor.corridor.rows import Row
from corredor.corridor.tables import TABLES
from corredor.errors import InputError
from corredor.moment import parse_moment, zone
from corredor.record.entries import Precision

RANGES = {
    "statements": (("quantity_low", "quantity_high"), ("period_start", "period_end")),
    "groups": (("size_low", "size_high"),),
}


def check_record(
    tables: Mapping[str, Sequence[Row]], whole: Collection[str], corridor_zone: str
) -> list[Finding]:
    """Findings on sources, series, events and the rest.

    Args:
        tables: the good rows of each table.
        whole: tables without bad rows. Nothing is said to be unknown that a bad row may hold.
        corridor_zone: zone in which a date ends.
    """
    return [
        *_moments(tables, corridor_zone),
        *_zones(tables["series"]),
        *_events(tables, places_known={"places", "legs"} <= set(whole)),
        *_ranges(tables),
        *_groups(tables["groups"]),
    ]


def _moments(tables: Mapping[str, Sequence[Row]], corridor_zone: str) -> Iterator[Finding]:
    for name, rows in tables.items():
        columns = [column for column in TABLES[name].columns if column.name in ("at", "known_at")]
        for row in rows:
            for column in columns:
                text = row.text(column.name)
                try:
                    if text:
                        parse_moment(text, corridor_zone)
                except InputError:
                    yield error(TABLES[name].path, row.line, column.name, text, column.expected)


def _zones(rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        try:
            zone(row.values["zone"])
        except InputError as failure:
            yield error("series.csv", row.line, "zone", row.values["zone"], str(failure.accepted))


def _events(tables: Mapping[str, Sequence[Row]], *, places_known: bool) -> Iterator[Finding]:
    known = {row.values["id"] for name in ("places", "legs") for row in tables[name]}
    for row in tables["events"]:
        if places_known and row.values["place"] not in known:
            wanted = "an id of places.csv or legs.csv"
            yield error("events.csv", row.line, "place", row.values["place"], wanted)
        at, precision = row.text("at"), row.values["precision"]
        if not at and precision != Precision.UNKNOWN:
            yield error("events.csv", row.line, "precision", precision, "unknown where at is blank")
        elif at and precision == Precision.UNKNOWN:
            yield error("events.csv", row.line, "at", at, "blank where the precision is unknown")
        elif len(at) == 10 and precision == Precision.MINUTE:
            yield warning("events.csv", row.line, "precision", precision, "day where at is a date")


def _ranges(tables: Mapping[str, Sequence[Row]]) -> Iterator[Finding]:
    for name, pairs in RANGES.items():
        for row in tables[name]:
            for low, high in pairs:
                one, two = row.values[low], row.values[high]
                if one is not None and two is not None and (two <= one if "period" in low else two < one):
                    wanted = f"after {low}" if "period" in low else f"not below {low}"
                    yield error(f"{name}.csv", row.line, high, two, f"a value {wanted}, which is {one}")


def _groups(rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        if (row.values["lat"] is None) != (row.values["lon"] is None):
            blank = "lat" if row.values["lat"] is None else "lon"
            yield error("groups.csv", row.line, blank, "", "both lat and lon, or neither")
