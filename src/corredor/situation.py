"""Everything known as of a moment, and what came in between two moments. All rooms below read a Situation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from corredor.corridor.network import Corridor, expand_modes
from corredor.corridor.schema import DIRECTIONS, MODE_ALIASES, MODES
from corredor.corridor.status import RECENT, Replay, Status
from corredor.errors import InputError
from corredor.moment import require_aware
from corredor.record import Record
from corredor.record.entries import (
    Commitment,
    Event,
    Evidence,
    GroupReport,
    Series,
    SiteReport,
    Source,
    Statement,
)

_Dated = TypeVar("_Dated", Event, Statement, Commitment, Evidence, GroupReport, SiteReport)


class Situation:
    """What was known of a corridor at a moment; nothing that became known later is in it.

    Args:
        record: what is read.
        corridor: the network that the record's places belong to.
        as_of: the moment, aware.
        recorded_by: leave out what was recorded after this moment too; None: take all that is recorded.

    Raises:
        InputError: a moment is naive.
    """

    def __init__(
        self, record: Record, corridor: Corridor, as_of: datetime, recorded_by: datetime | None = None
    ) -> None:
        self.record = record
        self.corridor = corridor
        self.as_of = require_aware(as_of)
        self.recorded_by = None if recorded_by is None else require_aware(recorded_by)

    def at(self, as_of: datetime) -> Situation:
        """The situation of the same record and corridor as of another moment."""
        return Situation(self.record, self.corridor, as_of, self.recorded_by)

    def panel(self, keys: Sequence[str] | None = None) -> pl.DataFrame:
        """The newest vintage of each figure of these series (None: all), sorted by series and start."""
        return self.record.panel(keys, self.as_of, recorded_by=self.recorded_by)

    def figures(self, key: str) -> pl.DataFrame:
        """The newest vintage of each figure of one series, sorted by start."""
        return self.record.figures(key, self.as_of, recorded_by=self.recorded_by)

    def vintages(self, keys: str | Sequence[str]) -> pl.DataFrame:
        """Every release of these series known by now, sorted by start and known at."""
        return self.record.vintages(keys, self.as_of, recorded_by=self.recorded_by)

    def series(self, pattern: str | None = None) -> list[Series]:
        """The series whose key fits a shell pattern. The register of series is not dated."""
        return [entry for entry in self._series if pattern is None or fnmatchcase(entry.key, pattern)]

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The register of sources by id, not dated."""
        return self.record.sources()

    def events(self) -> list[Event]:
        """The events known."""
        return list(self._events)

    def statements(self) -> list[Statement]:
        """The statements known."""
        return self._read(self.record.statements)

    def commitments(self) -> list[Commitment]:
        """The commitments known."""
        return self._read(self.record.commitments)

    def evidence(self) -> list[Evidence]:
        """The evidence on commitments known."""
        return self._read(self.record.evidence)

    def groups(self) -> list[GroupReport]:
        """The reports on groups known."""
        return self._read(self.record.groups)

    def sites(self) -> list[SiteReport]:
        """The reports on sites known."""
        return self._read(self.record.sites)

    def status(self, place: str, mode: str, direction: str, at: datetime | None = None) -> Status:
        """The status of a place for a mode and direction at an instant, as known here.

        Args:
            place: id of a place or leg.
            mode: a mode, ``vehicle`` or ``all``: of several the most restrictive status answers.
            direction: northbound, southbound or all.
            at: the instant; None: the moment of this situation.

        Raises:
            InputError: no such place or leg, mode or direction, or a mode that the place does not take.
        """
        if place not in self.corridor.places and all(leg.id != place for leg in self.corridor.legs):
            raise InputError(f"unknown place {place!r}", accepted="an id of the corridor's places or legs")
        if mode not in (*MODES, *MODE_ALIASES):
            raise InputError(
                f"unknown mode {mode!r}", accepted=f"one of {', '.join((*MODES, *MODE_ALIASES))}"
            )
        if direction not in (*DIRECTIONS, "all"):
            raise InputError(f"unknown direction {direction!r}", accepted="northbound, southbound or all")
        crossing = self.corridor.crossings.get(place)
        if crossing and crossing.modes and not set(expand_modes(mode)) & set(crossing.modes):
            raise InputError(f"{place} takes no {mode}", accepted=f"one of {', '.join(crossing.modes)}")
        return self.replay.status(place, mode, direction, self.as_of if at is None else at)

    def statuses(self, at: datetime | None = None, recent: timedelta = RECENT) -> list[Status]:
        """Every status that is not open at an instant, or reopened within ``recent`` before it."""
        return self.replay.statuses(self.as_of if at is None else at, recent)

    @cached_property
    def replay(self) -> Replay:
        """The events known, ready to say any status."""
        recorded = self.record.events_recorded(self.as_of, recorded_by=self.recorded_by)
        return Replay(self._events, self.corridor, self.as_of, recorded)

    @cached_property
    def _series(self) -> list[Series]:
        return self.record.series()

    @cached_property
    def _events(self) -> list[Event]:
        return self._read(self.record.events)

    def _read(self, reading: Callable[..., list[_Dated]]) -> list[_Dated]:
        return reading(self.as_of, recorded_by=self.recorded_by)


