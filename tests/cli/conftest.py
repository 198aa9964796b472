"""The command line as a person uses it, within the test's process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from corredor.cli import main
from tests.corridor.folders import make_folder


@dataclass(frozen=True)
class Done:
    """What a command left: exit status, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines of standard error, those left out that say what takes time."""
        busy = ("Loading ", "Reading ", "Fetching ")
        return [line for line in self.err.splitlines() if not line.startswith(busy)]


Corredor = Callable[..., Done]


@pytest.fixture
def corredor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Corredor:
    """``corredor("brief", "--format", "json")``; ``record`` names the database, without it: the default."""

    def run(*words: str | Path, record: Path | str | None = None) -> Done:
        if record is not None:
            monkeypatch.setenv("CORREDOR_DATABASE_URL", str(record))
        monkeypatch.setattr(sys, "argv", ["corredor", *map(str, words)])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        told = capsys.readouterr()
        assert isinstance(code, int)
        return Done(code, told.out, told.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corridor as a folder."""
    return make_folder(tmp_path / "valley")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Where an empty record may be made."""
    return tmp_path / "own.sqlite"
