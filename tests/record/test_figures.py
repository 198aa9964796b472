"""Figures as of a moment: releases, revisions, rounding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.errors import InputError
from corredor.record import PANEL_FRAME, Record, open_record
from corredor.record.entries import Flag
from tests.postgres import Cluster
from tests.record.samples import (
    KEYS,
    LOADED,
    MOMENTS,
    batch,
    figure,
    full_batch,
    moment,
    of_releases,
    releases,
)
from tests.reference.record import Release, standing

EVER = datetime(2100, 1, 1, tzinfo=UTC)


def view(record: Record, as_of: datetime) -> dict[tuple[str, date], float]:
    panel = record.panel(None, as_of)
    return {(row["series"], row["start"]): row["value"] for row in panel.iter_rows(named=True)}


def expected(offered: Sequence[Release], as_of: datetime) -> dict[tuple[str, date], float]:
    return {(key, start): each.value for (key, start, _), each in standing(offered, as_of).items()}


class TestReleases:
    def test_the_release_known_then_is_shown(self, record: Record) -> None:
        record.load(full_batch())
        assert record.figures("a.total.month", moment("2023-12-21")).is_empty()
        assert record.figures("a.total.month", moment("2023-12-28"))["value"].to_list() == [242_418.0]
        assert record.figures("a.total.month", moment("2024-06-01"))["value"].to_list() == [242_399.0]

    def test_the_moment_of_release_itself_counts(self, record: Record) -> None:
        record.load(batch(figure(1.0, "2023-12-22")))
        assert record.figures("a.total.month", moment("2023-12-22")).height == 1
        assert record.figures("a.total.month", moment("2023-12-22") - timedelta(microseconds=1)).is_empty()

    def test_columns_and_content(self, record: Record) -> None:
        flags = int(Flag.KNOWN_AT_ASSUMED | Flag.LATER_VINTAGE)
        record.load(
            batch(figure(12.5, "2024-01-10", low=10.25, high=1 / 3 + 14, flags=flags)), recorded_at=LOADED
        )
        panel = record.panel(["a.total.month"], EVER)
        assert dict(panel.schema) == PANEL_FRAME
        (row,) = panel.iter_rows(named=True)
        assert row == {
            "series": "a.total.month",
            "start": date(2023, 11, 1),
            "end": date(2023, 12, 1),
            "value": 12.5,
            "low": 10.25,
            "high": 1 / 3 + 14,
            "known_at": moment("2024-01-10"),
            "rounded_to": None,
            "flags": flags,
            "source": "agency.release",
            "recorded_at": LOADED,
            "id": 1,
        }

    def test_an_empty_reading_has_the_columns(self, record: Record) -> None:
        assert dict(record.panel(None, EVER).schema) == PANEL_FRAME
        assert dict(record.panel(["nothing"], EVER).schema) == PANEL_FRAME
        record.load(full_batch())
        assert dict(record.panel(None, moment("1990-01-01")).schema) == PANEL_FRAME
        assert dict(record.vintages("a.total.month", moment("1990-01-01")).schema) == PANEL_FRAME

    def test_vintages_in_the_order_in_which_they_became_known(self, record: Record) -> None:
        record.load(full_batch())
        assert record.vintages("a.total.month")["value"].to_list() == [242_418.0, 242_399.0]
        assert record.vintages(["a.total.month"], moment("2023-12-28"))["value"].to_list() == [242_418.0]

    def test_a_naive_moment_is_refused(self, record: Record) -> None:
        with pytest.raises(InputError, match="no zone"):
            record.panel(None, datetime(2024, 1, 1))  # noqa: DTZ001

    def test_a_panel_of_many_series_is_sorted_and_whole(self, record: Record) -> None:
        keys = [f"s.{number}.month" for number in (*range(60), 7)]
        record.load(batch(*(figure(float(n), "2024-01-01", key=key) for n, key in enumerate(keys[:60]))))
        many, few = record.panel(keys, EVER), record.panel(keys[:5], EVER)
        assert many["series"].to_list() == sorted(set(keys))
        assert many.filter(pl.col("series").is_in(keys[:5])).equals(few)
        # What was read is kept; what is loaded later is still seen.
        record.load(batch(figure(99.0, "2024-01-02", key="s.0.month"), name="later"))
        assert view(record, EVER)["s.0.month", date(2023, 11, 1)] == 99.0

    def test_recorded_by_reads_the_record_as_it_stood(self, record: Record) -> None:
        record.load(batch(figure(1.0, "2023-12-22")), recorded_at=moment("2024-01-01"))
        record.load(batch(figure(2.0, "2023-12-23"), name="late"), recorded_at=moment("2024-03-01"))
        assert record.figures("a.total.month", EVER)["value"].to_list() == [2.0]
        earlier = record.figures("a.total.month", EVER, recorded_by=moment("2024-02-01"))
        assert earlier["value"].to_list() == [1.0]


class TestOnlyNewsIsKept:
    def test_a_repeated_value_is_not_a_revision(self, record: Record) -> None:
        record.load(batch(figure(5.0, "2023-12-22")))
        report = record.load(batch(figure(5.0, "2024-01-26"), name="next"))
        assert not report.changed
        assert report.unchanged["figure"] == 1

    def test_a_value_that_returns_is_a_revision(self, record: Record) -> None:
        record.load(batch(figure(5.0, "2023-12-22"), figure(6.0, "2024-01-26"), figure(5.0, "2024-02-20")))
        assert record.vintages("a.total.month")["value"].to_list() == [5.0, 6.0, 5.0]

    def test_the_final_word_on_a_provisional_figure_is_news(self, record: Record) -> None:
        record.load(batch(figure(5.0, "2023-12-22", flags=int(Flag.PROVISIONAL))))
        report = record.load(batch(figure(5.0, "2024-01-26"), name="final"))
        assert report.added["figure"] == 1
        assert record.figures("a.total.month", EVER)["flags"].to_list() == [0]

    def test_an_earlier_release_found_later_takes_its_place(self, record: Record) -> None:
        record.load(batch(figure(6.0, "2024-01-26")))
        record.load(batch(figure(5.0, "2023-12-22"), name="earlier"))
        assert record.figures("a.total.month", moment("2023-12-28"))["value"].to_list() == [5.0]
        assert record.figures("a.total.month", EVER)["value"].to_list() == [6.0]

    def test_two_publishers_stay_two(self, record: Record) -> None:
        record.load(batch(figure(5.0, "2023-12-22"), figure(5.0, "2023-12-22", key="b.total.month")))
        assert record.panel(None, EVER).height == 2


class TestRounding:
    def test_a_rounded_figure_never_supersedes_the_exact_one_it_rounds(self, record: Record) -> None:
        record.load(batch(figure(191_113.0, "2023-12-22")))
        report = record.load(batch(figure(191_110.0, "2024-02-01", rounded_to=10.0), name="table"))
        assert not report.changed
        assert record.figures("a.total.month", EVER)["value"].to_list() == [191_113.0]

    def test_a_rounded_figure_that_disagrees_stands(self, record: Record) -> None:
        record.load(batch(figure(191_113.0, "2023-12-22")))
        record.load(batch(figure(191_140.0, "2024-02-01", rounded_to=10.0), name="table"))
        assert record.figures("a.total.month", EVER)["value"].to_list() == [191_140.0]

    def test_an_exact_figure_known_earlier_but_loaded_later_still_stands(self, record: Record) -> None:
        record.load(batch(figure(191_110.0, "2024-02-01", rounded_to=10.0)))
        record.load(batch(figure(191_113.0, "2023-12-22"), name="exact"))
        assert record.figures("a.total.month", EVER)["value"].to_list() == [191_113.0]
        assert record.panel(None, EVER)["value"].to_list() == [191_113.0]

    def test_an_exact_figure_replaces_a_rounded_one(self, record: Record) -> None:
        record.load(batch(figure(191_110.0, "2023-12-22", rounded_to=10.0)))
        record.load(batch(figure(191_110.0, "2024-01-26"), name="exact"))
        assert record.figures("a.total.month", EVER)["rounded_to"].to_list() == [None]

    def test_both_of_one_day(self, record: Record) -> None:
        record.load(batch(figure(191_110.0, "2023-12-22", rounded_to=10.0)))
        report = record.load(batch(figure(191_113.0, "2023-12-22"), name="exact"))
        assert report.corrected["figure"] == 0
        assert record.figures("a.total.month", EVER)["value"].to_list() == [191_113.0]

    def test_ranges_round_too(self, record: Record) -> None:
        record.load(batch(figure(None, "2023-12-22", low=101.0, high=199.0)))
        record.load(batch(figure(None, "2023-12-23", low=100.0, high=200.0, rounded_to=10.0), name="b"))
        assert record.figures("a.total.month", EVER)["low"].to_list() == [101.0]


class TestLaws:
    @settings(max_examples=20)
    @given(releases(), MOMENTS)
    def test_nothing_known_later_and_the_reference_agrees(
        self, offered: list[Release], as_of: datetime
    ) -> None:
        with open_record(":memory:") as record:
            record.load(of_releases(offered))
            panel = record.panel(None, as_of)
            assert (panel["known_at"] <= as_of).all()
            assert view(record, as_of) == expected(offered, as_of)
            for key in KEYS:
                vintages = record.vintages(key, as_of)
                assert (vintages["known_at"] <= as_of).all()

    @settings(max_examples=12)
    @given(releases(), st.data())
    def test_loading_again_changes_nothing(self, offered: list[Release], data: st.DataObject) -> None:
        again = data.draw(st.permutations(offered))
        with open_record(":memory:") as record:
            record.load(of_releases(offered))
            before = record.vintages(KEYS)
            report = record.load(of_releases(again, name="again"))
            assert not report.changed
            assert record.vintages(KEYS).equals(before)

    @settings(max_examples=10)
    @given(releases(most=8), MOMENTS)
    def test_loading_release_by_release_as_they_came(self, offered: list[Release], as_of: datetime) -> None:
        days = sorted({each.known_at for each in offered})
        with open_record(":memory:") as record:
            for day in days:
                record.load(of_releases([each for each in offered if each.known_at == day]))
            assert view(record, as_of) == expected(offered, as_of)

    @settings(max_examples=12)
    @given(releases(rounded=False, most=8), st.data())
    def test_any_order_of_loads_gives_one_view(self, offered: list[Release], data: st.DataObject) -> None:
        """For exact releases in which no value returns: a repeat leaves no row behind."""
        values: set[tuple[object, float]] = set()
        distinct = []
        for each in sorted(offered, key=lambda each: each.known_at):
            if (each.period, each.value) not in values:
                values.add((each.period, each.value))
                distinct.append(each)
        order = data.draw(st.permutations(distinct))
        with open_record(":memory:") as record:
            for number, each in enumerate(order):
                record.load(of_releases([each], name=str(number)))
            for as_of in sorted({each.known_at for each in distinct}):
                assert view(record, as_of) == expected(distinct, as_of)

    @settings(max_examples=6)
    @given(offered=releases(), as_of=MOMENTS)
    def test_both_databases_read_alike(
        self, postgresql: Cluster, offered: list[Release], as_of: datetime
    ) -> None:
        with open_record(postgresql.database()) as one, open_record(":memory:") as other:
            for each in (one, other):
                each.load(of_releases(offered), recorded_at=LOADED)
            assert one.panel(None, as_of).equals(other.panel(None, as_of))
            assert one.vintages(KEYS).equals(other.vintages(KEYS))
