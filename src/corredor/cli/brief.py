"""``corredor brief``: the main job."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.common import AsOf, Folder, busy, moment, situation, write
from corredor.errors import InputError

if TYPE_CHECKING:
    from corredor.brief import Brief
    from corredor.situation import Situation


class Format(StrEnum):
    """What a brief can be written as."""

    TEXT = "text"
    MD = "md"
    HTML = "html"
    JSON = "json"


class Lang(StrEnum):
    """The languages of the brief."""

    EN = "en"
    ES = "es"


def brief(
    as_of: AsOf = None,
    since: Annotated[
        str | None, typer.Option(help="Tell only what is new or changed since this date or moment.")
    ] = None,
    corridor: Folder = None,
    hindsight: Annotated[
        bool,
        typer.Option("--hindsight", help="Add what later became known, beside the forecast of that day."),
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How the brief is written.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
    lang: Annotated[Lang, typer.Option(help="The language of the brief.")] = Lang.EN,
) -> None:
    """Write the brief: flows and verdicts, forecast, crossings, groups, cities, statements, what to watch."""
    from corredor.brief import make_brief
    from corredor.corridor.selection import read_selection

    here = situation(as_of, corridor)
    then = here.at(moment(since, here.corridor.zone)) if since is not None else None
    if then is not None and then.as_of >= here.as_of:
        raise InputError(f"--since {since} is not before the moment of the brief", accepted="an earlier date")
    later = here.at(moment(None, here.corridor.zone)) if hindsight else None
    selection = read_selection(corridor)
    made = make_brief(here, selection=selection, since=then, hindsight=later, lang=lang.value)
    if format_ is Format.HTML:
        with busy("Drawing the pictures"):
            page = _written(made, here, format_, selection.outline)
        write(page, output)
    elif format_ is Format.TEXT and output is None and sys.stdout.isatty():
        _on_terminal(made)
    else:
        write(_written(made, here, format_, selection.outline), output)


def _written(made: Brief, here: Situation, format_: Format, outline: Path | None) -> str:
    if format_ is Format.JSON:
        return made.model_dump_json(indent=1) + "\n"
    if format_ is Format.HTML:
        from corredor.brief.html import html

        return html(made, here, outline)
    if format_ is Format.MD:
        from corredor.brief.markdown import markdown

        return markdown(made)
    from corredor.brief.text import plain_text

    return plain_text(made)


def _on_terminal(made: Brief) -> None:
    from rich.console import Console
    from rich.text import Text

    from corredor.brief.text import styled_lines

    styles = {"title": "bold", "heading": "bold", "strong": "", "small": "dim", "alert": "yellow", "": ""}
    console = Console(highlight=False, soft_wrap=True)
    for line in styled_lines(made):
        console.print(Text(line.text, style=styles[line.style]))
