"""Loads: everything or nothing, every bad row named, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from corredor.errors import InputError, LoadError, Rejection
from corredor.record import Batch, Record, open_record
from corredor.record.entries import SeriesKind
from tests.record.samples import (
    COMMITMENT,
    ENTRIES,
    EVENT,
    EVIDENCE,
    GROUP,
    LOADED,
    SITE,
    SOURCE,
    STATEMENT,
    batch,
    figure,
    full_batch,
    moment,
    series,
)


class TestRoundTrip:
    def test_every_entry_comes_back_as_it_was(self, record: Record) -> None:
        record.load(full_batch())
        ever = moment("2100-01-01")
        assert record.events(ever) == ENTRIES["events"]
        assert record.statements(ever) == ENTRIES["statements"]
        assert record.commitments(ever) == ENTRIES["commitments"]
        assert record.evidence(ever) == ENTRIES["evidence"]
        assert record.groups(ever) == ENTRIES["groups"]
        assert record.sites(ever) == ENTRIES["sites"]
        assert record.sources()["agency.release"] == SOURCE
        assert record.series() == [series()]
        assert record.series("b.*") == []

    def test_entries_known_later_are_not_there_yet(self, record: Record) -> None:
        record.load(full_batch())
        assert record.evidence(moment("2024-01-04")) == []
        assert record.evidence(moment("2024-01-05")) == [EVIDENCE]
        assert record.evidence(moment("2024-01-05"), recorded_by=moment("2020-01-01")) == []


class TestReport:
    def test_the_first_and_the_second_time(self, record: Record) -> None:
        first = record.load(full_batch(), recorded_at=LOADED)
        assert first.changed
        assert first.load_id == 1
        assert first.recorded_at == LOADED
        assert first.added["figure"] == 2
        assert first.summary() == (
            "test: added 2 sources, 1 series, 1 event, 1 statement, 1 commitment, 1 evidence, "
            "1 group report, 1 site report, 2 figures"
        )
        second = record.load(full_batch(), recorded_at=moment("2024-07-01"))
        assert not second.changed
        assert second.load_id is None
        assert second.summary().startswith("test: nothing new: 2 sources, 1 series")
        assert second.summary().endswith("2 figures already recorded")
        assert len(record.audit.rows()) == 1

    def test_an_empty_batch(self, record: Record) -> None:
        assert record.load(Batch("nothing")).summary() == "nothing: nothing new"

    def test_the_audit_names_who_loaded_what(self, record: Record) -> None:
        record.load(full_batch(), actor="clerk-1", recorded_at=LOADED)
        (row,) = record.audit.rows()
        assert (row["actor"], row["action"], row["object"], row["at"]) == ("clerk-1", "load", "test", LOADED)
        assert row["detail"]["counts"]["figure"] == 2


def rejections(record: Record, offered: Batch) -> tuple[Rejection, ...]:
    with pytest.raises(LoadError) as caught:
        record.load(offered)
    assert record.series() == []
    assert record.audit.rows() == []
    return caught.value.rejections


NOVEMBER = date(2023, 11, 1)


class TestBadFigures:
    @pytest.mark.parametrize(
        ("changes", "field", "expected"),
        [
            ({"series": "unknown"}, "series", "the key of a series"),
            ({"source": "unknown"}, "source", "the id of a source"),
            ({"source": None}, "source", "the id of a source"),
            ({"start": None}, "start", "a date"),
            ({"end": None}, "end", "a date"),
            ({"end": NOVEMBER}, "end", "after the start"),
            ({"known_at": None}, "known_at", "the moment"),
            ({"value": None}, "value", "a number, or low and high"),
            ({"value": float("nan")}, "value", "finite"),
            ({"value": float("inf")}, "value", "finite"),
            ({"low": 9.0, "high": 5.0}, "high", "at least low"),
            ({"value": 1.0, "low": 2.0, "high": 3.0}, "value", "from low to high"),
            ({"value": -1.0}, "value", "0 or more"),
            ({"rounded_to": 0.0}, "rounded_to", "above 0"),
            ({"flags": 16}, "flags", "a sum of flags"),
            ({"known_at": moment("2023-10-30")}, "known_at", "not before the period"),
        ],
        ids=str,
    )
    def test_each_is_named(
        self, changes: dict[str, object], field: str, expected: str, opened: Callable[[str], Record]
    ) -> None:
        bad = {**figure(5.0, "2023-12-22", line=3), **changes}
        offered = batch(figure(1.0, "2023-12-22", line=2, month=date(2023, 10, 1)), bad, series=[series()])
        (found,) = rejections(opened(":memory:"), offered)
        assert (found.file, found.line, found.field) == ("test", 3, field)
        assert expected in found.expected

    def test_what_may_be_negative_or_announced(self, opened: Callable[[str], Record]) -> None:
        record = opened(":memory:")
        change = series("net.month", unit="net arrivals")
        beds = series("beds.month", kind=SeriesKind.STOCK)
        record.load(
            batch(
                figure(-5.0, "2023-12-22", key="net.month"),
                figure(500.0, "2023-10-01", key="beds.month"),
                series=[change, beds],
            )
        )
        assert record.panel(None, LOADED).height == 2

    def test_two_values_for_one_moment_name_both_lines(self, record: Record) -> None:
        offered = batch(figure(5.0, "2023-12-22", line=2), figure(6.0, "2023-12-22", line=9))
        found = rejections(record, offered)
        assert [each.line for each in found] == [2, 9]
        assert all("lines 2 and 9 differ" in each.expected for each in found)

    def test_the_same_row_twice_is_one(self, record: Record) -> None:
        report = record.load(batch(figure(5.0, "2023-12-22", line=2), figure(5.0, "2023-12-22", line=3)))
        assert (report.added["figure"], report.unchanged["figure"]) == (1, 1)

    def test_a_frame_without_its_columns(self, record: Record) -> None:
        with pytest.raises(InputError, match="the figures lack source"):
            record.load(batch(figures=batch().figures.drop("source", "line")))


class TestBadEntries:
    @pytest.mark.parametrize(
        ("part", "entry", "field"),
        [
            ("events", replace(EVENT, source="unknown"), "event bridge-closed: source"),
            ("events", replace(EVENT, known_at=moment("2023-11-28").replace(tzinfo=None)), "known_at"),
            ("events", replace(EVENT, id=" "), "id"),
            ("statements", replace(STATEMENT, quantity_high=1.0), "quantity_high"),
            ("statements", replace(STATEMENT, quantity_low=-1.0), "quantity_low"),
            (
                "statements",
                replace(STATEMENT, period_start=date(2023, 12, 1), period_end=date(2023, 11, 1)),
                "period_end",
            ),
            ("evidence", replace(EVIDENCE, commitment="unknown"), "commitment"),
            ("groups", replace(GROUP, size_low=float("nan")), "size_low"),
            ("groups", replace(GROUP, lat=91.0), "lat"),
            ("sites", replace(SITE, occupied=-1.0), "occupied"),
            ("series", series(zone="America/Nowhere"), "zone"),
        ],
        ids=str,
    )
    def test_each_is_named(
        self, part: str, entry: object, field: str, opened: Callable[[str], Record]
    ) -> None:
        parts: dict[str, Any] = {"commitments": [COMMITMENT], part: [entry]}
        (found,) = rejections(opened(":memory:"), batch(**parts))
        assert found.field.endswith(field)

    def test_two_contents_for_one_id(self, record: Record) -> None:
        (found,) = rejections(record, batch(events=[EVENT, replace(EVENT, note="other")]))
        assert "one content for one id" in found.expected


class TestSkipBad:
    def test_the_others_are_loaded_and_the_bad_rows_listed(self, record: Record) -> None:
        parsed = Rejection("file.csv", 7, "value", "x", "a number")
        offered = batch(
            figure(5.0, "2023-12-22", line=2),
            figure(-6.0, "2024-01-26", line=3),
            figure(7.0, "2024-01-26", line=4, series="unknown"),
            series=[series()],
            events=[EVENT, replace(EVENT, id="second", source="unknown")],
            rejections=[parsed],
        )
        report = record.load(offered, skip_bad=True)
        assert report.rejections[0] == parsed
        assert [each.line for each in report.rejections] == [7, 0, 3, 4]
        assert record.panel(None, LOADED)["value"].to_list() == [5.0]
        assert record.events(LOADED) == [EVENT]

    def test_without_it_the_parsers_rejections_refuse_the_batch(self, record: Record) -> None:
        parsed = Rejection("file.csv", 7, "value", "x", "a number")
        with pytest.raises(LoadError, match=r"1 bad row, nothing was loaded.*file\.csv, line 7"):
            record.load(batch(figure(5.0, "2023-12-22"), rejections=[parsed]))
        assert record.series() == []

    def test_figures_of_a_bad_series_go_with_it(self, record: Record) -> None:
        offered = batch(figure(5.0, "2023-12-22", line=2), series=[series(zone="nowhere")])
        report = record.load(offered, skip_bad=True)
        assert [each.field.split()[-1] for each in report.rejections] == ["zone", "series"]
        assert record.panel(None, LOADED).is_empty()


class TestTogether:
    def test_two_loads_of_one_batch_at_once(self, record_url: str, opened: Callable[[str], Record]) -> None:
        opened(record_url)
        rows = [figure(float(n), "2024-06-01", month=date(1980 + n // 12, n % 12 + 1, 1)) for n in range(500)]
        offered = batch(*rows)
        reports = []
        start = threading.Barrier(2)

        def work() -> None:
            with open_record(record_url) as record:
                start.wait()
                reports.append(record.load(offered))

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(report.changed for report in reports) == [False, True]
        assert opened(record_url).vintages("a.total.month").height == 500

    def test_readers_go_on_during_a_load(self, record_url: str, opened: Callable[[str], Record]) -> None:
        writer, reader = opened(record_url), opened(record_url)
        writer.load(full_batch())
        with writer._database.writing():
            assert reader.panel(None, LOADED).height == 1

    def test_a_fraction_and_a_large_number_keep_every_digit(self, record: Record) -> None:
        numbers = [1 / 3, 2.0**53 + 2, 1e-12, 123_456_789.123456]
        rows = [figure(n, "2024-06-01", month=date(2023, m, 1)) for m, n in enumerate(numbers, start=1)]
        record.load(batch(*rows))
        assert record.vintages("a.total.month")["value"].to_list() == numbers
        assert record.audit.verify().intact
        assert record.vintages("a.total.month").select(pl.col("value").is_finite().all()).item()
