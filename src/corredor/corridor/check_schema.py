"""The part of the check that the Frictionless library does: types, required values, enums, foreign keys."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from corredor.corridor.findings import Finding, error
from corredor.corridor.schema import Table
from corredor.corridor.tables import TABLES

_HEADER = {
    "blank-header",
    "blank-label",
    "duplicate-label",
    "incorrect-label",
    "extra-label",
    "missing-label",
}
_UNIQUE = {"unique-error", "primary-key"}


def check_schema(folder: Path, names: Collection[str]) -> list[Finding]:
    """Validate these tables of the folder against their declarations.

    A foreign key into a table that is not among ``names`` is left out: its absence is a finding of its own.

    Args:
        folder: the corridor folder.
        names: tables to validate; each must have a file with a readable header.
    """
    from frictionless import Package, Resource
    from frictionless.resources import TableResource

    resources: list[Resource] = []
    for name in names:
        schema = TABLES[name].schema()
        schema["foreignKeys"] = [
            key for key in schema.get("foreignKeys", []) if key["reference"]["resource"] in {"", *names}
        ]
        path = TABLES[name].path
        described = {"name": name, "path": path, "format": "csv", "encoding": "utf-8", "schema": schema}
        resources.append(TableResource.from_descriptor(described))
    package = Package(resources=resources, basepath=str(folder))
    report = package.validate(limit_errors=100_000)
    return [_finding(TABLES[task.name], found) for task in report.tasks for found in task.errors]


def _finding(table: Table, found: Any) -> Finding:
    """A Frictionless error in our words; every kind of error has ``type`` and ``note``, few have more."""
    line = int(getattr(found, "row_number", 0) or 0)
    field = str(getattr(found, "field_name", "") or "")
    value = getattr(found, "cell", None)
    if found.type == "foreign-key":
        field = str(found.field_names[0])
        value = found.field_cells[0]
    elif found.type in _UNIQUE and not field:
        field = table.key
        value = found.cells[0] if getattr(found, "cells", None) else None
    names = [column.name for column in table.columns]
    if found.type in _UNIQUE:
        expected = "a value that stands only once"
    elif field in names and found.type not in _HEADER:
        expected = table.column(field).expected
    else:
        value, expected = found.note, "columns " + ", ".join(names)
    if value in (None, "") and field in names and found.type == "constraint-error":
        value = ""
    return error(table.path, line, field, value, expected)
