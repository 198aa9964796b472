"""``corredor feed`` and ``corredor fetch``: publishers' figures into the record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.common import Folder, SkipBad, busy, moment, say, situation

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
    from corredor.feeds import find_feed, read_feed

    find_feed(name)
    here = situation(None, corridor)
    with busy(f"Reading {file_or_url}"):
        batch = read_feed(
            name,
            file_or_url,
            known_at=moment(known_at, here.corridor.zone) if known_at else None,
            corridor=here.corridor,
            now=datetime.now(UTC),
            known_series=_keys(here),
            say=say,
        )
    _load(here, batch, skip_bad=skip_bad)


def fetch(
    name: Annotated[str, typer.Argument(help="The feed, such as cbp-waits.")],
    skip_bad: SkipBad = False,
    corridor: Folder = None,
    keep: Annotated[Path | None, typer.Option(help="Folder that keeps the raw responses.")] = None,
    url: Annotated[str | None, typer.Option(help="Another address than the publisher's own.")] = None,
) -> None:
    """Fetch a publisher's live address and load it; the raw response is kept."""
    from corredor.feeds import Unchanged, fetch_feed, find_feed

    find_feed(name)
    here = situation(None, corridor)
    with busy(f"Fetching {name}"):
        found = fetch_feed(
            name,
            corridor=here.corridor,
            cache_dir=keep,
            now=datetime.now(UTC),
            known_series=_keys(here),
            url=url,
            say=say,
        )
    # An unchanged answer is loaded all the same: a load that was refused before may go in now.
    if isinstance(found, Unchanged):
        say(str(found))
        found = found.batch
    _load(here, found, skip_bad=skip_bad)


def _keys(here: Situation) -> set[str]:
    return {series.key for series in here.series()}


def _load(here: Situation, batch: Batch, *, skip_bad: bool) -> None:
    for notice in batch.notices:
        say(notice)
    with busy(f"Loading {batch.name}"):
        report = here.record.load(batch, skip_bad=skip_bad)
    for rejection in report.rejections:
        say(str(rejection))
    print(report.summary())
