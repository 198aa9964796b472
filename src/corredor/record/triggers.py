"""What keeps the record append-only, in the database itself, and the views that a person can read.

An UPDATE, and on PostgreSQL a TRUNCATE, always fails. A DELETE fails unless a tombstone names the row; a
series or source that figures use cannot go even then (foreign key). On SQLite an INSERT of a key that is
taken fails before INSERT OR REPLACE could remove the row that has it. Whoever owns the database can drop a
trigger: `corredor.record.audit` shows what was done behind them.
"""

from __future__ import annotations

from collections.abc import Iterator

MESSAGE = "the record is append-only"
# Keys besides row_id that no two rows of a table may share.
_UNIQUE = {"tombstone": ("table", "target")}


def guards(dialect: str, table: str, *, erasable: bool) -> Iterator[str]:
    """The statements that make one table append-only on ``sqlite`` or ``postgresql``."""
    yield from _sqlite_guards(table, erasable) if dialect == "sqlite" else _postgresql_guards(table, erasable)


def _erased(table: str) -> str:
    """The condition under which tombstone ``t`` lets the row OLD of a table go."""
    if table == "figure_pack":
        return "t.\"table\" = 'figure' AND t.target BETWEEN OLD.first_row AND OLD.last_row"
    return f"t.\"table\" = '{table}' AND t.target = OLD.row_id"


def _sqlite_guards(table: str, erasable: bool) -> Iterator[str]:
    yield (
        f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: a row of {table} is never changed'); END"
    )
    unless = ""
    if erasable:
        unless = f"WHEN NOT EXISTS (SELECT 1 FROM tombstone t WHERE {_erased(table)}) "
    yield (
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}" {unless}'
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: a row of {table} is never deleted without a tombstone'); END"
    )
    # REPLACE fires the delete trigger only on connections that set PRAGMA recursive_triggers; most do not.
    # Of the audit, which SQLite numbers, NEW.row_id is -1 here: a number that no row may have.
    taken = f'EXISTS (SELECT 1 FROM "{table}" WHERE row_id = NEW.row_id)'
    if table in _UNIQUE:
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in _UNIQUE[table])
        taken += f' OR EXISTS (SELECT 1 FROM "{table}" WHERE {same})'
    yield (
        f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" WHEN {taken} '
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: a row of {table} is never replaced'); END"
    )


def _postgresql_guards(table: str, erasable: bool) -> Iterator[str]:
    yield (
        f'CREATE TRIGGER {table}_no_update BEFORE UPDATE OR TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION corredor_refuse()"
    )
    function = "corredor_refuse"
    if erasable:
        function = f"corredor_refuse_delete_{table}"
        yield (
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS (SELECT 1 FROM tombstone t WHERE {_erased(table)}) THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{MESSAGE}: % on % is refused without a tombstone', TG_OP, TG_TABLE_NAME; "
            "END $$"
        )
    yield (
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def functions(dialect: str) -> Iterator[str]:
    """The functions that the triggers call; none on SQLite, where a trigger holds its own text."""
    if dialect == "sqlite":
        return
    yield (
        "CREATE FUNCTION corredor_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{MESSAGE}: % on % is refused', TG_OP, TG_TABLE_NAME; END $$"
    )


# Column of figure, and the table it refers to.
_FIGURE_KEYS = {"series_id": "series", "source_id": "source", "load_id": "load"}


def figure_references(dialect: str) -> Iterator[str]:
    """Foreign keys of figure on PostgreSQL, checked once a statement: row by row they cost most of a load."""
    if dialect == "sqlite":
        return
    checks = " ".join(
        f'IF EXISTS (SELECT 1 FROM (SELECT DISTINCT {column} AS k FROM fresh) n LEFT JOIN "{table}" r '
        "ON r.row_id = n.k WHERE r.row_id IS NULL) THEN RAISE foreign_key_violation USING MESSAGE = "
        f"'figure.{column} names no row of {table}'; END IF;"
        for column, table in _FIGURE_KEYS.items()
    )
    yield (
        "CREATE FUNCTION corredor_figure_references() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {checks} RETURN NULL; END $$"
    )
    yield (
        "CREATE TRIGGER figure_references AFTER INSERT ON figure REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION corredor_figure_references()"
    )
    for column, table in _FIGURE_KEYS.items():
        if table == "load":  # never deleted at all
            continue
        yield (
            f"CREATE FUNCTION corredor_keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS (SELECT 1 FROM figure f WHERE f.{column} = OLD.row_id) THEN "
            f"RAISE foreign_key_violation USING MESSAGE = 'figures refer to this row of {table}'; END IF; "
            "RETURN OLD; END $$"
        )
        yield (
            f"CREATE TRIGGER {table}_in_use BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION corredor_keep_{table}()"
        )


def _iso(dialect: str, column: str) -> str:
    if dialect == "sqlite":
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column} / 1000000, 'unixepoch')"
    return f"to_char(to_timestamp({column} / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


def views(dialect: str) -> Iterator[str]:
    """Views for people who open the database: keys instead of numbers, instants as ISO text in UTC."""

    def iso(*columns: str) -> str:
        return ", ".join(f"{_iso(dialect, column)} AS {column.split('.')[-1]}" for column in columns)

    yield (
        'CREATE VIEW figure_readable AS SELECT f.row_id, s.key AS series, f.start, f."end", f.value, f.low, '
        f"f.high, {iso('f.known_at', 'f.recorded_at')}, f.rounded_to, f.flags, c.id AS source, f.load_id "
        "FROM figure f JOIN series s ON s.row_id = f.series_id JOIN source c ON c.row_id = f.source_id"
    )
    yield (
        f"CREATE VIEW event_readable AS SELECT row_id, id, place, mode, direction, change, {iso('at')}, "
        f'"precision", {iso("known_at")}, known_at_assumed, source, note, {iso("recorded_at")}, load_id '
        "FROM event"
    )
    yield (
        f"CREATE VIEW load_readable AS SELECT row_id, name, counts, {iso('recorded_at')}, actor, digest "
        "FROM load"
    )
    yield (
        'CREATE VIEW correction_readable AS SELECT row_id, action, "table", target, replacement, reason, '
        f"mistake, {iso('known_at', 'recorded_at')}, actor FROM correction"
    )
    yield (
        f"CREATE VIEW audit_readable AS SELECT row_id, {iso('at')}, actor, action, object, detail FROM audit"
    )
