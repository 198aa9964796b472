"""``corredor corridor``: check a corridor folder, write its descriptor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Corridor folders.", no_args_is_help=True, rich_markup_mode=None)


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder; without it: the embedded corridor.")
    ] = None,
) -> None:
    """Check a corridor folder: types, references, geometry, zones, capacities, reachable cities."""
    from corredor.corridor import embedded_folder
    from corredor.corridor.check import check_folder

    found = check_folder(folder or embedded_folder())
    for finding in found:
        print(finding)
    errors = sum(finding.severity == "error" for finding in found)
    print(f"{errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@app.command("describe")
def describe(folder: Annotated[Path, typer.Argument(help="A corridor folder.")]) -> None:
    """Write the folder's datapackage.json anew: one resource for each table that is there."""
    from corredor.corridor.descriptor import write_descriptor

    print(write_descriptor(folder))
