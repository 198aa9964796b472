"""``corredor record``: where the record is, and corrections: retract, erase."""

from __future__ import annotations

from typing import Annotated

import typer

from corredor.cli.common import moment

app = typer.Typer(help="The record: where it is, corrections.", no_args_is_help=True, rich_markup_mode=None)

TableName = Annotated[
    str, typer.Argument(help="figure, event, statement, commitment, evidence, group_report...")
]
Target = Annotated[str, typer.Argument(help="The number of the row, or the id of an entry.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it is kept.")]
Actor = Annotated[str, typer.Option(help="Who does it: a pseudonymous id.")]


@app.command("where")
def where() -> None:
    """Say which database holds the record, and how much is in it."""
    from corredor.record import open_record

    with open_record() as record:
        print(record.name)
        for table, rows in record.counts().items():
            print(f"{table}  {rows:,}")


@app.command("retract")
def retract(
    table: TableName,
    target: Target,
    reason: Reason,
    publisher: Annotated[
        bool, typer.Option("--publisher", help="The publisher withdrew it (else the mistake was ours).")
    ] = False,
    known_at: Annotated[
        str | None, typer.Option(help="With --publisher: when the withdrawal became known.")
    ] = None,
    actor: Actor = "local",
) -> None:
    """Take a row out of every later reading; the row stays, with the reason beside it."""
    from corredor.record import open_record

    with open_record() as record:
        record.retract(
            table,
            _target(target),
            reason=reason,
            mistake="publisher" if publisher else "ours",
            known_at=moment(known_at, "UTC") if known_at else None,
            actor=actor,
        )
    print(f"{table} {target}: retracted")


@app.command("erase")
def erase(
    table: TableName,
    target: Target,
    order: Annotated[str, typer.Option(help="The legal order: authority, date, reference.")],
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    actor: Actor = "local",
) -> None:
    """Delete what the law orders deleted; a tombstone keeps the hash. It cannot be undone."""
    from corredor.record import open_record

    if not yes:
        typer.confirm(f"Erase {table} {target} for good?", abort=True)
    with open_record() as record:
        rows = record.erase(table, _target(target), order=order, reason=reason, actor=actor)
    print(f"{table} {target}: {rows} rows erased, their hashes kept")


def _target(text: str) -> int | str:
    return int(text) if text.isdigit() else text
