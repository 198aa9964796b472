"""What a corridor's brief shows: patterns of series by part, from ``brief.toml`` of its folder."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from corredor.corridor.folder import embedded_folder
from corredor.errors import CorridorError
from corredor.record.entries import Frequency, Series, SeriesKind

PARTS = ("headline", "parts", "upstream", "weekly", "reception")
FILE = "brief.toml"
OUTLINE = "outline.geojson"


@dataclass(frozen=True)
class Selection:
    """Patterns of series keys (as in a shell) by part of the brief, in the order in which they are shown.

    Attributes:
        headline: judged, forecast, and told first.
        parts: what the headline is made of; judged.
        upstream: counts further back on the way; judged.
        weekly: shown as they come, not judged.
        reception: the newest count per place.
        labels: short names by series key, English and Spanish.
        outline: a GeoJSON file of the land, for the map; None where the folder has none.
    """

    headline: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    weekly: tuple[str, ...] = ()
    reception: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    outline: Path | None = None


def read_outline(path: Path) -> dict[str, Any] | None:
    """The land of a corridor's map: a GeoJSON feature collection; None without the file.

    Raises:
        CorridorError: it is not one.
    """
    if not path.is_file():
        return None
    accepted = "a GeoJSON FeatureCollection in UTF-8"
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorridorError(f"cannot be read: {error}", where=str(path), accepted=accepted) from error
    if not isinstance(found, dict) or not isinstance(found.get("features"), list):
        raise CorridorError("has no features", where=str(path), accepted=accepted)
    return found


def matching(patterns: Sequence[str], keys: Iterable[str]) -> list[str]:
    """The keys that match, in the order of the patterns and by name within one, each once."""
    known = sorted(keys)
    found: dict[str, None] = {}
    for pattern in patterns:
        found |= dict.fromkeys(key for key in known if fnmatchcase(key, pattern))
    return list(found)


def read_selection(folder: Path | None = None) -> Selection:
    """What a corridor folder declares (None: the embedded folder); empty without ``brief.toml``.

    Raises:
        CorridorError: ``brief.toml`` is not TOML, has a key that no part has, or something else than texts.
    """
    path = (folder or embedded_folder()) / FILE
    outline = path.with_name(OUTLINE) if path.with_name(OUTLINE).is_file() else None
    if not path.is_file():
        return Selection(outline=outline)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorridorError(f"cannot be read: {error}", where=str(path), accepted="TOML in UTF-8") from error
    labels = found.pop("labels", {})
    for name, patterns in found.items():
        if name not in PARTS:
            accepted = "one of labels, " + ", ".join(PARTS)
            raise CorridorError(f"unknown part {name!r}", where=str(path), accepted=accepted)
        if not isinstance(patterns, list) or not all(isinstance(text, str) for text in patterns):
            raise CorridorError(f"{name} is not a list of texts", where=str(path), accepted='["series.key"]')
    parts = {name: tuple(patterns) for name, patterns in found.items()}
    return Selection(**parts, labels=_labels(path, labels), outline=outline)


def _labels(path: Path, found: Any) -> dict[str, tuple[str, str]]:
    labels: dict[str, tuple[str, str]] = {}
    for key, names in found.items() if isinstance(found, dict) else [("labels", None)]:
        if not isinstance(names, dict) or not all(isinstance(names.get(lang), str) for lang in ("en", "es")):
            accepted = '"series.key" = { en = "...", es = "..." }'
            raise CorridorError(f"the label of {key} cannot be read", where=str(path), accepted=accepted)
        labels[key] = (names["en"], names["es"])
    return labels


def or_default(selection: Selection | None, series: Sequence[Series], most: int = 12) -> Selection:
    """The selection, or where it names no series: the first monthly flows of a corridor, and its stocks."""
    chosen = selection or Selection()
    if any(getattr(chosen, part) for part in PARTS):
        return chosen
    flows = [
        entry.key
        for entry in series
        if entry.frequency is Frequency.MONTH and entry.kind is SeriesKind.FLOW and not entry.breakdown
    ]
    stocks = [entry.key for entry in series if entry.kind is SeriesKind.STOCK]
    return replace(chosen, headline=tuple(flows[:most]), reception=tuple(stocks))
