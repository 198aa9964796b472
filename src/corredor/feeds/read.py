"""From a file or an address to a batch: the two doors of the feeds room.

When a figure became known: the moment that the caller names; else, for an address, the publisher's
``Last-Modified``; else a date in the file's name, as in ``encounters-2024-01-26.csv``; else the moment of
reading, flagged as assumed, for it was known at the latest then. `ASSUMED_LAG` asks instead for the usual
lag after each period, flagged too: for old files whose release dates are lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal, Protocol
from urllib.parse import unquote, urlsplit

import polars as pl
from platformdirs import user_cache_path

from corredor.errors import FeedError
from corredor.feeds.document import NO_FLAG, Document, PlaceFinder, no_places
from corredor.feeds.feed import Feed
from corredor.feeds.fetch import PATIENCE, Answer, Patience, fetch
from corredor.feeds.registry import find_feed
from corredor.moment import end_of_day, require_aware
from corredor.record.entries import Batch, Flag

ASSUMED_LAG: Final = "assumed-lag"
"""In place of a moment: each figure became known the usual lag after its period."""

KnownAt = datetime | Literal["assumed-lag"] | None


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


class Aliases(Protocol):
    """What feeds ask of a corridor: the place that an authority calls by a name or code."""

    def by_alias(self, authority: str, name: str) -> _HasId | None:
        """The place, or None."""


@dataclass(frozen=True)
class Unchanged:
    """The publisher has nothing newer than what was fetched before.

    Attributes:
        feed: name of the feed.
        since: when the kept answer changed, as the publisher says, else when it was fetched.
        fetched_at: when the kept answer was fetched.
        batch: what the kept answer holds; loading it changes nothing where it was loaded before.
    """

    feed: str
    since: datetime
    fetched_at: datetime
    batch: Batch

    def __str__(self) -> str:
        return f"{self.feed}: unchanged since {self.since:%Y-%m-%d %H:%M} UTC"


def read_feed(
    name: str,
    file_or_url: str,
    *,
    known_at: KnownAt = None,
    corridor: Aliases | None = None,
    now: datetime,
    known_series: Collection[str] = (),
    cache_dir: Path | None = None,
    patience: Patience = PATIENCE,
    say: Callable[[str], None] = lambda line: None,
) -> Batch:
    """Read one file or address of a feed.

    Args:
        name: a name in `FEEDS`.
        file_or_url: a path, or an http or https address (always asked for anew; the answer is kept).
        known_at: see the module.
        corridor: finds places by alias; feeds that need none (all but txdot and cbp-waits) do without.
        now: the moment of reading, aware.
        known_series: keys that the record already describes; the batch leaves their descriptions alone.
        cache_dir: where answers are kept; by default the user's cache folder.
        patience: how long an address is insisted on.
        say: told one line before each retry.

    Raises:
        InputError: no such feed, or a naive moment.
        FeedError: unreadable, unreachable, or not in the feed's format; nothing of it is returned.
    """
    reading = _Reading(find_feed(name), corridor, require_aware(now), known_series)
    folder = _folder(name, cache_dir)
    if re.match(r"https?://", file_or_url, re.IGNORECASE):
        answer = fetch(file_or_url, folder=folder, now=now, patience=patience, conditional=False, say=say)
        return reading.of_answer(answer, known_at)
    path = Path(file_or_url)
    try:
        data = path.read_bytes()
    except OSError as error:
        accepted = reading.feed.formats
        raise FeedError(f"cannot be read: {error.strerror}", where=str(path), accepted=accepted) from error
    return reading.of_bytes(data, path.name, known_at or _date_in(path.name, reading.feed.zone))


def fetch_feed(
    name: str,
    *,
    corridor: Aliases | None = None,
    cache_dir: Path | None = None,
    now: datetime,
    known_series: Collection[str] = (),
    url: str | None = None,
    patience: Patience = PATIENCE,
    say: Callable[[str], None] = lambda line: None,
) -> Batch | Unchanged:
    """Fetch the live file of a feed, if it is newer than the one fetched before.

    Args:
        name: a name in `FEEDS`.
        corridor: as in `read_feed`.
        cache_dir: where answers are kept; by default the user's cache folder.
        now: the moment of fetching, aware.
        known_series: as in `read_feed`.
        url: another address than the feed's own.
        patience: how long to insist.
        say: told one line before each retry.

    Raises:
        InputError: no such feed.
        FeedError: the feed has no address, the publisher is down, or its answer is not in the format.
    """
    feed = find_feed(name)
    address = url or feed.url
    if address is None:
        accepted = f"{feed.terms}; then corredor feed {name} FILE; page: {feed.page}"
        raise FeedError("has no live address", where=name, accepted=accepted)
    reading = _Reading(feed, corridor, require_aware(now), known_series)
    answer = fetch(address, folder=_folder(name, cache_dir), now=now, patience=patience, say=say)
    if not answer.unchanged:
        return reading.of_answer(answer)
    batch = replace(reading, now=answer.fetched).of_answer(answer)
    return Unchanged(name, answer.last_modified or answer.fetched, answer.fetched, batch)


@dataclass(frozen=True)
class _Reading:
    feed: Feed
    corridor: Aliases | None
    now: datetime
    known_series: Collection[str]

    def of_answer(self, answer: Answer, known_at: KnownAt = None) -> Batch:
        release = known_at
        if release is None and answer.last_modified is not None and answer.last_modified <= self.now:
            release = answer.last_modified
        parts = urlsplit(answer.url)
        name = unquote(Path(parts.path).name) or parts.hostname or answer.url
        return self.of_bytes(answer.data, name, release)

    def of_bytes(self, data: bytes, name: str, known_at: KnownAt) -> Batch:
        flags = NO_FLAG if known_at else Flag.KNOWN_AT_ASSUMED
        moment = None if known_at == ASSUMED_LAG else require_aware(known_at or self.now)
        document = Document(data, f"{self.feed.name} {name}", moment, flags, _finder(self.corridor))
        batch = self.feed.parse(document)
        if batch.figures.is_empty() and not batch.rejections:
            told = "; ".join(batch.notices) or "no row of use"
            raise FeedError(f"nothing to load: {told}", where=document.name, accepted=self.feed.formats)
        # An assumed lag may end after now for the newest month: what is read now was known by now.
        latest = pl.lit(self.now).cast(pl.Datetime("us", "UTC"))
        figures = batch.figures.with_columns(pl.min_horizontal("known_at", latest))
        series = tuple(one for one in batch.series if one.key not in self.known_series)
        return replace(batch, figures=figures, series=series)


def _finder(corridor: Aliases | None) -> PlaceFinder:
    if corridor is None:
        return no_places

    def find(authority: str, name: str) -> str | None:
        place = corridor.by_alias(authority, name)
        return place.id if place is not None else None

    return find


def _date_in(name: str, zone_name: str) -> datetime | None:
    """The end, in the publisher's zone, of the one day in the file's name; None where there is none."""
    found = re.findall(r"(?<!\d)(20\d{2}-[01]\d-[0-3]\d)(?!\d)", name)
    if len(found) != 1:
        return None
    try:
        return end_of_day(date.fromisoformat(found[0]), zone_name)
    except ValueError:
        return None


def _folder(name: str, cache_dir: Path | None) -> Path:
    return (cache_dir or user_cache_path("corredor") / "feeds") / name
