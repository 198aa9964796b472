"""Distances on the earth taken as a sphere: enough for lengths of legs and for what lies beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Mean radius R1 = (2a + b) / 3 of GRS 80: Moritz (2000), Geodetic Reference System 1980, J. Geodesy 74.
EARTH_RADIUS_KM = 6371.0088

Floats = NDArray[np.float64]


def great_circle_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Floats:
    """Great-circle distance by the haversine formula (Sinnott 1984), kilometres.

    Args:
        lat1: degrees north; all four broadcast against each other.
        lon1: degrees east.
        lat2: degrees north.
        lon2: degrees east.
    """
    a1, o1, a2, o2 = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lat1, lon1, lat2, lon2))
    half = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin((o2 - o1) / 2) ** 2
    found: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return found


def unit_vectors(points: ArrayLike) -> Floats:
    """Points as unit vectors from the earth's centre: degrees ``(n, 2)`` of lat, lon in, ``(n, 3)`` out."""
    lat, lon = np.radians(np.asarray(points, dtype=np.float64)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def line_distance_km(points: ArrayLike, line: ArrayLike) -> Floats:
    """Distance of points to a line of great-circle segments, kilometres, shape ``(n,)``.

    Where the nearest point of a segment's great circle lies within the segment that distance counts,
    else the nearer end's.

    Args:
        points: degrees ``(n, 2)`` of lat, lon.
        line: degrees ``(m, 2)`` of lat, lon, m at least 2.
    """
    here = unit_vectors(points)[:, None, :]
    ends = unit_vectors(line)
    start, end = ends[:-1], ends[1:]
    to_ends = _angle(here, ends[None, :, :])
    nearest = to_ends.min(axis=1)
    normal = np.cross(start, end)
    length = np.linalg.norm(normal, axis=-1)
    real = length > 1e-12
    if real.any():
        normal, start, end = normal[real] / length[real, None], start[real], end[real]
        height = np.einsum("nkd,kd->nk", here, normal)
        along_start = np.einsum("nkd,kd->nk", here, np.cross(normal, start))
        along_end = np.einsum("nkd,kd->nk", here, np.cross(end, normal))
        beside = (along_start >= 0) & (along_end >= 0)
        across = np.where(beside, np.abs(np.arcsin(np.clip(height, -1.0, 1.0))), np.inf)
        nearest = np.minimum(nearest, across.min(axis=1))
    found: Floats = EARTH_RADIUS_KM * nearest
    return found


def line_length_km(line: ArrayLike) -> float:
    """Length of a line of great-circle segments, kilometres; ``line`` is degrees ``(m, 2)`` of lat, lon."""
    points = np.asarray(line, dtype=np.float64)
    return float(great_circle_km(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1]).sum())


def _angle(one: Floats, other: Floats) -> Floats:
    """Angle between unit vectors, radians, exact for small angles (chord, not arc cosine)."""
    chord: Any = np.linalg.norm(one - other, axis=-1)
    found: Floats = 2 * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    return found
