"""Opening the record's database: address, pragmas, migrations, transactions, and errors in one clear line."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import platformdirs
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from corredor.errors import RecordError

VARIABLE = "CORREDOR_DATABASE_URL"
ACCEPTED = "a file path, :memory:, sqlite:///FILE or postgresql://USER@HOST/DATABASE"
MIGRATIONS = Path(__file__).parent / "migrations"
# The newest migration, and every one this version knows: a test keeps them in step with the folder.
HEAD = "0001"
REVISIONS = ("0001",)
# One lock for whoever writes a load or a correction to a PostgreSQL record; readers never take it.
_ADVISORY_KEY = 0x436F7272


def default_path() -> Path:
    """The record's file where no address is given: in the user's data directory."""
    return Path(platformdirs.user_data_dir("corredor", appauthor=False)) / "record.sqlite"


def resolve(url: str | Path | None) -> sa.URL:
    """The SQLAlchemy address of a record: the given one, else ``CORREDOR_DATABASE_URL``, else `default_path`.

    Raises:
        RecordError: an address that is neither SQLite nor PostgreSQL.
    """
    text = str(url) if url else os.environ.get(VARIABLE) or str(default_path())
    if text in (":memory:", "sqlite://", "sqlite:///:memory:"):
        return sa.URL.create("sqlite", database=":memory:")
    if "://" not in text:
        return sa.URL.create("sqlite", database=str(Path(text).expanduser()))
    try:
        parsed = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise RecordError("the address of the record cannot be read", accepted=ACCEPTED) from error
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database:
        return parsed
    raise RecordError(f"no record can be kept in {parsed.drivername!r}", accepted=ACCEPTED)


def _is_secret(key: str) -> bool:
    """Whether a parameter of an address holds a password: password, sslpassword, passphrase."""
    return "pass" in key.lower() and key.lower() != "passfile"


def _secrets(url: sa.URL) -> list[str]:
    """Every password in an address, as given and as percent-encoded, longest first."""
    given = [value for key, values in url.normalized_query.items() if _is_secret(key) for value in values]
    found = {*given, *([str(url.password)] if url.password else [])} - {""}
    return sorted({form for each in found for form in (each, quote(each), quote_plus(each))}, key=len)[::-1]


def _plain(url: sa.URL) -> str:
    """An address as a user would write it, its passwords masked."""
    hidden = {key: "***" for key in url.query if _is_secret(key)}
    shown = url.set(drivername=url.get_backend_name()).update_query_dict(hidden)
    return shown.render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


class Database:
    """A database opened for the record: its engine, its name for messages, and its transactions.

    Args:
        url: see `resolve`.
        wait: seconds to wait for another writer before giving up.

    Raises:
        RecordError: the database cannot be reached, created, read or migrated.
    """

    def __init__(self, url: str | Path | None = None, *, wait: float = 30.0) -> None:
        self.url = resolve(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.in_memory = self.is_sqlite and self.url.database == ":memory:"
        self._secrets = _secrets(self.url)
        self.name = str(self.url.database) if self.is_sqlite else _plain(self.url)
        self.wait = wait
        # One connection serves an in-memory record, so threads take turns on it.
        self._turn: Any = threading.RLock() if self.in_memory else nullcontext()
        with self.translated():
            self.engine = self._sqlite_engine() if self.is_sqlite else self._postgresql_engine()
            self._migrate()

    def _sqlite_engine(self) -> sa.Engine:
        if self.in_memory:
            engine = sa.create_engine(
                self.url, poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
        else:
            folder = Path(str(self.url.database)).parent
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RecordError(
                    f"the folder of the record cannot be made: {error.strerror}",
                    where=str(folder),
                    accepted=f"another place, by {VARIABLE}",
                ) from error
            engine = sa.create_engine(self.url)
        wait = int(self.wait * 1000)

        def connect(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout={wait}")
            connection.execute("PRAGMA journal_mode=WAL")
            # FULL: a load that was acknowledged survives a power cut. Loads are few, so it costs little.
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten
            connection.execute("PRAGMA cache_size=-65536")
            connection.execute("PRAGMA mmap_size=1073741824")

        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

        sa.event.listen(engine, "connect", connect)
        sa.event.listen(engine, "begin", begin)
        return engine

    def _postgresql_engine(self) -> sa.Engine:
        options = f"-c lock_timeout={int(self.wait * 1000)} -c timezone=UTC"
        return sa.create_engine(self.url, connect_args={"options": options, "connect_timeout": 10})

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection in a transaction that sees one state of the record and writes nothing."""
        with self._turn, self.translated():
            options: Any = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            with self.engine.connect().execution_options(**options) as connection:
                yield connection

    @contextmanager
    def glancing(self) -> Iterator[sa.Connection]:
        """A connection for one SELECT, which sees one state by itself: no transaction around it."""
        with self._turn, self.translated():
            options: Any = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
            with self.engine.connect().execution_options(**options) as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that alone may load or correct: committed at the end, or not at all."""
        with self._turn, self.translated():
            options = {"begin": "BEGIN IMMEDIATE"} if self.is_sqlite else {}
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                if not self.is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_KEY)))
                yield connection

    @contextmanager
    def appending(self) -> Iterator[sa.Connection]:
        """A transaction for the audit alone: on PostgreSQL it waits for no load."""
        with self._turn, self.translated():
            options = {"begin": "BEGIN IMMEDIATE"} if self.is_sqlite else {}
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection

    def forget(self) -> None:
        """After an erasure: empty SQLite's log, which still holds the page as it was."""
        if self.is_sqlite:
            with self._turn, self.translated(), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _version(self, connection: sa.Connection) -> str | None:
        tables = set(sa.inspect(connection).get_table_names())
        if "alembic_version" in tables:
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if version in REVISIONS:
                return str(version)
            raise RecordError(
                f"the record has schema {version}, which this version of Corredor does not know",
                where=self.name,
                accepted=f"a newer Corredor; this one knows schemas up to {HEAD}",
            )
        foreign = tables if self.is_sqlite else tables & {"figure", "series", "source", "load"}
        if foreign:
            raise RecordError(
                f"this database holds other tables ({', '.join(sorted(foreign)[:3])})",
                where=self.name,
                accepted="an empty database, or one that Corredor made",
            )
        return None

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            if self._version(connection) == HEAD:
                return
        with self.writing() as connection:
            if self._version(connection) == HEAD:  # another process migrated while we waited
                return
            # Alembic takes a while to import and is wanted only here.
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the driver's errors into a `RecordError` of one line, without passwords."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self._record_error(error.orig or error) from error
        except sqlite3.Error as error:
            raise self._record_error(error) from error
        except sa.exc.SQLAlchemyError as error:
            raise self._record_error(error) from error
        except Exception as error:
            # What is read past SQLAlchemy raises the driver's own errors; it is loaded only where it is used.
            driver = sys.modules.get("psycopg")
            if driver is None or not isinstance(error, driver.Error):
                raise
            raise self._record_error(error) from error

    def _record_error(self, error: BaseException) -> RecordError:
        text = (str(error).strip().splitlines() or [type(error).__name__])[0]
        for secret in self._secrets:
            text = text.replace(secret, "***")
        for sign, message, accepted in _KNOWN_ERRORS:
            if sign in str(error).lower():
                return RecordError(message, where=self.name, accepted=accepted)
        return RecordError(f"the database refused: {text}", where=self.name)


