"""The house stays as drawn: imports point one way, and no file grows into two."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter import cli as import_linter

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "src" / "corredor").rglob("*.py"))
LONGEST = 400


def test_imports_point_one_way(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    status = import_linter.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src" / "corredor")))
def test_a_file_is_one_idea(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{path.relative_to(ROOT)} has {lines} lines: make it two files"


def test_every_room_can_be_imported_by_the_linter() -> None:
    """A folder of modules without ``__init__.py`` would be invisible to the contract."""
    folders = {path.parent for path in MODULES if "migrations" not in path.parts}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
