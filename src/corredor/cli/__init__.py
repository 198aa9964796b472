"""The command line: thin commands, heavy imports only where a command needs them."""

from __future__ import annotations

import sys

import typer

from corredor.cli import audit, brief, corridor, feed, record, show
from corredor.errors import CorredorError, LoadError

app = typer.Typer(
    name="corredor",
    help="Who is coming along the U.S.-Mexico corridor, where and when, how sure are we, and are we ready?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("brief")(brief.brief)
app.command("status")(show.status)
app.command("series")(show.series)
app.command("figures")(show.figures)
app.command("feed")(feed.feed)
app.command("fetch")(feed.fetch)
app.add_typer(corridor.app, name="corridor")
app.add_typer(record.app, name="record")
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run a command; an error becomes one line for the person who must act, and exit status 1."""
    try:
        app()
    except LoadError as error:
        for rejection in error.rejections:
            print(rejection, file=sys.stderr)
        print(f"corredor: {error}", file=sys.stderr)
        sys.exit(1)
    except CorredorError as error:
        print(f"corredor: {error}", file=sys.stderr)
        sys.exit(1)
