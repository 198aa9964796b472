"""Corredor's own rules for places, crossings, pathways and legs."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from corredor.corridor.findings import Finding, error, warning
from corredor.corridor.geo import great_circle_km
from corredor.corridor.network import expand_modes
from corredor.corridor.rows import Row
from corredor.errors import InputError
from corredor.moment import zone

# Rough boxes (south, west, north, east) in degrees, rounded outwards from the countries' mainland extents.
BOXES: dict[str, tuple[float, float, float, float]] = {
    "US": (24.0, -125.0, 49.5, -66.5),
    "MX": (14.0, -118.5, 33.0, -86.5),
    "GT": (13.5, -92.5, 18.0, -88.0),
    "BZ": (15.5, -89.5, 18.6, -87.0),
    "HN": (12.9, -89.5, 16.6, -83.0),
    "SV": (13.0, -90.2, 14.5, -87.5),
    "NI": (10.5, -88.0, 15.1, -82.5),
    "CR": (8.0, -86.0, 11.3, -82.5),
    "PA": (7.0, -83.1, 9.8, -77.0),
    "CO": (-4.3, -79.5, 12.6, -66.8),
    "EC": (-5.1, -81.2, 1.6, -75.0),
    "VE": (0.5, -73.5, 12.3, -59.5),
}
SLACK_KM = 1.0  # coordinates of towns are rounded, and a town has a size
SHORTEST = 0.99  # a length rounded to whole kilometres may fall a little short of the great circle
LONGEST = 4.0  # of the great circle: beyond it a detour is more likely a slip


def check_network(tables: Mapping[str, Sequence[Row]], whole: Collection[str]) -> list[Finding]:
    """Findings on the tables of the network.

    Args:
        tables: the good rows of each.
        whole: tables without bad rows. Nothing is said to be missing that a bad row may hold.
    """
    places = {row.values["id"]: row for row in tables["places"]}
    return [
        *_places(places),
        *_aliases(tables["places"]),
        *_crossings(places, tables["crossings"], complete={"places", "crossings"} <= set(whole)),
        *_pathways(places, tables["pathways"]),
        *_legs(places, tables),
        *(_unreachable(places, tables["legs"]) if {"places", "legs"} <= set(whole) else ()),
    ]


def _places(places: Mapping[str, Row]) -> Iterator[Finding]:
    for name, row in places.items():
        lat, lon, zone_name = row.values["lat"], row.values["lon"], row.text("zone")
        if (lat is None) != (lon is None):
            blank = "lat" if lat is None else "lon"
            yield error("places.csv", row.line, blank, "", "both lat and lon, or neither")
        if lat is not None and not zone_name:
            yield error("places.csv", row.line, "zone", "", "an IANA time zone where coordinates are given")
        if zone_name:
            try:
                zone(zone_name)
            except InputError as failure:
                yield error("places.csv", row.line, "zone", zone_name, str(failure.accepted))
        box = BOXES.get(row.text("country"))
        if box and lat is not None and lon is not None:
            south, west, north, east = box
            if not (south <= lat <= north and west <= lon <= east):
                yield warning(
                    "places.csv", row.line, "lat", f"{lat} {lon}", f"a point in {row.text('country')}"
                )
        sector = places.get(row.text("sector"))
        if sector is not None and sector.values["kind"] != "sector":
            yield error("places.csv", row.line, "sector", row.text("sector"), "a place of kind sector")
        seen = [name]
        while (whole := places[seen[-1]].text("part_of")) in places:
            if whole in seen:
                yield error("places.csv", row.line, "part_of", row.text("part_of"), "no place within itself")
                break
            seen.append(whole)


def _aliases(rows: Sequence[Row]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for row in rows:
        for alias in dict.fromkeys(row.text("aliases").casefold().split("|")):
            if alias and alias in seen:
                yield error("places.csv", row.line, "aliases", alias, f"an alias not used by {seen[alias]}")
            seen.setdefault(alias, row.values["id"])


def _crossings(places: Mapping[str, Row], rows: Sequence[Row], *, complete: bool) -> Iterator[Finding]:
    found = {row.values["place"] for row in rows}
    for row in rows:
        place = places.get(row.values["place"])
        if place is not None and place.values["kind"] != "crossing":
            yield error("crossings.csv", row.line, "place", row.values["place"], "a place of kind crossing")
    for name, row in places.items():
        if complete and row.values["kind"] == "crossing" and name not in found:
            yield error("places.csv", row.line, "id", name, "a row in crossings.csv for every crossing")


def _pathways(places: Mapping[str, Row], rows: Sequence[Row]) -> Iterator[Finding]:
    earlier: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        values = row.values
        start, end = values["from"], values["to"]
        if end is not None and end <= start:
            yield error("pathways.csv", row.line, "to", end, "a date after from, or blank")
        # A later announcement may overlap an earlier one: the later known counts. Two of one day cannot.
        same = earlier.setdefault((values["place"], values["pathway"], values["known_at"]), [])
        for other in same:
            until = other.values["to"]
            if (until is None or start < until) and (end is None or other.values["from"] < end):
                wanted = f"dates that do not overlap line {other.line}, known the same day"
                yield error("pathways.csv", row.line, "from", start, wanted)
        same.append(row)


def _legs(places: Mapping[str, Row], tables: Mapping[str, Sequence[Row]]) -> Iterator[Finding]:
    modes = {row.values["place"]: expand_modes(row.values["modes"]) for row in tables["crossings"]}
    stretches = {
        row.values["place"] for row in tables["crossings"] if row.values["facility"] == "between-ports"
    }
    ways: dict[tuple[str, str, str], int] = {}
    for row in tables["legs"]:
        start, end, mode = row.values["from"], row.values["to"], row.values["mode"]
        if start == end:
            yield error("legs.csv", row.line, "to", end, "an end other than the start")
            continue
        name = f"{start}--{end}.{mode}"
        if row.values["id"] != name:
            yield error("legs.csv", row.line, "id", row.values["id"], name)
        first = ways.setdefault((start, end, mode), row.line)
        if first != row.line:
            yield error(
                "legs.csv", row.line, "id", row.values["id"], f"a way not given in line {first} already"
            )
        # Only the way in: from a gate for walkers people are driven on.
        if end in modes and mode not in modes[end]:
            wanted = f"a mode of the crossing {end}: {' '.join(modes[end])}"
            yield warning("legs.csv", row.line, "mode", mode, wanted)
        # A stretch between ports is long and stands as one point: distances to it say nothing.
        if start in places and end in places and not {start, end} & stretches:
            yield from _length(row, places[start], places[end])


def _length(row: Row, start: Row, end: Row) -> Iterator[Finding]:
    ends = [value for place in (start, end) for value in (place.values["lat"], place.values["lon"])]
    if None in ends:
        return
    straight = float(great_circle_km(*ends))
    km = row.values["km"]
    if km < straight * SHORTEST - SLACK_KM:
        yield error("legs.csv", row.line, "km", f"{km:g}", f"at least the great circle's {straight:.1f} km")
    elif km > straight * LONGEST + SLACK_KM * 10:
        wanted = f"at most {LONGEST:g} times the great circle's {straight:.1f} km"
        yield warning("legs.csv", row.line, "km", f"{km:g}", wanted)


def _unreachable(places: Mapping[str, Row], legs: Sequence[Row]) -> Iterator[Finding]:
    ways: dict[str, list[str]] = {}
    for leg in legs:
        ways.setdefault(leg.values["from"], []).append(leg.values["to"])
    origins = [name for name, row in places.items() if row.values["kind"] == "origin"]
    cities = {name: row for name, row in places.items() if row.values["kind"] == "city"}
    if cities and not origins:
        yield error("places.csv", 0, "kind", "", "at least one origin, from which the cities are reached")
        return
    seen = set(origins)
    queue = deque(origins)
    while queue:
        for place in ways.get(queue.popleft(), []):
            if place not in seen:
                seen.add(place)
                queue.append(place)
    for name, row in cities.items():
        if name not in seen:
            yield error("places.csv", row.line, "id", name, "legs that lead to the city from an origin")
