"""``corredor record`` and ``corredor audit``: where it is, corrections, seals."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import pytest

from corredor.record import open_record
from tests.cli.conftest import Corredor


@pytest.fixture
def held(corredor: Corredor, folder: Path, record: Path) -> Path:
    """A record that holds the small corridor."""
    assert corredor("series", "--corridor", folder, record=record).code == 0
    return record


@pytest.fixture
def statuses(corredor: Corredor, folder: Path, held: Path):
    """The places that are not open."""

    def read(*words: str) -> set[str]:
        words = ("status", "--corridor", str(folder), "--as-of", "2023-12-28", "--format", "json", *words)
        return {row["place"] for row in json.loads(corredor(*words, record=held).out)}

    return read


RAIL = "2023-12-18.rail.closed"


class TestWhere:
    def test_says_which_and_how_much(self, corredor: Corredor, held: Path) -> None:
        rows = corredor("record", "where", record=held).out.splitlines()
        assert rows[0] == str(held)
        counts = dict(row.split("  ") for row in rows[1:])
        assert (counts["figure"], counts["event"], counts["statement"]) == ("3", "2", "1")

    def test_a_password_is_not_shown(self, corredor: Corredor) -> None:
        done = corredor("record", "where", record="postgresql://me:secret@127.0.0.1:1/corredor")
        assert (done.code, done.out) == (1, "")
        assert "secret" not in done.err
        assert len(done.complaints) == 1


class TestRetract:
    def test_takes_a_row_out(self, corredor: Corredor, held: Path, statuses) -> None:
        assert "poe.river.rail" in statuses()
        done = corredor("record", "retract", "event", RAIL, "--reason", "Another bridge.", record=held)
        assert (done.code, done.out, done.err) == (0, f"event {RAIL}: retracted\n", "")
        assert "poe.river.rail" not in statuses()
        # The row itself stays.
        with sqlite3.connect(held) as connection:
            assert connection.execute("SELECT count(*) FROM event").fetchone() == (2,)

    def test_by_the_publisher_from_a_moment_on(self, corredor: Corredor, held: Path, statuses) -> None:
        words = ("record", "retract", "event", RAIL, "--reason", "Withdrawn.", "--publisher")
        assert corredor(*words, record=held).code == 1
        assert corredor(*words, "--known-at", "2024-02-01", record=held).code == 0
        assert "poe.river.rail" in statuses()
        assert "poe.river.rail" not in statuses("--as-of", "2024-02-02")

    def test_a_figure_by_its_number(self, corredor: Corredor, held: Path, folder: Path) -> None:
        with open_record(held) as record:
            rows = record.vintages("agency.crossings.month")
            number = str(rows["id"][0])
        assert (
            corredor("record", "retract", "figure", number, "--reason", "Typed wrong.", record=held).code == 0
        )
        words = ("figures", "agency.crossings.month", "--corridor", str(folder), "--format", "json")
        found = json.loads(corredor(*words, record=held).out)
        assert [row["start"] for row in found] == ["2023-11-01"]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("event", "no-such-event"), "no-such-event"),
            (("figure", "77"), "77"),
            (("figure", "a.key"), "'a.key'"),
            (("series", "agency.crossings.month"), "'series'"),
        ],
    )
    def test_what_cannot_be(self, corredor: Corredor, held: Path, words: tuple[str, ...], told: str) -> None:
        done = corredor("record", "retract", *words, "--reason", "No.", record=held)
        assert (done.code, done.out) == (1, "")
        assert told in done.complaints[0]

    def test_needs_a_reason(self, corredor: Corredor, held: Path) -> None:
        assert corredor("record", "retract", "event", RAIL, record=held).code == 2
        assert corredor("record", "retract", "event", RAIL, "--reason", " ", record=held).code == 1


class TestErase:
    WORDS = (
        "record",
        "erase",
        "statement",
        "said.1",
        "--order",
        "Court of X, 2024-01-01, 7/24",
        "--reason",
        "Y.",
    )

    def test_asks_first(self, corredor: Corredor, held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for answer, code, left in (("n\n", 1, 1), ("", 1, 1), ("y\n", 0, 0)):
            monkeypatch.setattr("sys.stdin", io.StringIO(answer))
            done = corredor(*self.WORDS, record=held)
            assert "Erase statement said.1 for good?" in done.out + done.err
            assert done.code == code
            with sqlite3.connect(held) as connection:
                assert connection.execute("SELECT count(*) FROM statement").fetchone() == (left,)

    def test_keeps_the_hash_and_does_not_let_it_back(
        self, corredor: Corredor, held: Path, folder: Path
    ) -> None:
        done = corredor(*self.WORDS, "--yes", record=held)
        assert (done.code, done.out) == (0, "statement said.1: 1 rows erased, their hashes kept\n")
        with open_record(held) as record:
            assert record.audit.verify().intact
        # The folder still holds it; a folder that changed is loaded again, without it.
        places = folder / "places.csv"
        places.write_text(
            places.read_text(encoding="utf-8").replace("River Bridge 1", "River 1"), encoding="utf-8"
        )
        assert corredor("status", "--corridor", folder, record=held).code == 0
        with sqlite3.connect(held) as connection:
            assert connection.execute("SELECT count(*) FROM statement").fetchone() == (0,)
        assert b"About 10000 came" not in held.read_bytes()


class TestAudit:
    def test_seal_heads_verify(self, corredor: Corredor, held: Path, tmp_path: Path) -> None:
        assert "not sealed yet" in corredor("audit", "verify", record=held).out
        sealed = corredor("audit", "seal", record=held)
        assert sealed.code == 0
        assert sealed.out.startswith("seal 1: ")
        assert corredor("audit", "seal", record=held).out == "nothing to seal\n"
        heads = corredor("audit", "heads", record=held).out
        assert json.loads(heads)["1"] in sealed.out
        path = tmp_path / "heads.json"
        path.write_text(heads, encoding="utf-8")
        done = corredor("audit", "verify", "--heads", path, record=held)
        assert (done.code, done.err) == (0, "")
        assert done.out.endswith("intact\n")

    def test_a_record_that_someone_changed(self, corredor: Corredor, held: Path) -> None:
        corredor("audit", "seal", record=held)
        with sqlite3.connect(held) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute("UPDATE figure SET value = value + 1 WHERE row_id = 2")
        done = corredor("audit", "verify", record=held)
        assert done.code == 1
        assert "intact" not in done.out
        assert len(done.out.splitlines()) >= 2

    def test_heads_of_another_record(self, corredor: Corredor, held: Path, tmp_path: Path) -> None:
        corredor("audit", "seal", record=held)
        path = tmp_path / "heads.json"
        for heads, told in (({"1": "0" * 64}, "another head"), ({"9": "0" * 64}, "seal 9")):
            path.write_text(json.dumps(heads), encoding="utf-8")
            done = corredor("audit", "verify", "--heads", path, record=held)
            assert done.code == 1
            assert told in done.out
        for text in ("no json", "[1, 2]", '{"one": "x"}'):
            path.write_text(text, encoding="utf-8")
            done = corredor("audit", "verify", "--heads", path, record=held)
            assert (done.code, done.out) == (1, "")
            assert "heads.json: cannot be read" in done.complaints[0]
