"""What the record holds: one frozen class per kind of entry, and the declared frame of figures.

Every entry says who published it (``source``, the id of a `Source`) and when it became known
(``known_at``, aware, UTC). Places are ids of the corridor's places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntFlag, StrEnum

import polars as pl

from corredor.errors import Rejection


class SourceKind(StrEnum):
    """What kind of publisher stands behind a source."""

    OFFICIAL_STATISTICS = "official statistics"
    OFFICIAL_STATEMENT = "official statement"
    PRESS = "press"
    UNNAMED_OFFICIAL = "unnamed official"
    CARRIER = "carrier"
    MODEL = "model"


class SeriesKind(StrEnum):
    """Whether a series counts events in a period, a level at its end, or a running total."""

    FLOW = "flow"
    STOCK = "stock"
    CUMULATIVE = "cumulative"


class Frequency(StrEnum):
    """The rhythm in which a series is published."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    IRREGULAR = "irregular"


class Flag(IntFlag):
    """What must be said beside a figure. Rounding is in ``rounded_to``, not here."""

    PROVISIONAL = 1
    PARTIAL = 2
    KNOWN_AT_ASSUMED = 4
    LATER_VINTAGE = 8


class Change(StrEnum):
    """What an event does to a crossing, for a mode and direction."""

    OPEN = "open"
    LIMITED = "limited"
    CLOSED = "closed"


class Precision(StrEnum):
    """How exactly the instant of an event or report is known."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Source:
    """A publication: a release, a statement, an article. ``published_at`` is a date or None."""

    id: str
    title: str
    publisher: str
    kind: SourceKind
    url: str = ""
    published_at: date | None = None
    licence: str = ""
    note: str = ""


@dataclass(frozen=True)
class Series:
    """A counted quantity. ``breakdown`` is ``key=value`` pairs joined by ``;`` (nationality=venezuela)."""

    key: str
    title: str
    measure: str
    unit: str
    place: str
    frequency: Frequency
    kind: SeriesKind
    publisher: str
    zone: str
    title_es: str = ""
    breakdown: str = ""
    note: str = ""


# One row per figure of a batch. ``line`` is the line of the file it came from (0: none).
FIGURE_FRAME: dict[str, pl.DataType] = {
    "series": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "known_at": pl.Datetime("us", "UTC"),
    "rounded_to": pl.Float64(),
    "flags": pl.Int32(),
    "source": pl.String(),
    "line": pl.Int64(),
}


@dataclass(frozen=True)
class Event:
    """A change of status at a place or leg, for a mode and direction (``all`` expands).

    ``at`` is None where the instant was not reported; ``precision`` says how exact it is: a ``day``
    event holds the start of that day in the place's zone.
    """

    id: str
    place: str
    mode: str
    direction: str
    change: Change
    at: datetime | None
    precision: Precision
    known_at: datetime
    known_at_assumed: bool
    source: str
    note: str = ""
    note_es: str = ""


@dataclass(frozen=True)
class Statement:
    """A checkable claim: who said what quantity about which period, place and direction."""

    id: str
    speaker: str
    role: str
    named: bool
    outlet: str
    said_on: date
    quantity_low: float | None
    quantity_high: float | None
    unit: str
    period_start: date | None
    period_end: date | None
    place: str
    direction: str
    summary: str
    summary_es: str
    known_at: datetime
    source: str
    conflict: str = ""
    conflict_es: str = ""
    speaker_es: str = ""
    role_es: str = ""
    outlet_es: str = ""


@dataclass(frozen=True)
class Commitment:
    """Something a party promised to do. ``due_on`` is None where no date was given (see ``due``)."""

    id: str
    party: str
    party_es: str
    action: str
    action_es: str
    subject: str
    subject_es: str
    made_on: date
    due_on: date | None
    due: str
    due_es: str
    known_at: datetime
    source: str


@dataclass(frozen=True)
class Evidence:
    """Later evidence for or against a commitment; ``state`` is the analyst's reading of it."""

    id: str
    commitment: str
    state: str
    text: str
    text_es: str
    dated: date
    known_at: datetime
    source: str


@dataclass(frozen=True)
class GroupReport:
    """A reported position or size of people moving together; ``group`` is the group's id."""

    id: str
    group: str
    name: str
    name_es: str
    track: str
    on: date
    precision: Precision
    place: str
    place_name: str
    lat: float | None
    lon: float | None
    size_low: float | None
    size_high: float | None
    mode: str
    event: str
    known_at: datetime
    known_at_assumed: bool
    source: str
    quality: str = ""
    note: str = ""


@dataclass(frozen=True)
class SiteReport:
    """Capacity and use of a place that shelters people; None where the figure is not known."""

    id: str
    site: str
    city: str
    name: str
    name_es: str
    kind: str
    on: date
    capacity: float | None
    occupied: float | None
    known_at: datetime
    source: str
    note: str = ""


Entry = Source | Series | Event | Statement | Commitment | Evidence | GroupReport | SiteReport


@dataclass(frozen=True)
class Batch:
    """What a feed or a corridor folder offers to the record in one load.

    Attributes:
        name: what is loaded, as it will stand in the list of loads.
        figures: a frame with the columns of `FIGURE_FRAME`.
        rejections: bad rows that the parser met; a load refuses the batch unless told to skip them.
        notices: one line each for what a user should know (conflicts kept, duplicates dropped).
    """

    name: str
    sources: Sequence[Source] = ()
    series: Sequence[Series] = ()
    figures: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FIGURE_FRAME))
    events: Sequence[Event] = ()
    statements: Sequence[Statement] = ()
    commitments: Sequence[Commitment] = ()
    evidence: Sequence[Evidence] = ()
    groups: Sequence[GroupReport] = ()
    sites: Sequence[SiteReport] = ()
    rejections: Sequence[Rejection] = ()
    notices: Sequence[str] = ()
