"""``corredor brief``: formats, files, languages, moments, corridors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Corredor
from tests.corridor.folders import change

DAY = ("--as-of", "2023-12-28")


class TestFormats:
    def test_text_is_plain_in_a_pipe(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("brief", *DAY, record=embedded_file)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Corridor brief, 28 December 2023\n")
        assert "\x1b" not in done.out
        assert "191,113" in done.out

    def test_json(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("brief", *DAY, "--format", "json", "--lang", "es", record=embedded_file)
        found = json.loads(done.out)
        assert (found["corridor"], found["lang"], found["schema_version"]) == ("us-mexico", "es", "1.0")
        assert found["flows"][0]["value"] == 191113.0
        assert found["as_of"] == "2023-12-29T05:00:00Z"
        assert "poe.eagle-pass.bridge-1" in [line["place"] for line in found["crossings"]]

    def test_markdown(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("brief", *DAY, "--format", "md", "--lang", "es", record=embedded_file)
        assert done.out.startswith("# Informe del corredor, 28 de diciembre de 2023\n")

    def test_html_in_a_file(self, corredor: Corredor, folder: Path, record: Path, tmp_path: Path) -> None:
        path = tmp_path / "new" / "brief.html"
        done = corredor("brief", *DAY, "--corridor", folder, "--format", "html", "-o", path, record=record)
        assert (done.code, done.out) == (0, "")
        text = path.read_text(encoding="utf-8")
        assert text.startswith("<!doctype html>\n")
        assert text.count("<svg") == 1
        assert list(path.parent.iterdir()) == [path]

    def test_on_a_terminal_status_has_colour(
        self, corredor: Corredor, embedded_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        done = corredor("brief", *DAY, record=embedded_file)
        assert "\x1b[33m" in done.out
        closed = [row for row in done.out.split("\n") if "Lukeville crossing · all" in row]
        assert closed
        assert all("\x1b[33m" in row for row in closed)


class TestFiles:
    def test_a_file_is_replaced_whole(self, corredor: Corredor, embedded_file: Path, tmp_path: Path) -> None:
        path = tmp_path / "brief.txt"
        path.write_text("old\n" * 10_000, encoding="utf-8")
        assert corredor("brief", *DAY, "-o", path, record=embedded_file).code == 0
        text = path.read_text(encoding="utf-8")
        assert text.startswith("Corridor brief")
        assert "old" not in text.split("\n")

    def test_where_no_file_can_be_written(
        self, corredor: Corredor, embedded_file: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("kept", encoding="utf-8")
        for path in (tmp_path / "file" / "brief.txt", Path("/proc/brief.txt"), tmp_path):
            done = corredor("brief", "--as-of", "1990-01-01", "-o", path, record=embedded_file)
            assert (done.code, done.out) == (1, "")
            assert done.err.startswith(f"corredor: {path}: cannot be written: ")
            assert done.err.count("\n") == 1
        assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"
        assert [path.name for path in tmp_path.rglob("*.part")] == []
        assert [path.name for path in tmp_path.parent.glob("*.part")] == []


class TestMoments:
    def test_since_and_hindsight(self, corredor: Corredor, embedded_file: Path) -> None:
        words = ("brief", "--since", "2023-12-28", "--as-of", "2024-12-31", "--format", "json")
        found = json.loads(corredor(*words, record=embedded_file).out)
        revised = [line for line in found["changes"] if line["kind"] == "revised figure"]
        assert (191113.0, 191106.0) in [(line["before"], line["after"]) for line in revised]
        later = json.loads(
            corredor("brief", *DAY, "--hindsight", "--format", "json", record=embedded_file).out
        )
        assert later["forecasts"][0]["outcome"]["value"] == 249740.0

    def test_a_moment_with_its_zone(self, corredor: Corredor, embedded_file: Path) -> None:
        """CBP's statement of 22 December was known in the evening, not in the morning."""
        words = ("status", "--format", "json", "--as-of")
        morning = json.loads(corredor(*words, "2023-12-22T08:00-05:00", record=embedded_file).out)
        status = {row["place"]: row["status"] for row in morning}
        assert status["poe.eagle-pass.rail"] == "closed"


