"""The embedded corridor in a record, loaded once for all tests that read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corredor.corridor import Corridor, read_corridor
from corredor.opening import load_corridor
from corredor.record import Record, open_record


@pytest.fixture(scope="session")
def embedded_corridor() -> Corridor:
    """The embedded corridor's network."""
    return read_corridor()


@pytest.fixture(scope="session")
def embedded_file(tmp_path_factory: pytest.TempPathFactory, embedded_corridor: Corridor) -> Path:
    """An SQLite file that holds the embedded corridor, closed: to be read, or copied and changed."""
    path = tmp_path_factory.mktemp("embedded") / "record.sqlite"
    with open_record(path) as record:
        load_corridor(record, embedded_corridor, None)
    return path


@pytest.fixture(scope="session")
def embedded(embedded_file: Path) -> Iterator[Record]:
    """The record of the embedded corridor, for reading only."""
    with open_record(embedded_file) as record:
        yield record


@pytest.fixture
def embedded_copy(embedded_file: Path, tmp_path: Path) -> Path:
    """A copy of the record of the embedded corridor, for a test that changes it."""
    return Path(shutil.copy(embedded_file, tmp_path / "record.sqlite"))
