"""The database itself refuses to change or forget what is on record."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from corredor.errors import RecordError
from corredor.record import Record, stored
from corredor.record.engine import Database
from corredor.record.schema import DATED_TABLES, ERASABLE_TABLES, TABLES
from tests.postgres import Cluster
from tests.record.samples import LOADED, full_batch


@pytest.fixture
def database(record_url: str, opened: Callable[[str], Record], monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with a row in every table."""
    monkeypatch.setattr(stored, "PACK_FROM", 1)
    record = opened(record_url)
    record.load(full_batch(), recorded_at=LOADED)
    record.retract("figure", 2, reason="a typing error")
    record.load(full_batch("erasable"), recorded_at=LOADED)
    record.erase("site_report", "shelter-count", order="Court, 2024-06-01", reason="ordered", actor="admin")
    record.audit.append("local", "look", "brief")
    record.audit.seal()
    return Database(record_url)


def refused(database: Database, statement: str) -> str:
    with pytest.raises(RecordError) as caught, database.writing() as connection:
        connection.exec_driver_sql(statement)
    return str(caught.value)


FULL = sorted(set(TABLES) - {"site_report"})


class TestEveryTable:
    def test_every_table_has_a_row_here(self, database: Database) -> None:
        with database.reading() as connection:
            for table in FULL:
                assert connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar(), table

    def test_update_fails(self, database: Database) -> None:
        for table in FULL:
            assert "append-only" in refused(database, f'UPDATE "{table}" SET row_id = row_id'), table

    def test_delete_fails(self, database: Database) -> None:
        for table in FULL:
            text = refused(database, f'DELETE FROM "{table}"')
            assert "append-only" in text or "figures refer to" in text, table

    def test_truncate_fails(self, postgresql: Cluster, opened: Callable[[str], Record]) -> None:
        url = postgresql.database()
        opened(url)
        for table in TABLES:
            assert "append-only" in refused(Database(url), f'TRUNCATE "{table}" CASCADE'), table

    @pytest.mark.parametrize("record_url", ["sqlite"], indirect=True)
    def test_replace_fails_from_any_connection(self, database: Database) -> None:
        plain = sqlite3.connect(str(database.url.database), isolation_level=None)
        assert plain.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        for table in FULL:
            before = plain.execute(f'SELECT * FROM "{table}" ORDER BY row_id').fetchall()
            for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
                with pytest.raises(sqlite3.IntegrityError, match=f"append-only: a row of {table} is never"):
                    plain.execute(f'{verb} INTO "{table}" SELECT * FROM "{table}"')
            assert plain.execute(f'SELECT * FROM "{table}" ORDER BY row_id').fetchall() == before
        plain.close()

    @pytest.mark.parametrize("record_url", ["sqlite"], indirect=True)
    def test_replace_fails_on_other_keys_and_numbers(self, database: Database) -> None:
        plain = sqlite3.connect(str(database.url.database), isolation_level=None)
        renumbered = (
            'SELECT row_id + 100, "table", target, load_id, sha256, "order", reason, actor, recorded_at '
            "FROM tombstone"
        )
        with pytest.raises(sqlite3.IntegrityError, match="a row of tombstone is never replaced"):
            plain.execute(f"REPLACE INTO tombstone {renumbered}")
        # SQLite passes -1 to the trigger where it numbers the row itself, so no row may have that number.
        numbered = 'SELECT -1, "at", actor, action, object, detail, sha256 FROM audit LIMIT 1'
        with pytest.raises(sqlite3.IntegrityError, match="audit_number"):
            plain.execute(f"REPLACE INTO audit {numbered}")
        plain.close()

    def test_what_may_be_erased_is_what_holds_facts(self) -> None:
        assert set(DATED_TABLES) < set(ERASABLE_TABLES) < set(TABLES)


class TestRowsThatBreakARule:
    @pytest.mark.parametrize(
        "change",
        [
            {"end": "'2023-11-01'"},
            {"value": "NULL"},
            {"low": "5", "high": "4"},
            {"known_at": "NULL"},
            {"value": "1e999"},
            {"series_id": "99"},
            {"source_id": "99"},
            {"load_id": "99"},
            {"rounded_to": "0"},
        ],
        ids=str,
    )
    def test_the_table_itself_refuses_it(self, database: Database, change: dict[str, str]) -> None:
        row = {
            "row_id": "99", "series_id": "1", "start": "'2023-11-01'", "end": "'2023-12-01'", "value": "1",
            "low": "NULL", "high": "NULL", "known_at": "1", "recorded_at": "1", "rounded_to": "NULL",
            "flags": "0", "source_id": "1", "load_id": "1",
        }  # fmt: skip

        def insert(values: dict[str, str]) -> str:
            columns = ", ".join(f'"{name}"' for name in values)
            return f"INSERT INTO figure ({columns}) VALUES ({', '.join(values.values())})"

        broken = {**row, **change}
        if not database.is_sqlite:
            broken = {name: value.replace("1e999", "'Infinity'") for name, value in broken.items()}
        assert refused(database, insert(broken))
        with database.writing() as connection:
            connection.exec_driver_sql(insert(row))

    def test_a_series_in_use_cannot_go_even_with_a_tombstone(self, database: Database) -> None:
        with database.writing() as connection:
            connection.exec_driver_sql(
                'INSERT INTO tombstone (row_id, "table", target, load_id, sha256, "order", reason, actor, '
                "recorded_at) VALUES (9, 'series', 1, 1, '', '', '', '', 1)"
            )
        refused(database, "DELETE FROM series WHERE row_id = 1")


class TestSchema:
    def test_migrations_make_the_declared_tables(
        self, record_url: str, opened: Callable[[str], Record]
    ) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        from corredor.record.schema import metadata

        opened(record_url)
        database = Database(record_url)
        with database.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found = compare_metadata(context, metadata)
        # PostgreSQL checks the references of figure by a trigger.
        assert [each for each in found if not database.is_sqlite and each[0] != "add_fk"] == []
        assert not database.is_sqlite or found == []

    def test_the_code_knows_every_migration(self) -> None:
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        from corredor.record.engine import HEAD, MIGRATIONS, REVISIONS

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        script = ScriptDirectory.from_config(config)
        assert script.get_current_head() == HEAD
        assert {each.revision for each in script.walk_revisions()} == set(REVISIONS)

    def test_readable_views(self, database: Database) -> None:
        with database.reading() as connection:
            row = connection.execute(
                sa.text("SELECT series, known_at, source FROM figure_readable WHERE row_id = 1")
            ).one()
            assert tuple(row) == ("a.total.month", "2023-12-22T12:00:00Z", "agency.release")
            for view in ("event", "load", "correction", "audit"):
                assert connection.exec_driver_sql(f"SELECT * FROM {view}_readable").first()
