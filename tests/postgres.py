"""A throw-away PostgreSQL cluster for the test run, and a fresh database for each test that asks.

The server's own programs are used where they are installed (``/usr/lib/postgresql`` or the PATH); where they
are not, the tests that need them are skipped and say so. Nothing outside a temporary folder is touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from corredor.record import Record, open_record

MISSING = "PostgreSQL's server programs (initdb, postgres) are not installed: its tests are skipped"


def programs() -> Path | None:
    """The folder of the newest installed server programs."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name.split(".")[0])
    )
    on_path = shutil.which("initdb")
    candidates = [*reversed(folders), *([Path(on_path).resolve().parent] if on_path else [])]
    return next(
        (each for each in candidates if (each / "initdb").exists() and (each / "pg_ctl").exists()), None
    )


def _account() -> str | None:
    """Who must run the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


def _roomy_memory() -> str | None:
    """A folder in memory where there is one with 4 GiB to spare; None for the usual place."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30 else None


class Cluster:
    """A running cluster: `database` makes a fresh, migrated database and gives its address.

    Args:
        programs: the folder of the server's programs.
        folder: an empty folder for its data.
        durable: with fsync, as a user's server runs. Tests kill the client, not the server.
    """

    def __init__(self, programs: Path, folder: Path, *, durable: bool = False) -> None:
        self.programs = programs
        self.folder = folder
        self.durable = durable
        self.account = _account()
        self.user = self.account or pwd.getpwuid(os.geteuid()).pw_name
        self.version = 0
        self._numbers = count(1)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if self.account:
            command = ["runuser", "-u", self.account, "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=60)
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(
                f"{program} failed: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}"
            )

    def start(self) -> None:
        if self.account:
            shutil.chown(self.folder, self.account)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = (
            f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories={self.folder} "
            "-c shared_buffers=64MB -c max_connections=40"
        )
        if not self.durable:
            options += " -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "-D", data, "-l", str(self.folder / "log"), "-o", options, "-w", "start")
        with psycopg.connect(self.url("postgres")) as connection:
            self.version = connection.info.server_version // 10_000
        self._execute("CREATE DATABASE template_record")
        open_record(self.url("template_record")).close()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def empty_database(self) -> str:
        """The address of a fresh database without tables."""
        name = f"empty_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def database(self) -> str:
        """The address of a fresh database with the record's tables."""
        name = f"record_{next(self._numbers)}"
        # Copying files is faster here than writing them to the log; before version 15 it was the only way.
        strategy = "STRATEGY FILE_COPY" if self.version >= 15 else ""
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_record {strategy}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete a database that `database` made."""
        self._execute(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """The session's cluster, started when the first test asks for it."""
    folder = programs()
    if folder is None:
        pytest.skip(MISSING)
    # A short path of its own: a socket's path may have 107 characters, and its parents must be open to all.
    with tempfile.TemporaryDirectory(
        prefix="corredor-pg-", dir=_roomy_memory(), ignore_cleanup_errors=True
    ) as name:
        cluster = Cluster(folder, Path(name))
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def record_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh record, once on each database."""
    if request.param == "sqlite":
        yield str(tmp_path / "record.sqlite")
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    url = cluster.database()
    yield url
    cluster.drop(url)


@pytest.fixture
def opened() -> Iterator[Callable[[str], Record]]:
    """Open a record that is closed at the end of the test."""
    records: list[Record] = []

    def open_one(url: str) -> Record:
        records.append(open_record(url))
        return records[-1]

    yield open_one
    for each in records:
        each.close()


@pytest.fixture
def record(record_url: str, opened: Callable[[str], Record]) -> Record:
    """A fresh, empty record, once on each database."""
    return opened(record_url)
