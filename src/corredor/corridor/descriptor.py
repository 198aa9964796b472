"""The Frictionless descriptor of a corridor folder, made from the declared tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corredor.corridor.folder import DESCRIPTOR, Head, embedded_folder, figure_files, read_head
from corredor.corridor.tables import TABLES

PROFILE = "data-package"


def descriptor(folder: Path, head: Head) -> dict[str, Any]:
    """The data package descriptor of the files that the folder holds.

    Each file of figures is a resource of its own, named after the file.
    """
    resources: list[dict[str, Any]] = []
    for table in TABLES.values():
        paths = figure_files(folder) if table.name == "figures" else [folder / table.path]
        for path in paths:
            if not path.is_file():
                continue
            stem = path.name.removesuffix(".gz").removesuffix(".csv")
            name = f"figures-{stem}" if table.name == "figures" else table.name
            resource: dict[str, Any] = {"name": name.lower(), "path": path.relative_to(folder).as_posix()}
            resource |= {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
            if path.suffix == ".gz":
                resource["compression"] = "gz"
            resources.append(resource | {"description": table.about, "schema": table.schema()})
    return {
        "profile": PROFILE,
        "name": head.name,
        "title": head.title,
        "version": head.version,
        "corredor": {"zone": head.zone},
        "resources": resources,
    }


def descriptor_text(folder: Path, head: Head) -> str:
    """`descriptor` as the text of ``datapackage.json``."""
    return json.dumps(descriptor(folder, head), indent=1, ensure_ascii=False) + "\n"


def write_descriptor(folder: Path | None = None, head: Head | None = None) -> Path:
    """Write the folder's ``datapackage.json`` anew and return its path.

    Args:
        folder: None: the embedded one.
        head: name, title, version and zone; None: as the present descriptor has them.

    Raises:
        CorridorError: ``head`` is None and the folder has no readable descriptor.
    """
    folder = folder or embedded_folder()
    path = folder / DESCRIPTOR
    path.write_text(descriptor_text(folder, head or read_head(folder)), encoding="utf-8")
    return path
