"""What signals say of a series: the closed list of calls, an expected value, a verdict, a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Call(StrEnum):
    """The closed list of what a verdict can say."""

    WITHIN = "within usual variation"
    UNUSUAL = "unusual single period"
    SUSTAINED = "sustained change"
    NOT_ENOUGH = "not enough data"
    INCOMPLETE = "source incomplete or changed"


class Side(StrEnum):
    """Where the figure lies from what was expected."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True)
class Expected:
    """What the newest month was expected to be from the months before it; None where it cannot be said.

    Attributes:
        median: expected count.
        low80: lower end of the range that 80 of 100 months fall into.
        high80: its upper end.
        low95: lower end of the range that 95 of 100 months fall into.
        high95: its upper end.
        p_value: share of past scores at least as large as this month's.
    """

    median: float | None = None
    low80: float | None = None
    high80: float | None = None
    low95: float | None = None
    high95: float | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What can be said about the newest figure of a series.

    Attributes:
        series: key.
        start: first day of the period judged.
        end: day after it.
        observed: the figure; None where it was not given.
        expected: forecast of it from the months before, as known at the moment; None where impossible.
        low80: lower end of the 80% range of that forecast; None where there are too few past errors.
        high80: upper end.
        low95: lower end of the 95% range.
        high95: upper end.
        call: one of the closed list.
        side: high or low; None where nothing is expected.
        false_call_years: years between false calls on an unchanged monthly series at the level used. For
            ``within usual variation``: of both tests that found nothing, taken together.
        looked_at: how many series were tested together.
        p_value: of the newest figure, None where not tested.
        changes_below: a next figure below it would be called unusual; None where only one more than
            `FURTHEST_FACTOR` away would.
        changes_above: a next figure above it would be called unusual; None likewise.
        next_due: day by which the next figure is usually out; None where not known.
        months: months of the series' own history.
        known_at: when the figure became known.
        source: id of its source.
        flags: of the figure, as in `Flag`.
        pseudo_real_time: the history has figures of a later vintage than was known then.
        reason: machine word where the call is about the data (``partial``, ``behind-siblings``, ``gap``,
            ``short-history``, ``small-counts``, ``few-errors``, ``cumulative``, ``not-monthly``), else "".
    """

    series: str
    start: date
    end: date
    observed: float | None
    expected: float | None
    low80: float | None
    high80: float | None
    low95: float | None
    high95: float | None
    call: Call
    side: Side | None
    false_call_years: float | None
    looked_at: int
    p_value: float | None
    changes_below: float | None
    changes_above: float | None
    next_due: date | None
    months: int
    known_at: datetime
    source: str
    flags: int
    pseudo_real_time: bool
    reason: str = ""


@dataclass(frozen=True)
class Forecast:
    """A figure to come; a bound is None where past errors are too few for it.

    Attributes:
        series: key.
        horizon: months after the newest figure.
        start: first day of the month forecast.
        end: day after it.
        median: as likely to be exceeded as not.
        low80: lower end of the 80% range.
        high80: upper end.
        low95: lower end of the 95% range.
        high95: upper end.
        made_as_of: moment of the situation.
        origin_start: first day of the newest month it was made from.
        pseudo_real_time: the history has figures of a later vintage than was known then.
        next_due: day by which the figure is usually out; None where not known.
    """

    series: str
    horizon: int
    start: date
    end: date
    median: float
    low80: float | None
    high80: float | None
    low95: float | None
    high95: float | None
    made_as_of: datetime
    origin_start: date
    pseudo_real_time: bool
    next_due: date | None
