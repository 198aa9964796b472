"""The check of a corridor folder: every finding at once, so that its keeper can mend them in one go."""

from __future__ import annotations

import json
from pathlib import Path

from corredor.corridor.check_figures import check_figures
from corredor.corridor.check_network import check_network
from corredor.corridor.check_record import check_record
from corredor.corridor.check_schema import check_schema
from corredor.corridor.findings import Finding, Severity, error, of_failure, of_rejection, warning
from corredor.corridor.folder import DESCRIPTOR, embedded_folder, read_head, read_table, table_files
from corredor.corridor.rows import Row, read_header
from corredor.corridor.selection import OUTLINE, read_outline, read_selection
from corredor.corridor.tables import TABLES
from corredor.errors import CorridorError, Rejection


def check_folder(folder: Path | None = None) -> list[Finding]:
    """Everything that is wrong, or looks so, in a corridor folder; empty where all is well.

    Frictionless checks types, required values, closed lists and references between tables. Corredor's own
    rules follow: the network (ends, lengths, zones, reachability), what goes into the record, the figures.

    Args:
        folder: None: the embedded one.
    """
    folder = folder or embedded_folder()
    try:
        head = read_head(folder)
    except CorridorError as failure:
        return [of_failure(failure, DESCRIPTOR)]
    findings: list[Finding] = []
    tables: dict[str, list[Row]] = {}
    rejections: list[Rejection] = []
    present: list[str] = []
    for name, table in TABLES.items():
        if name == "figures":
            continue
        try:
            tables[name], bad = read_table(folder, name)
        except CorridorError as failure:
            findings.append(of_failure(failure, table.path))
            tables[name] = []
            continue
        rejections += bad
        if (folder / table.path).is_file():
            present.append(name)
            findings += _unknown_columns(folder, name)
    findings += check_schema(folder, present)
    try:
        read_selection(folder)
        read_outline(folder / OUTLINE)
    except CorridorError as failure:
        findings.append(of_failure(failure, Path(str(failure.where)).name))
    seen = {(found.file, found.line) for found in findings}
    findings += [of_rejection(bad) for bad in rejections if (bad.file, bad.line) not in seen]
    unread = {found.file for found in findings if found.severity is Severity.ERROR}
    whole = {name for name in tables if TABLES[name].path not in unread}
    findings += check_network(tables, whole)
    findings += check_record(tables, whole, head.zone)
    findings += check_figures(folder, tables, whole)
    findings += _descriptor(folder)
    order = list(Severity)
    return sorted(
        dict.fromkeys(findings), key=lambda found: (order.index(found.severity), found.file, found.line)
    )


def _unknown_columns(folder: Path, name: str) -> list[Finding]:
    """Columns that Corredor would leave unread, mostly a slip in the header."""
    table = TABLES[name]
    names = [column.name for column in table.columns]
    return [
        warning(table.path, 1, column, column, "one of the columns " + ", ".join(names))
        for column in read_header(folder / table.path)
        if column not in names
    ]


def _descriptor(folder: Path) -> list[Finding]:
    """Files that the descriptor does not list, or that it lists and the folder lacks."""
    found = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    resources = found.get("resources")
    listed = {str(item.get("path")) for item in resources or [] if isinstance(item, dict)}
    present = {path.relative_to(folder).as_posix() for path in table_files(folder)} - {DESCRIPTOR}
    ordinances = {path for path in listed if path.startswith("ordinances/")}
    wanted = "a resource for every file; corredor corridor describe FOLDER writes them"
    return [
        *(warning(DESCRIPTOR, 0, "resources", path, wanted) for path in sorted(present - listed)),
        *(
            error(DESCRIPTOR, 0, "resources", path, "files that the folder holds")
            for path in sorted(listed - present - ordinances)
        ),
    ]
