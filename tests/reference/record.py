"""The record's reading of figures and entries, slow and obvious: what `corredor.record` is tested against.

Everything that was ever offered is kept in lists; a reading walks through them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Release:
    """One offered figure. ``load`` is the number of the load that offered it."""

    series: str
    start: date
    end: date
    value: float
    known_at: datetime
    rounded_to: float | None = None
    load: int = 1

    @property
    def period(self) -> tuple[str, date, date]:
        return (self.series, self.start, self.end)


def agrees(rounded: Release, exact: Release) -> bool:
    """Whether the rounded figure says nothing that the exact one does not say better."""
    assert rounded.rounded_to is not None
    return abs(rounded.value - exact.value) <= rounded.rounded_to / 2


def standing(releases: Iterable[Release], as_of: datetime) -> dict[tuple[str, date, date], Release]:
    """The release that stands for each period at a moment, all of them having been loaded in order."""
    known = [release for release in releases if release.known_at <= as_of]
    # Of releases of one moment the exact one comes first: a rounded one beside it adds nothing.
    known.sort(key=lambda release: (release.known_at, release.load, release.rounded_to is not None))
    stands: dict[tuple[str, date, date], Release] = {}
    for release in known:
        before = stands.get(release.period)
        covered = (
            release.rounded_to is not None
            and before is not None
            and before.rounded_to is None
            and agrees(release, before)
        )
        if not covered:
            stands[release.period] = release
    return stands
