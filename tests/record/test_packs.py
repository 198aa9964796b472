"""Packs of figures: a reading is the same with them and without, and they cannot lie unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.errors import RecordError
from corredor.record import Record, open_record, stored
from tests.record.samples import MOMENTS, batch, figure, of_releases, releases
from tests.record.test_audit import tamper
from tests.record.test_figures import expected, view
from tests.reference.record import Release

EVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_packs() -> Iterator[None]:
    """Packs from two rows on, of at most three."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored, "PACK_FROM", 2)
        patch.setattr(stored, "PACK_MOST", 3)
        yield


def ranges(record: Record) -> list[tuple[int, int]]:
    with record._database.reading() as connection:
        found = connection.exec_driver_sql("SELECT first_row, last_row FROM figure_pack ORDER BY first_row")
        return [(row[0], row[1]) for row in found]


def loaded(record: Record, *values: float, first: int = 0) -> None:
    rows = (figure(value, "2024-01-01", key=f"s.{n}.month") for n, value in enumerate(values, first))
    record.load(batch(*rows, name=f"from {first}"))


class TestPacking:
    def test_a_load_packs_what_is_outside_every_pack(self, record: Record) -> None:
        loaded(record, 1.0)
        assert ranges(record) == []
        loaded(record, 2.0, 3.0, 4.0, first=1)
        assert ranges(record) == [(1, 3), (4, 4)]
        loaded(record, 5.0, first=4)
        loaded(record, 6.0, first=5)
        assert ranges(record) == [(1, 3), (4, 4), (5, 6)]
        assert record.panel(None, EVER)["value"].to_list() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        assert record.audit.verify().intact

    def test_what_is_kept_goes_on_from_the_middle_of_a_pack(self, record_url: str, record: Record) -> None:
        loaded(record, 1.0)
        assert record.panel(None, EVER).height == 1
        with open_record(record_url) as other:
            loaded(other, 2.0, 3.0, first=1)
        assert ranges(record) == [(1, 3)]
        assert record.panel(None, EVER)["value"].to_list() == [1.0, 2.0, 3.0]

    def test_every_column_comes_back(self, record_url: str, record: Record) -> None:
        rows = [
            figure(1 / 3, "2023-12-22", low=0.1, high=2.5, flags=12),
            figure(None, "2023-12-23", low=1e-9, key="b.total.month"),
            figure(190.0, "2023-12-24", rounded_to=10.0, key="c.total.month"),
        ]
        record.load(batch(*rows))
        assert ranges(record) == [(1, 3)]
        with record._database.reading() as connection:
            one_by_one = stored.rows_between(connection, 1, 3)
            assert stored.unpack(connection, 1).equals(one_by_one.sort("row_id"))

    @settings(max_examples=8)
    @given(st.lists(releases(most=6), min_size=1, max_size=2), MOMENTS)
    def test_readings_are_the_same(self, loads: list[list[Release]], as_of: datetime) -> None:
        with pytest.MonkeyPatch.context() as patch:
            readings = []
            for enough in (2, 1_000):
                patch.setattr(stored, "PACK_FROM", enough)
                with open_record(":memory:") as record:
                    for number, each in enumerate(loads):
                        record.load(of_releases(each, name=str(number)), recorded_at=EVER)
                    readings.append(record.panel(None, as_of))
                    if len(loads) == 1:
                        assert view(record, as_of) == expected(loads[0], as_of)
            assert readings[0].equals(readings[1])


class TestErasing:
    def test_what_is_erased_leaves_its_pack(self, record_url: str, record: Record) -> None:
        loaded(record, 1.0, 1234.0, 3.0, 4.0)
        assert record.panel(None, EVER).height == 4
        record.erase("figure", 2, order="Court", reason="ordered", actor="admin")
        assert ranges(record) == [(1, 3), (4, 4)]
        with record._database.reading() as connection:
            packed = [stored.unpack(connection, pack) for _, _, pack in stored.spans(connection) if pack]
        assert [row for frame in packed for row in frame["row_id"]] == [1, 3, 4]
        for each in (record, open_record(record_url)):
            assert each.panel(None, EVER)["value"].to_list() == [1.0, 3.0, 4.0]
            assert each.audit.verify().intact
            each.close()

    def test_a_whole_pack(self, record: Record) -> None:
        loaded(record, 1.0, 2.0)
        for row in (1, 2):
            record.erase("figure", row, order="Court", reason="ordered", actor="admin")
        assert record.panel(None, EVER).is_empty()
        loaded(record, 5.0, 6.0, 7.0, first=4)
        assert record.panel(None, EVER)["value"].to_list() == [5.0, 6.0, 7.0]
        assert record.audit.verify().intact

    def test_only_a_pack_that_held_it_may_go(self, record: Record) -> None:
        loaded(record, 1.0, 2.0, 3.0, 4.0)
        record.erase("figure", 4, order="Court", reason="ordered", actor="admin")
        with (
            pytest.raises(RecordError, match="append-only"),
            record._database.writing() as connection,
        ):
            connection.exec_driver_sql("DELETE FROM figure_pack WHERE first_row = 1")


class TestTampering:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "record.sqlite"
        with open_record(path) as record:
            loaded(record, 1.0, 2.0, 3.0, 4.0)
        return path

    @pytest.mark.parametrize(
        ("statement", "finding"),
        [
            ("UPDATE figure_pack SET data = x'00' WHERE row_id = 1", "pack 1 of the figures is damaged"),
            ("UPDATE figure_pack SET first_row = 2 WHERE row_id = 1", "pack 1 has other figures"),
            ("UPDATE figure SET value = 9 WHERE row_id = 4", "pack 2 has other figures than the rows 4 to 4"),
            ("INSERT INTO figure_pack SELECT 3, 2, 3, data FROM figure_pack LIMIT 1", "pack 3 of"),
        ],
    )
    def test_it_is_found(self, path: Path, statement: str, finding: str) -> None:
        tamper(path, statement)
        with open_record(path) as record:
            findings = record.audit.verify().findings
        assert any(line.startswith(finding) for line in findings), findings

    def test_a_damaged_pack_is_one_clear_line(self, path: Path) -> None:
        tamper(path, "UPDATE figure_pack SET data = x'00'")
        with (
            open_record(path) as record,
            pytest.raises(RecordError, match="pack 1 of the figures is damaged"),
        ):
            record.panel(None, EVER)

    def test_a_missing_pack_costs_time_and_nothing_else(self, path: Path) -> None:
        tamper(path, "DELETE FROM figure_pack WHERE row_id = 1")
        with open_record(path) as record:
            assert record.panel(None, EVER)["value"].to_list() == [1.0, 2.0, 3.0, 4.0]
            assert record.audit.verify().intact
