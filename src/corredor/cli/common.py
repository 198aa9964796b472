"""What commands share: options, moments, opening a situation, writing results."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.errors import InputError

if TYPE_CHECKING:
    from corredor.situation import Situation

AsOf = Annotated[
    str | None,
    typer.Option(help="A date (its end in the corridor's zone) or a moment with its zone; without it: now."),
]
Folder = Annotated[Path | None, typer.Option(help="A corridor folder instead of the embedded one.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Load the good rows and list the bad ones.")]


class Table(StrEnum):
    """How a table of results is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def say(text: str) -> None:
    """Tell the person at the terminal what takes time; standard output stays clean."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def busy(text: str) -> Iterator[None]:
    """Show that work is under way: a moving line on a terminal, one plain line elsewhere."""
    if not sys.stderr.isatty():
        say(text)
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def moment(text: str | None, zone_name: str) -> datetime:
    """The moment that an option names; now where it names none."""
    from corredor.moment import parse_moment

    return datetime.now(UTC) if text is None else parse_moment(text, zone_name)


def situation(as_of: str | None, folder: Path | None) -> Situation:
    """The situation that ``--as-of`` and ``--corridor`` name, the folder loaded first where need be."""
    from corredor.opening import load_corridor, open_unloaded

    found, loaded = open_unloaded(folder)
    if not loaded:
        with busy(f"Loading the corridor {found.corridor.title} into {found.record.name}"):
            load_corridor(found.record, found.corridor, folder)
    return found if as_of is None else found.at(_not_ahead(as_of, found.corridor.zone))


def _not_ahead(as_of: str, zone_name: str) -> datetime:
    """The moment that ``--as-of`` names; of today, which has not ended, what is known now."""
    from corredor.moment import day_of

    asked, now = moment(as_of, zone_name), datetime.now(UTC)
    if asked <= now:
        return asked
    if day_of(asked, zone_name) == day_of(now, zone_name):
        return now
    raise InputError(f"--as-of {as_of} lies ahead", accepted="today or an earlier date")


def write(text: str, path: Path | None) -> None:
    """Write a result to a file whole or not at all, or to standard output.

    Raises:
        InputError: the file cannot be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error
