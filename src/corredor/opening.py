"""From a corridor folder and a record to a situation: what every command and every user starts with."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

from corredor.corridor import corridor_batch, folder_digest, read_corridor
from corredor.corridor.network import Corridor
from corredor.errors import RecordError
from corredor.moment import end_of_day, require_aware
from corredor.record import LoadReport, Record, open_record
from corredor.record.engine import VARIABLE, default_path
from corredor.situation import Situation

# The audit's word for it; the newest such row tells which folder, with which content, is in a record.
LOADED = "corridor loaded"


def open_situation(
    as_of: date | datetime | None = None,
    *,
    corridor: Path | None = None,
    record: Record | str | Path | None = None,
) -> Situation:
    """The situation of a corridor as of a moment, its folder loaded into the record where it is not yet.

    Args:
        as_of: a date (its end in the corridor's zone) or an aware moment; None: now.
        corridor: a corridor folder; None: the embedded one.
        record: an open record, or an address for `open_record`.

    Raises:
        CorridorError: the folder cannot be read.
        LoadError: the folder has bad rows.
        RecordError: the record cannot be opened or written, or holds another corridor.
    """
    found, loaded = open_unloaded(corridor, record)
    if not loaded:
        load_corridor(found.record, found.corridor, corridor)
    return found.at(moment_of(as_of, found.corridor.zone))


def open_unloaded(
    corridor: Path | None = None, record: Record | str | Path | None = None
) -> tuple[Situation, bool]:
    """The situation as of now, and whether the folder's content is in the record already.

    For who wants to say that a load takes a while; see `open_situation`.

    Raises:
        CorridorError: the folder cannot be read.
        RecordError: the record cannot be opened, or holds another corridor.
    """
    network = read_corridor(corridor)
    opened = record if isinstance(record, Record) else open_record(record or _own_file(network, corridor))
    known = opened.audit.newest(LOADED)
    if known is not None and known["object"] != network.name:
        raise RecordError(
            f"holds the corridor {known['object']!r}, not {network.name!r}",
            where=opened.name,
            accepted="one record for each corridor: name another by CORREDOR_DATABASE_URL",
        )
    loaded = known is not None and known["detail"]["digest"] == folder_digest(corridor)
    return Situation(opened, network, moment_of(None, network.zone)), loaded


def load_corridor(record: Record, network: Corridor, folder: Path | None) -> LoadReport:
    """Load a corridor folder and note its content in the audit.

    Raises:
        CorridorError: the folder cannot be read.
        LoadError: the folder has bad rows.
        RecordError: the record cannot be written.
    """
    digest = folder_digest(folder)
    report = record.load(corridor_batch(folder))
    record.audit.append("local", LOADED, network.name, {"digest": digest})
    return report


def _own_file(network: Corridor, folder: Path | None) -> Path | None:
    """A file of its own for a corridor that is not the embedded one, unless an address is set."""
    if folder is None or os.environ.get(VARIABLE):
        return None
    return default_path().with_name(f"{network.name}.sqlite")


def moment_of(as_of: date | datetime | None, zone_name: str) -> datetime:
    """An aware moment as it is, a date as its end in the zone, None as now."""
    if as_of is None:
        return datetime.now(UTC)
    return require_aware(as_of) if isinstance(as_of, datetime) else end_of_day(as_of, zone_name)
