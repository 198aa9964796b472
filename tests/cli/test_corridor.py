"""``corredor corridor``: a folder is checked, its descriptor written."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Corredor
from tests.corridor.folders import change


class TestCheck:
    def test_a_good_folder(self, corredor: Corredor, folder: Path) -> None:
        done = corredor("corridor", "check", folder)
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines()[-1].startswith("0 errors, ")

    def test_a_bad_folder_with_everything_that_is_wrong(self, corredor: Corredor, folder: Path) -> None:
        change(
            folder,
            "legs.csv",
            "gt.start--mx.north.rail,gt.start,mx.north",
            "gt.start--mx.south.rail,gt.start,mx.south",
        )
        change(folder, "places.csv", "America/Chicago", "America/Chicagoo")
        change(folder, "crossings.csv", "24h,2303,,,", "24h,2303,-5,,")
        done = corredor("corridor", "check", folder)
        assert done.code == 1
        rows = done.out.splitlines()
        assert any("legs.csv, line 2" in row and "mx.south" in row for row in rows)
        assert any("places.csv, line 4" in row and "America/Chicagoo" in row for row in rows)
        assert any("crossings.csv, line 3" in row and "-5" in row for row in rows)
        errors = sum(row.startswith("error: ") for row in rows)
        assert rows[-1].startswith(f"{errors} errors, ")
        assert errors >= 3

    def test_no_folder(self, corredor: Corredor, tmp_path: Path) -> None:
        done = corredor("corridor", "check", tmp_path / "none")
        assert done.code == 1
        assert "no such folder" in done.out + done.err
        assert "Traceback" not in done.err


class TestDescribe:
    def test_names_every_file(self, corredor: Corredor, folder: Path) -> None:
        path = folder / "datapackage.json"
        text = path.read_text(encoding="utf-8")
        found = json.loads(text)
        found["resources"] = []
        path.write_text(json.dumps(found), encoding="utf-8")
        done = corredor("corridor", "describe", folder)
        assert (done.code, done.out) == (0, f"{path}\n")
        assert path.read_text(encoding="utf-8") == text

    def test_without_a_head(self, corredor: Corredor, folder: Path) -> None:
        (folder / "datapackage.json").unlink()
        done = corredor("corridor", "describe", folder)
        assert (done.code, done.out) == (1, "")
        (line,) = done.complaints
        assert "datapackage.json: is missing" in line
