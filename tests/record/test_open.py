"""Opening a record: where it lies, and one clear line where it cannot be opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from corredor.errors import RecordError
from corredor.record import Record, open_record
from corredor.record.engine import VARIABLE, Database, _secrets, default_path, resolve
from tests.postgres import Cluster
from tests.record.samples import LOADED, batch, figure, full_batch


class TestWhere:
    def test_the_users_data_directory_by_default(self, own_home: Path) -> None:
        with open_record() as record:
            record.load(full_batch())
            assert record.name == str(default_path())
        assert default_path().is_relative_to(own_home)
        with open_record() as record:
            assert record.panel(None, LOADED).height == 1

    def test_the_variable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/mine.sqlite")
        with open_record() as record:
            assert record.name == f"{tmp_path}/mine.sqlite"

    @pytest.mark.parametrize("url", [":memory:", "sqlite://", "sqlite:///:memory:"])
    def test_in_memory(self, url: str) -> None:
        with open_record(url) as record, open_record(url) as other:
            record.load(full_batch())
            assert other.series() == []

    def test_postgresql_by_its_plain_name(self) -> None:
        assert resolve("postgresql://me@host/db").drivername == "postgresql+psycopg"
        assert resolve("postgres://me@host/db").drivername == "postgresql+psycopg"

    def test_a_missing_folder_is_made(self, tmp_path: Path) -> None:
        with open_record(tmp_path / "a" / "b" / "record.sqlite") as record:
            assert record.series() == []

    def test_postgresql_is_migrated_on_opening(self, postgresql: Cluster) -> None:
        url = postgresql.empty_database()
        for _ in range(2):
            with open_record(url) as record:
                assert record.series() == []


def refusal(url: str | Path, **options: float) -> str:
    with pytest.raises(RecordError) as caught:
        open_record(url, **options)
    text = str(caught.value)
    assert "\n" not in text
    return text


class TestWhatCannotBeOpened:
    def test_another_kind_of_database(self) -> None:
        assert "no record can be kept in 'mysql'" in refusal("mysql://host/db")
        assert "cannot be read" in refusal("postgresql://host:port/db")

    def test_not_a_database(self, tmp_path: Path) -> None:
        path = tmp_path / "letter.txt"
        path.write_text("Dear reader, " * 100)
        assert "this file is not a record" in refusal(path)

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "cannot be opened" in refusal(tmp_path)

    def test_a_place_where_no_folder_can_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        text = refusal(tmp_path / "file" / "record.sqlite")
        assert "the folder of the record cannot be made" in text
        assert VARIABLE in text

    def test_somebody_elses_tables(self, tmp_path: Path) -> None:
        path = tmp_path / "other.sqlite"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE recipes (id INTEGER)")
        connection.close()
        assert "holds other tables (recipes)" in refusal(path)

    def test_a_newer_schema(self, tmp_path: Path) -> None:
        path = tmp_path / "record.sqlite"
        open_record(path).close()
        connection = sqlite3.connect(path)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.close()
        text = refusal(path)
        assert "schema 9999" in text
        assert "a newer Corredor" in text

    def test_no_server(self) -> None:
        text = refusal("postgresql://me:secret-word@127.0.0.1:1/db")
        assert "PostgreSQL does not answer" in text
        assert "secret-word" not in text

    @pytest.mark.parametrize(
        "query",
        ["password=secret%20word", "sslpassword=secret+word", "application_name=a&Password=secret+word"],
    )
    def test_passwords_in_the_query_are_masked(self, query: str) -> None:
        text = refusal(f"postgresql://me:secret%20word@127.0.0.1:1/db?{query}")
        assert "secret" not in text
        assert "assword=***" in text or "invalid" in text
        assert "me:***@127.0.0.1:1" in text

    def test_no_error_repeats_a_password(self) -> None:
        url = "postgresql://me:first%26word@127.0.0.1:1/db?sslpassword=second%26word"
        database = object.__new__(Database)
        database.url, database.name, database._secrets = resolve(url), "record", _secrets(resolve(url))
        for said in ("no: first&word", "no: first%26word", "no: second&word", "no: second%26word"):
            text = str(database._record_error(ValueError(said)))
            assert "no: ***" in text
            assert "word" not in text

    def test_no_such_database(self, postgresql: Cluster) -> None:
        assert "no such database or role" in refusal(postgresql.url("nothing"))


class TestWhatCannotBeRead:
    def test_a_table_that_is_gone(self, record_url: str) -> None:
        with open_record(record_url) as record:
            record.load(full_batch())
            with record._database.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE source RENAME TO lost")
            for read in (lambda: record.figures("a.total.month", LOADED), lambda: record.panel(None, LOADED)):
                with pytest.raises(RecordError, match="a table of the record is missing"):
                    read()


class TestWhatCannotBeWritten:
    def test_another_writer(self, tmp_path: Path) -> None:
        path = tmp_path / "record.sqlite"
        with open_record(path) as record, open_record(path, wait=0.05) as other, record._database.writing():
            with pytest.raises(RecordError, match="another process is writing"):
                other.load(full_batch())
            assert other.series() == []

    def test_another_writer_on_postgresql(self, postgresql: Cluster) -> None:
        url = postgresql.database()
        with (
            open_record(url) as record,
            open_record(url, wait=0.05) as other,
            record._database.writing(),
            pytest.raises(RecordError, match="another process is writing"),
        ):
            other.load(full_batch())

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_file_that_may_not_be_written(self, tmp_path: Path) -> None:
        path = tmp_path / "record.sqlite"
        open_record(path).close()
        path.chmod(0o400)
        tmp_path.chmod(0o500)
        try:
            with pytest.raises(RecordError, match="cannot be written"), open_record(path) as record:
                record.load(full_batch())
        finally:
            tmp_path.chmod(0o700)

    def test_a_full_disk(self, tmp_path: Path) -> None:
        path = tmp_path / "record.sqlite"
        with open_record(path) as record:
            self.limit_pages(record)
            with pytest.raises(RecordError, match="the disk is full; nothing was kept"):
                record.load(batch(*(figure(1.0, "2024-01-01", key=f"s.{n}.month") for n in range(500))))
            assert record.series() == []

    def limit_pages(self, record: Record) -> None:
        """SQLite then answers as on a full disk."""
        from sqlalchemy import event

        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute("PRAGMA max_page_count=1")

        record._database.engine.dispose()
        event.listen(record._database.engine, "connect", limit)
