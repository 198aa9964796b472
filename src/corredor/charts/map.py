"""The corridor on a map: legs, crossings that are not open, groups, receiving cities by people in care."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from corredor.charts.draw import ACCENT, ALERT, INK, LAND, QUIET, WIDTH, styled
from corredor.corridor import Corridor

HEIGHT = 560
# Around the places: room for labels at the sides.
MARGIN_DEGREES = 2.5
SIDE_DEGREES = 6.0
# Width of a label and height of its line on the map, in degrees.
LABEL_DEGREES = 14.0
LINE_DEGREES = 1.3


@dataclass(frozen=True)
class Mark:
    """Something to show on the map: ``size`` is a count for a city, 0 elsewhere."""

    lat: float
    lon: float
    label: str
    size: float = 0.0


@dataclass(frozen=True)
class MapWords:
    """The words of the map, in the reader's language."""

    title: str
    source: str
    rail: str
    road: str
    closed: str
    group: str
    city: str


def corridor_map(
    corridor: Corridor,
    outline: dict[str, Any] | None,
    *,
    closed: Sequence[Mark],
    groups: Sequence[Mark],
    cities: Sequence[Mark],
    words: MapWords,
) -> Any:
    """The map.

    Args:
        corridor: places and legs; rail legs are drawn over road legs.
        outline: the land as a GeoJSON feature collection, or None for no land.
        closed: crossings closed or limited.
        groups: groups' last reported positions.
        cities: receiving cities with people in care.
        words: title (the finding), source and legend.
    """
    layers: list[Any] = []
    if outline is not None:
        land = alt.InlineData(
            values=outline,
            format={"type": "json", "property": "features"},
        )
        layers.append(alt.Chart(land).mark_geoshape(fill=LAND, stroke="white", strokeWidth=0.8))
    layers += [
        _lines(corridor, ("bus", "truck", "foot"), "#c9c4b8", 0.8),
        _lines(corridor, ("rail",), QUIET, 1.4),
    ]
    layers += _marks(cities, ACCENT, "circle", text="right")
    layers += _marks(groups, INK, "diamond", text="right")
    layers += _marks(closed, ALERT, "cross", text="left")
    legend = " · ".join(
        [f"✕ {words.closed}", f"◆ {words.group}", f"● {words.city}", f"— {words.rail}", f"– {words.road}"]
    )
    chart = (
        alt.layer(*layers)
        .project(**_projection(corridor))
        .properties(
            width=WIDTH, height=HEIGHT, title=alt.TitleParams(words.title, subtitle=[legend, words.source])
        )
    )
    return styled(chart)


def _projection(corridor: Corridor) -> dict[str, Any]:
    """An equal-area cone over all places that legs join (all places where none are), with a margin."""
    joined = {place for leg in corridor.legs for place in (leg.start, leg.end)} or set(corridor.places)
    found = [corridor.places[place] for place in joined if place in corridor.places]
    points = [(place.lon, place.lat) for place in found if place.lat is not None and place.lon is not None]
    if not points:
        return {"type": "equalEarth"}
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    west, east = min(lons) - SIDE_DEGREES, max(lons) + SIDE_DEGREES
    south, north = max(min(lats) - MARGIN_DEGREES, -85.0), min(max(lats) + MARGIN_DEGREES, 85.0)
    corners = [[lon, lat] for lon in (west, (west + east) / 2, east) for lat in (south, north)]
    extent = {
        "type": "Feature",
        "geometry": {"type": "MultiPoint", "coordinates": corners},
        "properties": {},
    }
    span = north - south
    parallels = [south + span / 5, north - span / 5]
    if abs(sum(parallels)) < 1:
        # A cone that is as wide to the north as to the south of the equator is a cylinder.
        parallels = [parallels[0], parallels[1] + 2]
    return {
        "type": "conicEqualArea",
        "parallels": parallels,
        "rotate": [-(west + east) / 2, 0, 0],
        "fit": extent,
        "clipExtent": [[0, 0], [WIDTH, HEIGHT]],
    }


def _lines(corridor: Corridor, modes: tuple[str, ...], colour: str, width: float) -> Any:
    pairs: dict[tuple[str, str], None] = {}
    for leg in corridor.legs:
        if leg.mode in modes:
            pairs[(min(leg.start, leg.end), max(leg.start, leg.end))] = None
    rows = [row for pair in pairs for row in _segment(corridor, pair)]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rule(color=colour, strokeWidth=width)
        .encode(latitude="lat:Q", longitude="lon:Q", latitude2="lat2:Q", longitude2="lon2:Q")
    )


def _segment(corridor: Corridor, pair: tuple[str, str]) -> Iterable[dict[str, float]]:
    one, other = (corridor.places.get(place) for place in pair)
    if one and other and one.lat is not None and other.lat is not None:
        yield {"lat": one.lat, "lon": one.lon or 0.0, "lat2": other.lat, "lon2": other.lon or 0.0}


def _marks(marks: Sequence[Mark], colour: str, shape: str, *, text: str) -> list[Any]:
    if not marks:
        return []
    rows = [
        {"lat": mark.lat, "lon": mark.lon, "label": mark.label, "size": mark.size, "beside": beside}
        for mark, beside in zip(marks, _beside(marks), strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(longitude="lon:Q")
    size: Any = alt.value(70)
    gap = 9
    if any(mark.size for mark in marks):
        gap = 16  # the largest circle's radius
        size = alt.Size("size:Q", scale=alt.Scale(type="sqrt", range=[40, 700], zero=True), legend=None)
    side = 1 if text == "right" else -1
    points = base.mark_point(
        shape=shape, color=colour, filled=True, opacity=0.85, stroke="white", strokeWidth=0.6
    )
    style: dict[str, Any] = {
        "align": "left" if side > 0 else "right",
        "dx": gap * side,
        "fontSize": 11,
        "color": INK,
        "lineBreak": "\n",
    }
    halo = base.mark_text(**style, stroke="white", strokeWidth=3)
    words: dict[str, Any] = {"latitude": "beside:Q", "text": "label:N"}
    return [
        points.encode(latitude="lat:Q", size=size),
        halo.encode(**words),
        base.mark_text(**style).encode(**words),
    ]


def _beside(marks: Sequence[Mark]) -> list[float]:
    """The latitude at which each mark's label stands: from north to south, none over the one before it."""
    placed: dict[int, float] = {}
    for index in sorted(range(len(marks)), key=lambda index: -marks[index].lat):
        lat = marks[index].lat
        for other in sorted(placed, key=lambda other: -placed[other]):
            close = abs(marks[other].lon - marks[index].lon) < LABEL_DEGREES
            if close and abs(placed[other] - lat) < LINE_DEGREES:
                lat = placed[other] - LINE_DEGREES
        placed[index] = lat
    return [placed[index] for index in range(len(marks))]