_KNOWN_ERRORS = (
    ("database is locked", "another process is writing to the record", "try again when it is done"),
    ("lock timeout", "another process is writing to the record", "try again when it is done"),
    ("readonly database", "the record cannot be written to", "a file and folder you may write to"),
    ("disk is full", "the disk is full; nothing was kept", "free some space and load again"),
    ("no space left", "the disk is full; nothing was kept", "free some space and load again"),
    ("disk i/o error", "the disk could not be read or written", "check the disk; nothing was kept"),
    ("not a database", "this file is not a record", ACCEPTED),
    ("malformed", "the file of the record is damaged", "a backup of it"),
    ("unable to open", "the file of the record cannot be opened", f"another place, by {VARIABLE}"),
    ("password authentication failed", "PostgreSQL refused the password", f"the right one in {VARIABLE}"),
    ("no password supplied", "PostgreSQL wants a password", f"one in {VARIABLE}"),
    ("connection refused", "PostgreSQL does not answer there", "a running server's host and port"),
    ("could not translate host", "no PostgreSQL host of that name", "a running server's host and port"),
    ("failed to resolve host", "no PostgreSQL host of that name", "a running server's host and port"),
    ("no such table", "a table of the record is missing", "a backup of it"),
    ('relation "', "a table of the record is missing", "a backup of it"),
    ("does not exist", "PostgreSQL has no such database or role", "a database and role that exist"),
    ("connection timeout", "PostgreSQL does not answer there", "a running server's host and port"),
    ("no such file or directory", "PostgreSQL does not answer there", "a running server's host and port"),
    ("server closed the connection", "PostgreSQL closed the connection; nothing was kept", "try again"),
)
