"""A corridor folder in, a `Corridor` out: places, crossings, pathways and legs.

Reading goes by the csv module and the declarations in `tables`, not by Frictionless, because every
command starts with it. A folder with a bad row is refused here; `check.check_folder` lists everything.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from corredor.corridor.network import Corridor, Crossing, Leg, Pathway, Place, expand_modes
from corredor.corridor.rows import Row, read_rows
from corredor.corridor.tables import TABLES
from corredor.errors import CorridorError, InputError, Rejection
from corredor.moment import parse_moment, zone

DESCRIPTOR = "datapackage.json"
NAME = r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?"


def embedded_folder() -> Path:
    """The folder of the U.S.–Mexico corridor that comes with Corredor."""
    return Path(str(files("corredor"))) / "data" / "us-mexico"


@dataclass(frozen=True)
class Head:
    """What a folder's descriptor says of the whole: name, title, version and the zone of its moments."""

    name: str
    title: str
    version: str
    zone: str


def read_head(folder: Path) -> Head:
    """The head of a folder's ``datapackage.json``.

    Raises:
        CorridorError: no such folder or descriptor, not JSON, or without name or zone.
    """
    if not folder.is_dir():
        raise CorridorError("no such folder", where=str(folder), accepted="a folder with a datapackage.json")
    path = folder / DESCRIPTOR
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        accepted = "a Frictionless data package descriptor"
        raise CorridorError("is missing", where=str(path), accepted=accepted) from error
    except (OSError, ValueError) as error:
        raise CorridorError(f"cannot be read: {error}", where=str(path), accepted="JSON in UTF-8") from error
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        raise CorridorError('lacks "name"', where=str(path), accepted="a lower-case name")
    if not re.fullmatch(NAME, found["name"]):
        # The name becomes the name of a file: the record of a corridor of one's own.
        accepted = "lower-case letters, digits, dots, hyphens and underscores"
        raise CorridorError(f"has the name {found['name']!r}", where=str(path), accepted=accepted)
    ours = found.get("corredor")
    zone_name = ours.get("zone") if isinstance(ours, dict) else None
    if not isinstance(zone_name, str):
        accepted = '"corredor": {"zone": "America/New_York"}'
        raise CorridorError('lacks "corredor" with a "zone"', where=str(path), accepted=accepted)
    try:
        zone(zone_name)
    except InputError as error:
        raise CorridorError(error.message, where=str(path), accepted=error.accepted) from error
    title, version = found.get("title", ""), found.get("version", "")
    return Head(found["name"], str(title) or found["name"], str(version), zone_name)


def read_table(folder: Path, name: str) -> tuple[list[Row], list[Rejection]]:
    """The rows of one of the folder's tables; none where an optional file is missing.

    Raises:
        CorridorError: a required file is missing, or its header is.
    """
    table = TABLES[name]
    path = folder / table.path
    if not path.is_file():
        if table.required:
            raise CorridorError("is missing", where=str(path), accepted=f"a table of {name}")
        return [], []
    return read_rows(path, table)


def figure_files(folder: Path) -> list[Path]:
    """The folder's files of figures, sorted by name."""
    return sorted(path for pattern in ("*.csv", "*.csv.gz") for path in (folder / "figures").glob(pattern))


def table_files(folder: Path) -> list[Path]:
    """Every file that belongs to the folder: its descriptor, its tables and its figures, sorted."""
    found = [folder / DESCRIPTOR, *figure_files(folder)]
    found += [folder / table.path for table in TABLES.values() if table.name != "figures"]
    return sorted(path for path in found if path.is_file())


def folder_digest(folder: Path | None = None) -> str:
    """SHA-256 over the names and contents of the folder's files, in hexadecimal."""
    folder = folder or embedded_folder()
    digest = hashlib.sha256()
    for path in table_files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _place(row: Row) -> Place:
    values = row.values
    aliases = (pair.partition(":") for pair in row.text("aliases").split("|") if pair)
    return Place(
        id=values["id"],
        name=values["name"],
        kind=values["kind"],
        name_es=row.text("name_es"),
        country=row.text("country"),
        admin=row.text("admin"),
        lat=values["lat"],
        lon=values["lon"],
        zone=row.text("zone"),
        part_of=row.text("part_of"),
        sector=row.text("sector"),
        route=tuple(row.text("route").split()),
        aliases=tuple((authority, name.strip()) for authority, _, name in aliases),
        source=row.text("source"),
        note=row.text("note"),
    )


def _crossing(row: Row) -> Crossing:
    return Crossing(
        place=row.values["place"],
        facility=row.values["facility"],
        modes=expand_modes(row.values["modes"]),
        hours=row.text("hours"),
        port_code=row.text("port_code"),
        capacity_per_day=row.values["capacity_per_day"],
        note=row.text("note"),
        source=row.text("source"),
    )


def _pathway(row: Row, known_at: datetime) -> Pathway:
    return Pathway(
        place=row.values["place"],
        pathway=row.values["pathway"],
        start=row.values["from"],
        end=row.values["to"],
        capacity_per_day=row.values["capacity_per_day"],
        known_at=known_at,
        source=row.values["source"],
        note=row.text("note"),
    )


def _leg(row: Row) -> Leg:
    values = row.values
    return Leg(
        id=values["id"],
        start=values["from"],
        end=values["to"],
        mode=values["mode"],
        km=values["km"],
        km_basis=values["km_basis"],
        speed_kmh=values["speed_kmh"],
        speed_cv=values["speed_cv"],
        service_days=row.text("service_days"),
        capacity_per_day=values["capacity_per_day"],
        danger=values["danger"],
        danger_basis=row.text("danger_basis"),
        operator=row.text("operator"),
        route=tuple(row.text("route").split()),
        source=row.text("source"),
        note=row.text("note"),
    )


def read_network(folder: Path) -> tuple[Corridor, list[Rejection]]:
    """The corridor that the good rows of a folder make, and the bad rows.

    Raises:
        CorridorError: the descriptor or the table of places is missing or unreadable.
    """
    head = read_head(folder)
    places, bad_places = read_table(folder, "places")
    crossings, bad_crossings = read_table(folder, "crossings")
    pathways, bad_pathways = read_table(folder, "pathways")
    legs, bad_legs = read_table(folder, "legs")
    dated: list[Pathway] = []
    for row in pathways:
        try:
            dated.append(_pathway(row, parse_moment(row.values["known_at"], head.zone)))
        except InputError as error:
            text = str(error.accepted)
            bad_pathways.append(Rejection("pathways.csv", row.line, "known_at", row.text("known_at"), text))
    corridor = Corridor(
        name=head.name,
        title=head.title,
        zone=head.zone,
        places={row.values["id"]: _place(row) for row in places},
        legs=tuple(_leg(row) for row in legs),
        crossings={row.values["place"]: _crossing(row) for row in crossings},
        pathways=tuple(dated),
        version=head.version,
    )
    return corridor, [*bad_places, *bad_crossings, *bad_pathways, *bad_legs]


def read_corridor(folder: Path | None = None) -> Corridor:
    """The corridor of a folder; None: the embedded one.

    Raises:
        CorridorError: the folder or one of its rows cannot be read.
    """
    corridor, rejections = read_network(folder or embedded_folder())
    if rejections:
        more = f", and {len(rejections) - 1} more" if len(rejections) > 1 else ""
        raise CorridorError(
            f"{rejections[0]}{more}",
            where=str(folder or embedded_folder()),
            accepted="corredor corridor check FOLDER lists every finding",
        )
    return corridor
