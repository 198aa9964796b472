"""Status by replay, slow and obvious: walk through every event and keep the last one that counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from corredor.corridor import Corridor
from corredor.record.entries import Event

MODES = {"vehicle": ["car", "bus", "truck"], "all": ["foot", "car", "bus", "truck", "rail", "air"]}
DIRECTIONS = {"all": ["northbound", "southbound"]}


def status(
    events: Iterable[Event],
    corridor: Corridor,
    asked: tuple[str, str, str],
    at: datetime,
    as_of: datetime,
) -> tuple[str, str]:
    """The change and the event id of the status of a plain mode and direction."""
    place, mode, direction = asked
    above = [place]
    while corridor.places.get(above[-1]) and corridor.places[above[-1]].part_of:
        above.append(corridor.places[above[-1]].part_of)
    best = None
    undated = None
    for event in events:
        if event.known_at > as_of or event.place not in above:
            continue
        if mode not in MODES.get(event.mode, [event.mode]):
            continue
        if direction not in DIRECTIONS.get(event.direction, [event.direction]):
            continue
        start = event.at or event.known_at
        rank = (start, event.known_at, event.id)
        if start <= at and (best is None or rank > best[0]):
            best = (rank, event)
        if event.at is None and (undated is None or rank < undated[0]):
            undated = (rank, event)
    if best:
        return str(best[1].change), best[1].id
    if undated:
        return "unknown", undated[1].id
    return "open", ""
