"""Places, legs, crossings and pathways of a corridor, and the questions a network answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from corredor.corridor.schema import MODE_ALIASES


def expand_modes(modes: str | Iterable[str]) -> tuple[str, ...]:
    """The plain modes behind a mode or alias, or several: ``vehicle`` is car, bus and truck."""
    words = modes.split() if isinstance(modes, str) else modes
    found: dict[str, None] = {}
    for word in words:
        found |= dict.fromkeys(MODE_ALIASES.get(word, (word,)))
    return tuple(found)


@dataclass(frozen=True)
class Place:
    """A place of the corridor.

    Attributes:
        id: such as ``poe.eagle-pass.bridge-1``.
        kind: one of `schema.PLACE_KINDS`.
        country: ISO 3166 alpha-2, or "".
        lat: degrees north, WGS 84, or None.
        lon: degrees east, or None.
        zone: IANA time zone, or "".
        part_of: id of the place it is part of, or "".
        sector: id of its Border Patrol sector, or "".
        route: migration routes it lies on.
        aliases: pairs of authority and the name or code that authority uses.
    """

    id: str
    name: str
    kind: str
    name_es: str = ""
    country: str = ""
    admin: str = ""
    lat: float | None = None
    lon: float | None = None
    zone: str = ""
    part_of: str = ""
    sector: str = ""
    route: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    source: str = ""
    note: str = ""

    def label(self, lang: str = "en") -> str:
        """The name in English or Spanish; the English one stands where no Spanish one is given."""
        return self.name_es if lang == "es" and self.name_es else self.name


@dataclass(frozen=True)
class Crossing:
    """How a crossing place is crossed. ``modes`` are plain modes; ``hours`` is "" where unknown."""

    place: str
    facility: str
    modes: tuple[str, ...]
    hours: str = ""
    port_code: str = ""
    capacity_per_day: float | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Pathway:
    """The capacity of a pathway crossing, people a day, from ``start`` until before ``end``."""

    place: str
    pathway: str
    start: date
    end: date | None
    capacity_per_day: float | None
    known_at: datetime
    source: str
    note: str = ""

    def covers(self, day: date) -> bool:
        """Whether the capacity is in force on that day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Leg:
    """A directed way between two places by one mode.

    Attributes:
        start: id of the place where it starts (column ``from``).
        end: id of the place where it ends (column ``to``).
        km: length, kilometres.
        speed_kmh: mean speed under way, or None.
        speed_cv: standard deviation of the speed over its mean, or None.
        service_days: "daily", weekdays such as "mon wed fri", or "".
        danger: weight from recorded incidents (`corridor.danger`), None where there is no basis.
    """

    id: str
    start: str
    end: str
    mode: str
    km: float
    km_basis: str
    speed_kmh: float | None = None
    speed_cv: float | None = None
    service_days: str = ""
    capacity_per_day: float | None = None
    danger: float | None = None
    danger_basis: str = ""
    operator: str = ""
    route: tuple[str, ...] = ()
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Corridor:
    """A corridor as a folder declares it.

    Attributes:
        zone: the zone in which a date given as a moment ends.
        places: by id.
        crossings: by id of their place.
        pathways: dated capacities, in the order of the folder.
        legs: in the order of the folder.
    """

    name: str
    title: str
    zone: str
    places: Mapping[str, Place]
    legs: tuple[Leg, ...] = ()
    crossings: Mapping[str, Crossing] = field(default_factory=dict)
    pathways: tuple[Pathway, ...] = ()
    version: str = ""

    @cached_property
    def _aliases(self) -> dict[tuple[str, str], Place]:
        return {
            (authority.casefold(), name.casefold()): place
            for place in self.places.values()
            for authority, name in place.aliases
        }

    @cached_property
    def _leaving(self) -> dict[str, tuple[Leg, ...]]:
        found: dict[str, list[Leg]] = {}
        for leg in self.legs:
            found.setdefault(leg.start, []).append(leg)
        return {start: tuple(legs) for start, legs in found.items()}

    @cached_property
    def _parts(self) -> dict[str, tuple[Place, ...]]:
        found: dict[str, list[Place]] = {}
        for place in self.places.values():
            if place.part_of:
                found.setdefault(place.part_of, []).append(place)
        return {whole: tuple(parts) for whole, parts in found.items()}

    def by_alias(self, authority: str, name: str) -> Place | None:
        """The place that the authority calls so (letter case ignored), or None."""
        return self._aliases.get((authority.casefold(), name.strip().casefold()))

    def name_of(self, place: str, lang: str = "en") -> str:
        """The name of the place in that language; the id itself where the corridor lacks it."""
        found = self.places.get(place)
        return found.label(lang) if found else place

    def legs_from(self, place: str, modes: Collection[str] | None = None) -> tuple[Leg, ...]:
        """The legs that start there, by these modes only if given."""
        legs = self._leaving.get(place, ())
        return legs if modes is None else tuple(leg for leg in legs if leg.mode in modes)

    def neighbours(self, place: str, modes: Collection[str] | None = None) -> tuple[str, ...]:
        """Ids of the places at the other end of the legs that start there, each once."""
        return tuple(dict.fromkeys(leg.end for leg in self.legs_from(place, modes)))

    def reachable(self, start: str, modes: Collection[str] | None = None) -> frozenset[str]:
        """Ids of all places that legs lead to from there, itself included."""
        seen = {start}
        queue = deque([start])
        while queue:
            for place in self.neighbours(queue.popleft(), modes):
                if place not in seen:
                    seen.add(place)
                    queue.append(place)
        return frozenset(seen)

    def parts_of(self, place: str) -> tuple[Place, ...]:
        """The places directly part of it."""
        return self._parts.get(place, ())

    def wholes_of(self, place: str) -> tuple[str, ...]:
        """The place itself, what it is part of, what that is part of, and so on."""
        found: list[str] = []
        while place and place not in found:
            found.append(place)
            here = self.places.get(place)
            place = here.part_of if here else ""
        return tuple(found)

    def facilities_of(self, port: str) -> tuple[Place, ...]:
        """Every crossing that is part of the port, at any depth, in the order of the folder."""
        return tuple(
            place
            for place in self.places.values()
            if place.kind == "crossing" and place.id != port and port in self.wholes_of(place.id)
        )

    def capacity(self, place: str, day: date, as_of: datetime | None = None) -> float | None:
        """People a day that a pathway takes on that day, as known then; None where not known.

        Of several rows in force the one that became known last counts.

        Args:
            place: id of the pathway's place.
            day: a date in the place's zone.
            as_of: leave out what became known later; None: take everything.
        """
        known = [
            row
            for row in self.pathways
            if row.place == place and row.covers(day) and (as_of is None or row.known_at <= as_of)
        ]
        return max(known, key=lambda row: (row.known_at, row.start)).capacity_per_day if known else None
