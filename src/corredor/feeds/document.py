"""What a feed parses, and where its figures, bad rows and notices gather.

A `Document` is one publisher's answer: bytes, their name, and when they became known. A `Gathering`
collects what a parser finds and turns it into a `Batch`; it holds the two rules that every table
shares: the same key with the same value twice counts once, and the same key with two values is a
conflict in which neither value is taken. Where a key may stand for two things (a country code given
twice), even equal values are a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from corredor.errors import Rejection
from corredor.moment import Period, end_of_day, require_aware
from corredor.record.entries import FIGURE_FRAME, Batch, Flag, Series, Source

MONTH_LAG_DAYS = 20
"""Assumed days from the end of a month or year to its release, where no release date is known."""

WEEK_LAG_DAYS = 10
"""The same for a week."""

NO_FLAG = Flag(0)
ASSUMED = int(Flag.KNOWN_AT_ASSUMED | Flag.LATER_VINTAGE)

SECTORS = frozenset(
    (
        "san-diego",
        "el-centro",
        "yuma",
        "tucson",
        "el-paso",
        "big-bend",
        "del-rio",
        "laredo",
        "rio-grande-valley",
    )
)
"""The nine Border Patrol sectors of the southwest land border, as their place ids end."""

PlaceFinder = Callable[[str, str], str | None]
"""Finds a place id by an authority ("txdot", "cbp") and the name or code it uses; None: unknown."""


def no_places(authority: str, name: str) -> str | None:
    """A `PlaceFinder` for feeds that name their places by rule: it knows none."""
    return None


@dataclass(frozen=True)
class Document:
    """One file or answer of a publisher.

    Attributes:
        data: the bytes, not yet decompressed or decoded.
        name: file name or address, as errors and rejections show it.
        known_at: when it became public; None lets the feed assume a lag after each period and flag
            the figures ``KNOWN_AT_ASSUMED`` and ``LATER_VINTAGE``.
        flags: set on every figure beside the feed's own.
        places: finds places by a publisher's name for them.
    """

    data: bytes
    name: str
    known_at: datetime | None = None
    flags: Flag = NO_FLAG
    places: PlaceFinder = no_places

    def __post_init__(self) -> None:
        if self.known_at is not None:
            require_aware(self.known_at)


@dataclass(slots=True)
class _Cell:
    period: Period
    value: float
    line: int
    known_at: datetime
    flags: int
    rounded_to: float | None


@dataclass
class Gathering:
    """Collects the figures, rejections and notices of one document.

    Args:
        document: what is being parsed.
        source: the publication that every figure names.
        zone: the publisher's zone, in which an assumed release day ends.
        lag_days: assumed days from a period's end to its release.
        value_field: the column in which a figure stands, for the list of conflicts.
        conflicts_are_bad: whether two values of one key are bad rows (one of them must be wrong), or
            only worth a notice (each may be right, but the key does not tell them apart, so that
            even equal values are not taken).
    """

    document: Document
    source: Source
    zone: str
    lag_days: int
    value_field: str
    conflicts_are_bad: bool = True
    notices: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    _cells: dict[tuple[str, date, date], _Cell] = field(default_factory=dict)
    _clashes: dict[tuple[str, date, date], list[tuple[int, float]]] = field(default_factory=dict)
    _repeats: list[int] = field(default_factory=list)
    _assumed: dict[date, datetime] = field(default_factory=dict)

    def add(
        self,
        key: str,
        period: Period,
        value: float,
        line: int,
        *,
        flags: Flag = NO_FLAG,
        rounded_to: float | None = None,
        known_at: datetime | None = None,
    ) -> None:
        """Take one figure; ``known_at`` overrides the document's."""
        at = (key, period.start, period.end)
        earlier = self._cells.get(at)
        if earlier is not None:
            if earlier.value == value and self.conflicts_are_bad:
                self._repeats.append(line)
            else:
                self._clashes.setdefault(at, [(earlier.line, earlier.value)]).append((line, value))
            return
        # A reading that carries its own instant owes nothing to what is assumed of the document.
        held = int(flags) if known_at else int(flags) | int(self.document.flags)
        moment = known_at or self.document.known_at
        if moment is None:
            moment = self._assumed_release(period)
            held |= ASSUMED
        self._cells[at] = _Cell(period, value, line, moment, held, rounded_to)

    def reject(self, line: int, name: str, value: str, expected: str) -> None:
        """List one bad row."""
        self.rejections.append(Rejection(self.document.name, line, name, value, expected))

    def note(self, text: str) -> None:
        """Add one line for the user."""
        self.notices.append(text)

    def batch(self, name: str) -> Batch:
        """Everything gathered; conflicting keys are out of the figures and among the rejections."""
        if self.conflicts_are_bad:
            self._reject_clashes()
        elif self._clashes:
            told = ", ".join(
                f"{key} {start:%Y-%m} ({' and '.join(f'{value:,.0f}' for _, value in found)})"
                for (key, start, _), found in self._clashes.items()
            )
            self.note(f"{len(self._clashes)} keys with more than one value, none taken: {told}")
        kept = [(at, cell) for at, cell in self._cells.items() if at not in self._clashes]
        if self._repeats:
            many = "1 row" if len(self._repeats) == 1 else f"{len(self._repeats):,} rows"
            self.note(f"{many} repeated an earlier one exactly and counted once: line {_some(self._repeats)}")
        used = dict.fromkeys(key for (key, _, _), _ in kept)
        return Batch(
            name=name,
            sources=(self.source,) if kept else (),
            series=tuple(self.series[key] for key in used),
            figures=_frame(kept, self.source.id),
            rejections=tuple(sorted(self.rejections, key=lambda bad: bad.line)),
            notices=tuple(self.notices),
        )

    def _reject_clashes(self) -> None:
        for (key, start, _), found in self._clashes.items():
            for line, value in found:
                others = " and ".join(f"{v:,.0f} on line {n}" for n, v in found if n != line)
                expected = f"one value of {key} for {start:%Y-%m}, which is {others}"
                self.reject(line, self.value_field, f"{value:.0f}", expected)

    def _assumed_release(self, period: Period) -> datetime:
        moment = self._assumed.get(period.end)
        if moment is None:
            last = period.end - timedelta(days=1)
            moment = end_of_day(last + timedelta(days=self.lag_days), self.zone)
            self._assumed[period.end] = moment
        return moment


def _frame(kept: Sequence[tuple[tuple[str, date, date], _Cell]], source: str) -> pl.DataFrame:
    cells = [cell for _, cell in kept]
    nothing: list[float | None] = [None] * len(cells)
    columns = {
        "series": [key for (key, _, _), _ in kept],
        "start": [cell.period.start for cell in cells],
        "end": [cell.period.end for cell in cells],
        "value": [float(cell.value) for cell in cells],
        "low": nothing,
        "high": nothing,
        "known_at": [cell.known_at for cell in cells],
        "rounded_to": [cell.rounded_to for cell in cells],
        "flags": [cell.flags for cell in cells],
        "source": [source] * len(cells),
        "line": [cell.line for cell in cells],
    }
    return pl.DataFrame(columns, schema=FIGURE_FRAME)


def _some(lines: Sequence[int], most: int = 8) -> str:
    shown = ", ".join(str(line) for line in lines[:most])
    return shown + (" and others" if len(lines) > most else "")
