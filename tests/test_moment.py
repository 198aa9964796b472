"""Moments and periods: a date means its end, a naive datetime is refused, no zone loses a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.errors import InputError
from corredor.moment import (
    Period,
    add_months,
    day_of,
    end_of_day,
    from_micros,
    parse_moment,
    require_aware,
    to_micros,
)

ZONES = (
    "America/New_York",
    "America/Tijuana",
    "America/Havana",
    "America/Asuncion",
    "America/Ciudad_Juarez",
    "UTC",
)
days = st.dates(date(1999, 1, 1), date(2030, 12, 31))


class TestADateIsItsEnd:
    def test_in_new_york(self):
        assert end_of_day(date(2023, 12, 28), "America/New_York") == datetime(2023, 12, 29, 5, tzinfo=UTC)

    @given(days, st.sampled_from(ZONES))
    def test_and_that_instant_belongs_to_the_day(self, day: date, zone: str):
        # Havana and Asunción have days without a midnight.
        assert day_of(end_of_day(day, zone), zone) == day

    @given(days, st.sampled_from(ZONES))
    def test_the_next_instant_belongs_to_the_day_after(self, day: date, zone: str):
        assert day_of(end_of_day(day, zone) + timedelta(minutes=1), zone) == day + timedelta(days=1)

    def test_parsed(self):
        assert parse_moment("2023-12-28", "America/Chicago") == datetime(2023, 12, 29, 6, tzinfo=UTC)
        assert parse_moment(" 2023-12-22T14:00-05:00 ", "UTC") == datetime(2023, 12, 22, 19, tzinfo=UTC)


class TestRefused:
    @pytest.mark.parametrize(
        "text", ["", "yesterday", "2023-02-29", "28/12/2023", "2023-12-22T14:00", "9999-12-31"]
    )
    def test_what_is_no_moment(self, text: str):
        with pytest.raises(InputError, match=r"moment|zone"):
            parse_moment(text, "America/New_York")

    def test_a_naive_datetime(self):
        with pytest.raises(InputError, match="no zone"):
            require_aware(datetime(2023, 12, 28))  # noqa: DTZ001  # the point of the test

    def test_an_unknown_zone(self):
        with pytest.raises(InputError, match="unknown time zone"):
            end_of_day(date(2023, 12, 28), "America/Nowhere")

    def test_an_empty_period(self):
        with pytest.raises(InputError, match="is empty"):
            Period(date(2023, 12, 1), date(2023, 12, 1))


class TestPeriods:
    def test_lengths(self):
        assert Period.month(2024, 2).days == 29
        assert Period.week(date(2023, 12, 18)).days == 7
        assert Period.day(date(2024, 3, 10)).days == 1

    @given(days, st.integers(-500, 500))
    def test_months_there_and_back(self, day: date, months: int):
        assert add_months(add_months(day, months), -months) == day.replace(day=1)

    @given(st.datetimes(timezones=st.just(UTC)))
    def test_microseconds_are_exact(self, moment: datetime):
        assert from_micros(to_micros(moment)) == moment
