"""The danger weight of a leg: recorded deaths and disappearances near it, per 100 km and year.

An incident counts for the legs that run within `REACH_KM` of it and whose mode its cause concerns. It is
shared among them in inverse proportion to distance, so that the shares of one incident add up to its
dead. Distances below `BLUR_KM` cannot be told apart, since published coordinates are rounded to a tenth
of a degree. A leg near which nothing was recorded has no weight: nothing recorded is not nothing happened.
A leg shorter than the reach's diameter still gathers from a circle of that diameter, so it is taken to be
that long. Ways over lawful facilities and after processing take no share: the dead were found elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from corredor.corridor.geo import Floats, line_distance_km, line_length_km
from corredor.corridor.network import Corridor, Leg
from corredor.corridor.schema import MODES
from corredor.errors import InputError

REACH_KM = 25.0
# Half the diagonal of a cell of 0.1 by 0.1 degrees at the equator, where it is largest.
BLUR_KM = 8.0
WINDOW = (date(2014, 1, 1), date(2024, 1, 1))
BASIS = "IOM Missing Migrants 2014–2023: dead and missing per 100 km and year within 25 km"
YEAR_DAYS = 365.25

# Words of the publisher's causes of death and the modes they concern; other causes concern every mode on
# the ground. Nothing in the publisher's table concerns air travel.
GROUND = tuple(mode for mode in MODES if mode != "air")
CAUSES: dict[str, tuple[str, ...]] = {
    "Drowning": ("foot",),
    "Harsh environmental conditions": ("foot",),
    "Vehicle accident": ("car", "bus", "truck", "rail"),
}


@dataclass(frozen=True)
class Incidents:
    """Recorded incidents, arrays of one length.

    Attributes:
        points: degrees ``(n, 2)`` of lat, lon.
        dead: dead and missing, ``(n,)``.
        causes: the publisher's causes, several joined by commas.
    """

    points: Floats
    dead: Floats
    causes: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.points.shape != (len(self.causes), 2) or self.dead.shape != (len(self.causes),):
            raise InputError("incidents of unequal length", accepted="a point, a count and a cause for each")


@dataclass(frozen=True)
class Way:
    """What the danger of a leg depends on: its mode, length in km and line ``(m, 2)`` of lat, lon."""

    mode: str
    km: float
    line: ArrayLike


def modes_of(cause: str) -> frozenset[str]:
    """The modes that a cause of death concerns; of several causes all their modes."""
    found = {mode for words, modes in CAUSES.items() if words in cause for mode in modes}
    others = [part for part in cause.split(",") if not any(words in part for words in CAUSES)]
    # "lack of adequate shelter, food, water" holds commas itself: its parts are no causes of their own.
    return frozenset(found if found and not _another(others) else GROUND)


def _another(parts: Sequence[str]) -> bool:
    return any(part.strip()[:1].isupper() for part in parts)


def danger_weights(ways: Sequence[Way], incidents: Incidents, years: float) -> list[float | None]:
    """Recorded dead and missing per 100 km and year of each way; None where nothing was recorded near it.

    Args:
        ways: the legs.
        incidents: those of the window.
        years: length of the window.

    Raises:
        InputError: the window has no length.
    """
    if not years > 0:
        raise InputError(f"a window of {years} years", accepted="a length above 0")
    concerned = {
        mode: np.array([mode in modes_of(cause) for cause in incidents.causes], dtype=bool) for mode in MODES
    }
    pull = np.zeros((len(ways), len(incidents.causes)))
    for row, way in enumerate(ways):
        distance = line_distance_km(incidents.points, way.line)
        near = (distance <= REACH_KM) & concerned[way.mode]
        pull[row, near] = 1.0 / np.maximum(distance[near], BLUR_KM)
    total = pull.sum(axis=0)
    shares = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    dead = shares @ incidents.dead
    return [
        float(found / max(way.km, 2 * REACH_KM) * 100.0 / years) if found > 0 else None
        for found, way in zip(dead, ways, strict=True)
    ]


def exposed(corridor: Corridor, leg: Leg) -> bool:
    """Whether recorded deaths can concern a leg.

    Not if it leads over a lawful facility or pathway, and not if it starts at a crossing, hub or city,
    where people have been processed.
    """
    start, crossing = corridor.places.get(leg.start), corridor.crossings.get(leg.end)
    processed = start is not None and start.kind in ("crossing", "hub", "city")
    return not processed and (crossing is None or crossing.facility == "between-ports")


def corridor_dangers(
    corridor: Corridor, incidents: Incidents, window: tuple[date, date] = WINDOW
) -> dict[str, float | None]:
    """The danger weight of every leg of a corridor by id, on the great circle between its ends.

    Args:
        corridor: legs with an end that has no coordinates get None and take no share, nor do those over
            lawful facilities and after processing (`exposed`).
        incidents: those of the window.
        window: its first day and the day after its last.
    """
    found: dict[str, float | None] = {leg.id: None for leg in corridor.legs}
    names: list[str] = []
    ways: list[Way] = []
    for leg in corridor.legs:
        start, end = corridor.places.get(leg.start), corridor.places.get(leg.end)
        known = start and end and None not in (start.lat, start.lon, end.lat, end.lon)
        if start and end and known and exposed(corridor, leg):
            line = np.array([[start.lat, start.lon], [end.lat, end.lon]], dtype=np.float64)
            names.append(leg.id)
            # The way to a stretch between ports is shorter than the line to its middle.
            least = line_length_km(line) if leg.end in corridor.crossings else 0.0
            ways.append(Way(leg.mode, max(leg.km, least), line))
    years = (window[1] - window[0]).days / YEAR_DAYS
    found |= zip(names, danger_weights(ways, incidents, years), strict=True)
    return found
