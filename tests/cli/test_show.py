"""``corredor status``, ``series`` and ``figures``: tables for people and for machines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Corredor

USBP = "cbp.encounters.southwest.usbp.month"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class TestStatus:
    def test_text(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("status", "--as-of", "2023-12-28", record=embedded_file)
        rows = done.out.splitlines()
        assert rows[0].split() == ["place", "modes", "direction", "status", "since"]
        told = {(row.split()[0], *row.split()[2:4]) for row in rows}
        assert ("poe.eagle-pass.bridge-1", "northbound", "closed") in told
        assert all(len(row) <= 100 for row in rows)
        # No hour was reported, so none is shown.
        assert any(row.startswith("poe.lukeville.lukeville") and row.endswith("2023-12-04") for row in rows)
        assert len(rows) == 8

    def test_json_and_csv_say_the_same(self, corredor: Corredor, embedded_file: Path) -> None:
        words = ("status", "--as-of", "2023-12-28", "--format")
        found = json.loads(corredor(*words, "json", record=embedded_file).out)
        table = rows_of(corredor(*words, "csv", record=embedded_file).out)
        assert [row["place"] for row in found] == [row["place"] for row in table]
        morley = next(row for row in found if row["place"] == "poe.nogales.morley")
        assert (morley["status"], morley["since"]) == ("closed", None)
        bridge = next(row for row in found if row["place"] == "poe.eagle-pass.bridge-1")
        assert (bridge["modes"], bridge["since"], bridge["precision"], bridge["source"]) == (
            "vehicle",
            "2023-11-27T15:00-06:00",
            "minute",
            "cbp.statement.2023-11-27",
        )

    def test_at_an_instant_as_known_at_a_moment(self, corredor: Corredor, embedded_file: Path) -> None:
        """The reopening of 4 January, announced on the 2nd, seen for the 5th from three days."""

        def bridge(as_of: str) -> str:
            words = ("status", "--as-of", as_of, "--at", "2024-01-05", "--format", "json")
            rows = json.loads(corredor(*words, record=embedded_file).out)
            return next(str(row["status"]) for row in rows if row["place"] == "poe.eagle-pass.bridge-1")

        assert [bridge(day) for day in ("2024-01-01", "2024-01-02", "2024-01-06")] == [
            "closed",
            "open",
            "open",
        ]

    def test_nothing_to_tell(self, corredor: Corredor, embedded_file: Path) -> None:
        assert corredor("status", "--as-of", "1990-01-01", record=embedded_file).out == "nothing\n"
        words = ("status", "--as-of", "1990-01-01", "--format", "json")
        assert json.loads(corredor(*words, record=embedded_file).out) == []


class TestSeries:
    def test_by_pattern(self, corredor: Corredor, embedded_file: Path) -> None:
        words = ("series", "cbp.encounters.southwest.*.month", "--format", "json")
        found = json.loads(corredor(*words, record=embedded_file).out)
        assert USBP in [row["key"] for row in found]
        assert {tuple(row) for row in found} == {("key", "title", "unit", "publisher")}
        assert all(row["key"].startswith("cbp.encounters.southwest.") for row in found)

    def test_all(self, corredor: Corredor, embedded_file: Path) -> None:
        rows = corredor("series", record=embedded_file).out.splitlines()
        assert len(rows) > 500
        assert rows[0].split() == ["key", "title", "unit", "publisher"]

    def test_none(self, corredor: Corredor, embedded_file: Path) -> None:
        assert corredor("series", "x.*", record=embedded_file).out == "nothing\n"


class TestFigures:
    def test_as_known_then(self, corredor: Corredor, embedded_file: Path) -> None:
        def november(*words: str) -> list[dict[str, str]]:
            done = corredor("figures", USBP, *words, "--format", "csv", record=embedded_file)
            return [row for row in rows_of(done.out) if row["start"] == "2023-11-01"]

        assert [row["value"] for row in november("--as-of", "2023-12-28")] == ["191113"]
        assert [row["value"] for row in november()] == ["191106"]
        assert [row["value"] for row in november("--vintages")] == ["191113", "191106"]
        assert november("--as-of", "2023-12-28")[0]["source"] == "cbp.release.2023-12-22"

    def test_json_has_numbers_and_moments(self, corredor: Corredor, embedded_file: Path) -> None:
        words = ("figures", USBP, "--as-of", "2023-12-28", "--format", "json")
        last = json.loads(corredor(*words, record=embedded_file).out)[-1]
        assert (last["value"], last["end"]) == (191113.0, "2023-12-01")
        assert last["known_at"] == "2023-12-23T05:00:00+00:00"

    @pytest.mark.parametrize("format_", ["text", "csv"])
    def test_one_row_a_period(self, corredor: Corredor, embedded_file: Path, format_: str) -> None:
        words = ("figures", USBP, "--as-of", "2023-12-28", "--format", format_)
        rows = corredor(*words, record=embedded_file).out.splitlines()
        periods = [row.replace(",", " ").split()[0] for row in rows[1:]]
        assert len(periods) == len(set(periods)) > 100
        assert periods == sorted(periods)
