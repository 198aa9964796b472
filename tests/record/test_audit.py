"""The audit shows what was done behind the record's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from corredor.record import Record, open_record
from tests.postgres import Cluster
from tests.record.samples import LOADED, full_batch, moment


class TestChain:
    def test_an_untouched_record_verifies(self, record: Record) -> None:
        record.load(full_batch())
        record.audit.append("clerk-1", "submit", "notice 7", {"buses": 2}, at=LOADED)
        first = record.audit.seal(at=LOADED)
        assert first is not None
        assert (first.seal, first.rows) == (1, 2)
        record.audit.append("clerk-1", "accept", "notice 7")
        found = record.audit.verify(record.audit.heads())
        assert found.intact
        assert (found.rows, found.unsealed, found.seals, found.loads) == (3, 1, 1, 1)

    def test_sealing_nothing_makes_no_seal(self, record: Record) -> None:
        assert record.audit.seal() is None
        record.load(full_batch())
        record.audit.seal()
        assert record.audit.seal() is None
        assert len(record.audit.heads()) == 1

    def test_each_head_depends_on_those_before(self, record: Record) -> None:
        record.audit.append("a", "one", "x", at=LOADED)
        one = record.audit.seal(at=LOADED)
        record.audit.append("a", "one", "x", at=LOADED)
        two = record.audit.seal(at=LOADED)
        assert one is not None
        assert two is not None
        assert one.head != two.head
        assert record.audit.heads() == [one, two]

    def test_rows_read_back(self, record: Record) -> None:
        record.audit.append("clerk-1", "submit", "notice 7", {"buses": 2}, at=moment("2024-01-01"))
        (row,) = record.audit.rows()
        assert (row["at"], row["actor"], row["action"], row["object"], row["detail"]) == (
            moment("2024-01-01"), "clerk-1", "submit", "notice 7", {"buses": 2},
        )  # fmt: skip


def tamper(path: Path, *statements: str) -> None:
    """What the owner of the file can do: drop every trigger, then anything."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


class TestTampering:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "record.sqlite"
        with open_record(path) as record:
            record.load(full_batch())
            record.audit.append("clerk-1", "look", "brief", at=LOADED)
            record.audit.seal(at=LOADED)
            record.audit.append("clerk-2", "look", "brief", at=LOADED)
            record.audit.seal(at=LOADED)
        return path

    @pytest.mark.parametrize(
        ("statement", "finding"),
        [
            ("UPDATE figure SET value = value + 1 WHERE row_id = 2", "load 1 (test) has other rows"),
            ("UPDATE event SET note = 'x'", "load 1 (test) has other rows"),
            ("DELETE FROM site_report", "load 1 (test) has other rows"),
            ("UPDATE load SET digest = 'x'", "load 1 (test) has another digest than the audit"),
            (
                "INSERT INTO load SELECT 2, name, digest, counts, recorded_at, actor FROM load",
                "load 2 (test) has",
            ),
            ("UPDATE audit SET actor = 'nobody' WHERE row_id = 2", "audit row 2 was changed"),
            ("DELETE FROM audit WHERE row_id = 2", "seal 1 covers 2 audit rows, 1 are there"),
            ("UPDATE audit_seal SET head = 'x' WHERE row_id = 1", "seal 1 does not match its audit rows"),
            ("DELETE FROM audit_seal WHERE row_id = 1", "seal 2 does not follow the seal before it"),
            ("UPDATE audit_seal SET sealed_at = 0 WHERE row_id = 2", "seal 2 does not match its audit rows"),
            (
                "INSERT INTO tombstone SELECT 1, 'event', 1, 1, 'ab', 'o', 'r', 'a', 0",
                "row 1 of event has a tombstone that is not in the audit",
            ),
        ],
    )
    def test_it_is_found(self, path: Path, statement: str, finding: str) -> None:
        tamper(path, statement)
        with open_record(path) as record:
            found = record.audit.verify()
        assert any(line.startswith(finding) for line in found.findings), found.findings

    def test_a_row_slipped_into_a_sealed_stretch(self, path: Path) -> None:
        tamper(
            path,
            "CREATE TABLE copy AS SELECT * FROM audit",
            "DELETE FROM audit",
            "INSERT INTO audit SELECT row_id * 2 - 1, at, actor, action, object, detail, sha256 FROM copy",
            "INSERT INTO audit SELECT 2, at, 'nobody', action, object, detail, sha256 FROM copy "
            "WHERE row_id = 2",
        )
        with open_record(path) as record:
            assert not record.audit.verify().intact

    def test_a_chain_made_anew_does_not_reach_the_published_heads(self, path: Path) -> None:
        with open_record(path) as record:
            published = record.audit.heads()
        tamper(path, "DELETE FROM audit_seal", "DELETE FROM audit WHERE row_id = 3")
        with open_record(path) as record:
            record.audit.seal(at=LOADED)
            assert record.audit.verify().intact
            findings = record.audit.verify(published).findings
        assert findings == ("seal 2 was published and is missing",)
        with open_record(path) as record:
            assert not record.audit.verify({1: "0" * 64}).intact

    def test_an_erasure_without_its_tombstone(self, path: Path) -> None:
        with open_record(path) as record:
            record.erase("figure", 2, order="o", reason="r", actor="a")
        tamper(path, "DELETE FROM tombstone")
        with open_record(path) as record:
            findings = record.audit.verify().findings
        assert "row 2 of figure was erased by the audit and has no tombstone" in findings


def test_appends_do_not_wait_for_a_load(postgresql: Cluster, opened: Callable[[str], Record]) -> None:
    url = postgresql.database()
    record, other = opened(url), open_record(url, wait=5)
    with record._database.writing():
        other.audit.append("clerk", "submit", "notice")
    assert len(record.audit.rows()) == 1
    other.close()