@dataclass(frozen=True)
class StatusChange:
    """A status as it was known before and as it is known now; ``was`` may be open without an event."""

    was: Status
    now: Status


@dataclass(frozen=True)
class Difference:
    """What became known, or came into force, between two situations.

    Attributes:
        earlier: the moment of the first situation.
        later: the moment of the second.
        new_figures: the panel's rows of periods that had no figure, with the panel's columns.
        revised_figures: the panel's rows that changed, with ``old_value``, ``old_low``, ``old_high`` and
            ``old_known_at`` beside them.
        withdrawn_figures: rows of the first panel that the second lacks.
        statuses: each place, mode and direction whose status is another.
        events: newly known events, those that only take effect later included.
    """

    earlier: datetime
    later: datetime
    new_figures: pl.DataFrame
    revised_figures: pl.DataFrame
    withdrawn_figures: pl.DataFrame
    statuses: tuple[StatusChange, ...] = ()
    events: tuple[Event, ...] = ()
    statements: tuple[Statement, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    groups: tuple[GroupReport, ...] = ()
    sites: tuple[SiteReport, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is new or changed."""
        frames = (self.new_figures, self.revised_figures, self.withdrawn_figures)
        told = (self.statuses, self.events, self.statements, self.commitments, self.evidence)
        return all(frame.is_empty() for frame in frames) and not any((*told, self.groups, self.sites))


PERIOD = ["series", "start", "end"]
CONTENT = ["value", "low", "high"]


def difference(earlier: Situation, later: Situation, keys: Sequence[str] | None = None) -> Difference:
    """What is new or changed in ``later`` against ``earlier``.

    Args:
        earlier: the situation that is known already.
        later: the situation of a later moment, or the same moment of a fuller record.
        keys: compare the figures of these series only; None: of all.

    Raises:
        InputError: ``later`` is of an earlier moment.
    """
    if later.as_of < earlier.as_of:
        raise InputError(
            f"the later moment {later.as_of.isoformat()} lies before {earlier.as_of.isoformat()}",
            accepted="two moments in their order",
        )
    new, revised, withdrawn = _figures(earlier.panel(keys), later.panel(keys))
    return Difference(
        earlier=earlier.as_of,
        later=later.as_of,
        new_figures=new,
        revised_figures=revised,
        withdrawn_figures=withdrawn,
        statuses=_status_changes(earlier, later),
        events=_fresh(earlier.events(), later.events()),
        statements=_fresh(earlier.statements(), later.statements()),
        commitments=_fresh(earlier.commitments(), later.commitments()),
        evidence=_fresh(earlier.evidence(), later.evidence()),
        groups=_fresh(earlier.groups(), later.groups()),
        sites=_fresh(earlier.sites(), later.sites()),
    )


def _figures(was: pl.DataFrame, now: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    old = was.select(*PERIOD, *(pl.col(name).alias(f"old_{name}") for name in (*CONTENT, "known_at")))
    both = now.join(old, on=PERIOD, how="inner", maintain_order="left")
    differs = [pl.col(name).ne_missing(pl.col(f"old_{name}")) for name in CONTENT]
    return (
        now.join(was, on=PERIOD, how="anti", maintain_order="left"),
        both.filter(pl.any_horizontal(differs)),
        was.join(now, on=PERIOD, how="anti", maintain_order="left"),
    )


def _fresh(was: Sequence[_Dated], now: Sequence[_Dated]) -> tuple[_Dated, ...]:
    """Entries that are new, or not as they were."""
    before: set[Any] = set(was)
    return tuple(entry for entry in now if entry not in before)


def _status_changes(earlier: Situation, later: Situation) -> tuple[StatusChange, ...]:
    """Status by status, over every place, mode and direction that either situation has events on."""
    always = timedelta.max
    seen = [
        *earlier.replay.statuses(earlier.as_of, always),
        *later.replay.statuses(later.as_of, always),
    ]
    found: list[StatusChange] = []
    for place, mode, direction in dict.fromkeys((s.place, s.mode, s.direction) for s in seen):
        was = earlier.replay.status(place, mode, direction, earlier.as_of)
        now = later.replay.status(place, mode, direction, later.as_of)
        if was.change is not now.change:
            found.append(StatusChange(was, now))
    return tuple(found)
