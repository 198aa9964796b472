"""The danger of legs, slow and obvious: every incident against every leg, along its line step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

EARTH = 6371.0088


def haversine(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Great-circle distance of two points in degrees of lat, lon; kilometres."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *two))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def vector(point: tuple[float, float]) -> tuple[float, float, float]:
    """The point as a unit vector."""
    lat, lon = map(math.radians, point)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def between(one: tuple[float, float], two: tuple[float, float], share: float) -> tuple[float, float]:
    """The point that lies that share of the way along the great circle."""
    angle = haversine(one, two) / EARTH
    if angle < 1e-9:
        return one
    a, b = math.sin((1 - share) * angle), math.sin(share * angle)
    x, y, z = ((a * p + b * q) / math.sin(angle) for p, q in zip(vector(one), vector(two), strict=True))
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def distance(point: tuple[float, float], line: Sequence[tuple[float, float]], steps: int = 4000) -> float:
    """Distance of a point to a line, by trying many points of each segment; kilometres."""
    return min(
        haversine(point, between(one, two, step / steps))
        for one, two in pairwise(line)
        for step in range(steps + 1)
    )


def weights(
    ways: Sequence[tuple[float, Sequence[tuple[float, float]]]],
    incidents: Sequence[tuple[tuple[float, float], float]],
    years: float,
) -> list[float | None]:
    """Dead per 100 km and year of each way (km, line), every cause concerning every way."""
    found = [0.0] * len(ways)
    for point, dead in incidents:
        near = {}
        for index, (_, line) in enumerate(ways):
            km = distance(point, line, 400)
            if km <= 25:
                near[index] = 1 / max(km, 8)
        for index, pull in near.items():
            found[index] += dead * pull / sum(near.values())
    return [
        dead / max(km, 50) * 100 / years if dead else None for dead, (km, _) in zip(found, ways, strict=True)
    ]
