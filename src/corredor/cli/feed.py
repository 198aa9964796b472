"""``corredor feed`` and ``corredor fetch``: publishers' figures into the record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.common import Folder, SkipBad, moment, say, situation

if TYPE_CHECKING:
    from corredor.record import Batch
    from corredor.situation import Situation

KnownAt = Annotated[
    str | None,
    typer.Option(
        help="When this release became public: a date or a moment; without it: the moment of reading."
    ),
]


def feed(
    name: Annotated[str, typer.Argument(help="The feed, such as cbp-encounters.")],
    file_or_url: Annotated[str, typer.Argument(help="A file, or an address to read once.")],
    known_at: KnownAt = None,
    skip_bad: SkipBad = False,
    corridor: Folder = None,
) -> None:
    """Load one file or address of a publisher into the record."""
    from corredor.feeds import read_feed

    here = situation(None, corridor)
    known = moment(known_at, here.corridor.zone) if known_at else None
    batch = read_feed(name, file_or_url, known_at=known, corridor=here.corridor, now=datetime.now(UTC))
    _load(here, batch, skip_bad=skip_bad)


def fetch(
    name: Annotated[str, typer.Argument(help="The feed, such as cbp-waits.")],
    skip_bad: SkipBad = False,
    corridor: Folder = None,
    keep: Annotated[Path | None, typer.Option(help="Folder that keeps the raw responses.")] = None,
) -> None:
    """Fetch a publisher's live address; the raw response is kept, an unchanged one is not loaded again."""
    from corredor.feeds import Unchanged, fetch_feed

    here = situation(None, corridor)
    found = fetch_feed(name, corridor=here.corridor, cache_dir=keep, now=datetime.now(UTC))
    if isinstance(found, Unchanged):
        print(found)
        return
    _load(here, found, skip_bad=skip_bad)


def _load(here: Situation, batch: Batch, *, skip_bad: bool) -> None:
    report = here.record.load(batch, skip_bad=skip_bad)
    for rejection in report.rejections:
        say(str(rejection))
    for notice in report.notices:
        say(notice)
    print(report.summary())
