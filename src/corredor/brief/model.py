"""The brief as data: what the JSON holds, and what text, Markdown and HTML are made from.

Every line has its words (``Words``), its facts as numbers, dates and ids, and the source it rests on.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corredor.corridor.status import State
from corredor.record.entries import Precision, SourceKind

SCHEMA_VERSION = "1.0"


class Part(BaseModel):
    """Base of every part: fixed once made, nothing but declared fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """One line as it is read: subject, value, what it is compared with, the call; then the small print."""

    subject: str
    value: str = ""
    compared: str = ""
    call: str = ""
    detail: str = ""


class Citation(Part):
    """Who published it, where, and when it became known (``assumed``: our assumption)."""

    source: str
    title: str
    publisher: str
    kind: SourceKind
    url: str
    known_at: datetime
    assumed: bool = False


class Line(Part):
    """One line of the brief."""

    words: Words
    citation: Citation | None = None


class Interval(Part):
    """An 80% and a 95% range; None where too few past errors are known to give one."""

    low80: float | None
    high80: float | None
    low95: float | None
    high95: float | None


class Judgement(Part):
    """A verdict: the call, its side, and how often such a call is wrong.

    ``p_value`` is the share of past errors at least as large as this one.
    """

    call: str
    side: Literal["high", "low"] | None
    expected: float | None
    interval: Interval
    p_value: float | None
    false_call_years: float | None
    looked_at: int
    changes_below: float | None
    changes_above: float | None
    months: int
    reason: str
    pseudo_real_time: bool


class FlowLine(Line):
    """The newest figure of a series, with its first release and its verdict.

    ``value`` is None where only a range was published.
    """

    series: str
    place: str
    unit: str
    start: date
    end: date
    value: float | None
    low: float | None
    high: float | None
    first_value: float | None
    first_known_at: datetime | None
    provisional: bool
    partial: bool
    later_vintage: bool
    rounded_to: float | None
    verdict: Judgement | None
    next_due: date | None


class HistoryRow(Part):
    """One month of a headline series: as first released, as known at the moment of the brief.

    ``revision`` is the plain difference; ``revised`` is false where rounding explains it.
    """

    series: str
    start: date
    end: date
    first_value: float
    first_known_at: datetime
    first_rounded_to: float | None
    value: float
    known_at: datetime
    rounded_to: float | None
    revision: float
    revised: bool
    later_vintage: bool


class Outcome(Part):
    """What later became known of a forecast period, and whether it fell inside."""

    first_value: float
    first_known_at: datetime
    value: float
    known_at: datetime
    inside80: bool | None
    inside95: bool | None


class ForecastLine(Line):
    """The forecast of one period of a series, made with what was known as of the brief."""

    series: str
    place: str
    unit: str
    horizon: int
    start: date
    end: date
    median: float
    interval: Interval
    pseudo_real_time: bool
    due: date | None
    outcome: Outcome | None = None


class CrossingLine(Line):
    """The status of a crossing for modes and a direction; ``since`` None: start not known."""

    place: str
    modes: tuple[str, ...]
    direction: str
    status: State
    since: datetime | None
    precision: Precision
    days: int | None
    recent: bool


class GroupLine(Line):
    """The newest report on a group of people moving together."""

    group: str
    track: str
    place: str
    place_name: str
    on: date
    size_low: float | None
    size_high: float | None
    event: str
    crossing: str | None
    crossing_km: float | None


class ReceptionLine(Line):
    """People in care or arriving at a place, against its capacity (None: not known)."""

    series: str
    place: str
    unit: str
    start: date
    end: date
    value: float | None
    low: float | None
    high: float | None
    capacity: float | None


class StatementLine(Line):
    """A checkable claim made in the weeks before the brief."""

    statement: str
    place: str
    said_on: date
    quantity_low: float | None
    quantity_high: float | None
    unit: str
    named: bool


class EvidenceItem(Part):
    """Evidence known by the moment of the brief."""

    state: str
    text: str
    dated: date
    citation: Citation


class CommitmentLine(Line):
    """A promise and the evidence on it known so far."""

    commitment: str
    party: str
    made_on: date
    due_on: date | None
    overdue: bool
    evidence: tuple[EvidenceItem, ...]


class WatchLine(Line):
    """Something that the next days or weeks will decide."""

    kind: Literal["release", "threshold", "crossing", "commitment", "group", "reception"]
    about: str
    on: date | None = None


class ChangeLine(Line):
    """What is new or changed since the earlier moment of the brief."""

    kind: Literal["new figure", "revised figure", "status", "group", "statement", "commitment", "evidence"]
    about: str
    before: float | None = None
    after: float | None = None


class Later(Part):
    """What became known only after the moment of the brief."""

    until: datetime
    changes: tuple[ChangeLine, ...]


class Brief(Part):
    """Everything known about a corridor as of a moment, ordered for a reader in a hurry."""

    schema_version: str = SCHEMA_VERSION
    corridor: str
    title: str
    lang: Literal["en", "es"]
    zone: str
    as_of: datetime
    since: datetime | None
    headlines: tuple[str, ...]
    changes: tuple[ChangeLine, ...] | None
    flows: tuple[FlowLine, ...]
    parts: tuple[FlowLine, ...]
    upstream: tuple[FlowLine, ...]
    weekly: tuple[FlowLine, ...]
    history: tuple[HistoryRow, ...]
    forecasts: tuple[ForecastLine, ...]
    crossings: tuple[CrossingLine, ...]
    groups: tuple[GroupLine, ...]
    reception: tuple[ReceptionLine, ...]
    statements: tuple[StatementLine, ...]
    commitments: tuple[CommitmentLine, ...]
    watch: tuple[WatchLine, ...]
    later: Later | None = None
