"""What a folder lets its brief show: brief.toml and the outline of the land, read and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from corredor.corridor.check import check_folder
from corredor.corridor.folder import read_head
from corredor.corridor.selection import Selection, matching, or_default, read_outline, read_selection
from corredor.errors import CorridorError
from corredor.record.entries import Frequency, Series, SeriesKind
from tests.corridor.folders import make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "valley")


def series(key: str, frequency: Frequency, kind: SeriesKind, breakdown: str = "") -> Series:
    return Series(key, key, "crossings", "people", "p", frequency, kind, "agency", "UTC", breakdown=breakdown)


class TestRead:
    def test_the_embedded_one_names_series_that_are_there(self, embedded):
        chosen = read_selection()
        keys = [entry.key for entry in embedded.series()]
        for part in (chosen.headline, chosen.parts, chosen.upstream, chosen.weekly, chosen.reception):
            assert part
            assert all(matching([pattern], keys) for pattern in part)
        assert set(chosen.labels) <= set(keys)
        assert chosen.outline is not None

    def test_a_folder_without_it(self, folder: Path):
        assert read_selection(folder) == Selection()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("headline = [", "cannot be read"),
            ("headlines = []", "unknown part 'headlines'"),
            ("headline = 3", "headline is not a list"),
            ("headline = [3]", "headline is not a list"),
            ('[labels]\n"a.b" = "A"', "the label of a.b"),
            ("labels = 3", "the label of labels"),
        ],
    )
    def test_what_is_wrong_is_said_by_reader_and_check(self, folder: Path, text: str, said: str):
        (folder / "brief.toml").write_text(text, encoding="utf-8")
        with pytest.raises(CorridorError, match=said):
            read_selection(folder)
        assert [found for found in check_folder(folder) if found.file == "brief.toml" and said in str(found)]

    @pytest.mark.parametrize("text", ["garbage", "[]", '{"type": "FeatureCollection"}'])
    def test_an_outline_that_is_none(self, folder: Path, text: str):
        path = folder / "outline.geojson"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CorridorError):
            read_outline(path)
        assert [found for found in check_folder(folder) if found.file == "outline.geojson"]

    @pytest.mark.parametrize("name", ["../../evil", "Valley", "a/b", ".hidden", ""])
    def test_a_name_that_is_no_file_name(self, folder: Path, name: str):
        path = folder / "datapackage.json"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"name": "valley"', f'"name": "{name}"'), encoding="utf-8")
        with pytest.raises(CorridorError, match="has the name"):
            read_head(folder)


class TestDefault:
    FOUND = (
        series("a.month", Frequency.MONTH, SeriesKind.FLOW),
        series("a.by-mode.month", Frequency.MONTH, SeriesKind.FLOW, "mode=foot"),
        series("b.stock", Frequency.IRREGULAR, SeriesKind.STOCK),
        series("c.week", Frequency.WEEK, SeriesKind.FLOW),
    )

    def test_shows_monthly_flows_and_stocks(self):
        assert or_default(None, self.FOUND) == Selection(headline=("a.month",), reception=("b.stock",))

    def test_gives_way_to_what_is_declared(self):
        assert or_default(Selection(parts=("x",)), self.FOUND) == Selection(parts=("x",))

    def test_patterns_keep_their_order_and_give_each_key_once(self):
        assert matching(["b*", "*"], ["a", "b2", "b1"]) == ["b1", "b2", "a"]
