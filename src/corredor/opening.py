"""From a corridor folder and a record to a situation: what every command and every user starts with."""

from __future__ import annotations

import os
from collections.abc import Callable
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

Say = Callable[[str], None]


def open_situation(
    as_of: date | datetime | None = None,
    *,
    corridor: Path | None = None,
    record: Record | str | Path | None = None,
    say: Say | None = None,
) -> Situation:
    """The situation of a corridor as of a moment, its folder loaded into the record where it is not yet.

    Args:
        as_of: a date (its end in the corridor's zone) or an aware moment; None: now.
        corridor: a corridor folder; None: the embedded one.
        record: an open record, or an address for `open_record`.
        say: called with one line before anything that takes seconds.

    Raises:
        CorridorError: the folder cannot be read.
        LoadError: the folder has bad rows.
        RecordError: the record cannot be opened or written, or holds another corridor.
    """
    network = read_corridor(corridor)
    opened = record if isinstance(record, Record) else open_record(record or _own_file(network, corridor))
    load_corridor(opened, network, corridor, say=say)
    return Situation(opened, network, moment_of(as_of, network.zone))


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


def load_corridor(
    record: Record, network: Corridor, folder: Path | None, *, say: Say | None = None
) -> LoadReport | None:
    """Load a corridor folder, unless this very content was loaded before (then None)."""
    digest = folder_digest(folder)
    known = record.audit.newest(LOADED)
    if known is not None and known["object"] != network.name:
        raise RecordError(
            f"holds the corridor {known['object']!r}, not {network.name!r}",
            where=record.name,
            accepted="one record for each corridor: name another by CORREDOR_DATABASE_URL",
        )
    if known is not None and known["detail"]["digest"] == digest:
        return None
    if say is not None:
        say(f"Loading the corridor {network.title} into {record.name}")
    report = record.load(corridor_batch(folder))
    record.audit.append("local", LOADED, network.name, {"digest": digest})
    return report