class TestOtherCorridors:
    def test_has_a_record_of_its_own(self, corredor: Corredor, folder: Path, own_home: Path) -> None:
        done = corredor("brief", "--corridor", folder, *DAY)
        assert done.code == 0, done.err
        assert "2 crossings closed" in done.out
        assert done.err.startswith("Loading the corridor The valley into ")
        assert (own_home / "data" / "corredor" / "valley.sqlite").is_file()
        assert corredor("brief", "--corridor", folder, *DAY).err == ""

    def test_in_a_record_that_holds_another(
        self, corredor: Corredor, folder: Path, embedded_file: Path
    ) -> None:
        done = corredor("brief", "--corridor", folder, record=embedded_file)
        assert (done.code, done.out) == (1, "")
        assert "holds the corridor 'us-mexico', not 'valley'" in done.err
        assert "CORREDOR_DATABASE_URL" in done.err

    def test_bad_rows_are_all_listed_and_nothing_is_loaded(
        self, corredor: Corredor, folder: Path, record: Path
    ) -> None:
        change(folder, "figures/agency.csv", ",100,", ",many,")
        change(folder, "figures/agency.csv", ",120,", ",more,")
        change(folder, "events.csv", "2023-12-20.bridge.closed,", "2023-12-20.bridge.closed.,")
        change(folder, "events.csv", ",closed,2023-12-20,day", ",closed,soon,day")
        done = corredor("brief", "--corridor", folder, *DAY, record=record)
        assert (done.code, done.out) == (1, "")
        rows = [row for row in done.err.split("\n") if row and not row.startswith("Loading")]
        assert any("agency.csv, line 2, value: 'many'" in row for row in rows)
        assert any("agency.csv, line 3, value: 'more'" in row for row in rows)
        assert any("events.csv, line 3, at: 'soon'" in row for row in rows)
        assert rows[-1].startswith("corredor: ")
        assert "nothing was loaded" in rows[-1]
        counts = corredor("record", "where", record=record).out
        assert "figure  0" in counts
        assert "event  0" in counts

    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_without_a_selection(self, corredor: Corredor, folder: Path, record: Path, lang: str) -> None:
        for path in (folder / "series.csv", folder / "figures" / "agency.csv"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("mode=foot", ""), encoding="utf-8")
        for format_ in ("text", "md", "json"):
            words = ("brief", "--corridor", folder, *DAY, "--lang", lang, "--format", format_)
            done = corredor(*words, record=record)
            assert done.code == 0, done.err
            assert {"en": "Crossings · Nov 2023", "es": "Cruces · nov 2023"}[lang] in done.out
            assert "120" in done.out

    def test_a_selection_that_cannot_be_read(self, corredor: Corredor, folder: Path, record: Path) -> None:
        for text, told in (
            ("headline = [", "cannot be read"),
            ('headlines = ["a.*"]', "unknown part 'headlines'"),
            ('headline = "a.*"', "headline is not a list of texts"),
            ('[labels]\n"a.b" = "A"', "the label of a.b cannot be read"),
        ):
            (folder / "brief.toml").write_text(text, encoding="utf-8")
            done = corredor("brief", "--corridor", folder, *DAY, record=record)
            assert (done.code, done.out) == (1, "")
            assert f"brief.toml: {told}" in done.err


class TestMomentsAhead:
    def test_a_later_day_is_refused(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("brief", "--as-of", "2999-01-01", record=embedded_file)
        assert done.code == 1
        assert "--as-of 2999-01-01 lies ahead" in done.err

    def test_an_empty_day_is_refused(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("brief", "--as-of", "", record=embedded_file)
        assert done.code == 1
        assert "cannot read '' as a moment" in done.err

    def test_before_any_figure_that_is_said(self, corredor: Corredor, embedded_file: Path) -> None:
        done = corredor("brief", "--as-of", "1995-01-01", record=embedded_file)
        assert "No figures are known at this moment." in done.out
