"""Moments and periods: aware datetimes, half-open date ranges, and the rule that a date means its end.

A date given where a moment is wanted is the end of that day in a named zone (DESIGN, "As of"), and a
naive datetime is an error: no clock is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from corredor.errors import InputError

ACCEPTED = "a date such as 2023-12-28 or a moment with its zone such as 2023-12-22T14:00-05:00"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name.

    Raises:
        InputError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            f"unknown time zone {name!r}", accepted="an IANA name such as America/Chicago"
        ) from error


def end_of_day(day: date, zone_name: str) -> datetime:
    """The instant at which ``day`` ends in that zone, in UTC: midnight of the day after."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone(zone_name))
    return midnight.astimezone(UTC)


def day_of(moment: datetime, zone_name: str) -> date:
    """The local date of an instant; midnight belongs to the day that it ends, as in `end_of_day`."""
    # Just before the instant: also right where a clock change leaves a day without its midnight.
    before = require_aware(moment) - timedelta(microseconds=1)
    return before.astimezone(zone(zone_name)).date()


def parse_moment(text: str, zone_name: str) -> datetime:
    """Read a date (the end of that day in the zone) or an aware ISO 8601 instant, as UTC.

    Raises:
        InputError: neither of the two, or an instant without a zone.
    """
    text = text.strip()
    try:
        if len(text) <= 10:
            return end_of_day(date.fromisoformat(text), zone_name)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise InputError(f"cannot read {text!r} as a moment", accepted=ACCEPTED) from error
    if moment.tzinfo is None:
        raise InputError(f"{text!r} has no zone", accepted=ACCEPTED)
    return moment.astimezone(UTC)


def require_aware(moment: datetime) -> datetime:
    """The moment in UTC.

    Raises:
        InputError: the datetime is naive.
    """
    if moment.tzinfo is None:
        raise InputError(f"the moment {moment.isoformat()} has no zone", accepted=ACCEPTED)
    return moment.astimezone(UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC; exact, unlike a float timestamp."""
    return (require_aware(moment) - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The UTC instant of that many microseconds since 1970-01-01."""
    return EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True, order=True)
class Period:
    """A half-open range of dates, ``start`` in and ``end`` out, in its publisher's zone."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InputError(
                f"the period {self.start} to {self.end} is empty", accepted="an end after the start"
            )

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls(day, day + timedelta(days=1))

    @classmethod
    def week(cls, monday: date) -> Period:
        """Seven days from that date."""
        return cls(monday, monday + timedelta(days=7))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """One calendar month."""
        return cls(date(year, month, 1), add_months(date(year, month, 1), 1))

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days


def add_months(first: date, months: int) -> date:
    """The first day of the month that lies ``months`` after the month of ``first``."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
