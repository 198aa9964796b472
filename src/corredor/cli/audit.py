"""``corredor audit``: seal the audit, publish its heads, verify it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corredor.errors import InputError

app = typer.Typer(help="The audit of the record.", no_args_is_help=True, rich_markup_mode=None)


@app.command("seal")
def seal() -> None:
    """Chain everything that was done since the last seal."""
    from corredor.record import open_record

    with open_record() as record:
        head = record.audit.seal()
    print(f"seal {head.seal}: {head.rows} rows, head {head.head}" if head else "nothing to seal")


@app.command("heads")
def heads() -> None:
    """Write the heads of the chain as JSON, to publish or to send to another party."""
    from corredor.record import open_record

    with open_record() as record:
        print(json.dumps({str(head.seal): head.head for head in record.audit.heads()}, indent=1))


@app.command("verify")
def verify(
    heads: Annotated[
        Path | None, typer.Option(help="Heads that left the house, as corredor audit heads wrote them.")
    ] = None,
) -> None:
    """Check the audit, the chain and every load's rows; with --heads also against published heads."""
    from corredor.record import open_record

    with open_record() as record:
        found = record.audit.verify(_published(heads) if heads else {})
    for finding in found.findings:
        print(finding)
    print(
        f"{found.rows} audit rows ({found.unsealed} not sealed yet), {found.seals} seals, {found.loads} loads"
    )
    if not found.intact:
        raise typer.Exit(1)
    print("intact")


def _published(path: Path) -> dict[int, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {int(seal): str(head) for seal, head in found.items()}
    except (OSError, ValueError, AttributeError) as error:
        accepted = "what corredor audit heads wrote"
        raise InputError(f"cannot be read: {error}", where=str(path), accepted=accepted) from error
