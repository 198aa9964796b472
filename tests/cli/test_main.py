"""The command as a whole: quick help, and errors for the person who must act."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from corredor.cli import app
from tests.cli.conftest import Corredor

HEAVY = (
    "polars",
    "sqlalchemy",
    "altair",
    "frictionless",
    "pydantic",
    "numpy",
    "httpx",
    "babel",
    "vl_convert",
)


class TestHelp:
    def test_imports_nothing_heavy(self) -> None:
        program = (
            "import sys; sys.argv = ['corredor', '--help']\n"
            "from corredor.cli import main\n"
            "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
            f"print('heavy:', sorted(set({HEAVY!r}) & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("heavy: []\n")
        assert "Usage: corredor" in done.stdout

    def test_the_facade_imports_nothing_heavy(self) -> None:
        program = (
            f"import corredor, sys; assert not set({HEAVY!r}) & set(sys.modules); corredor.open_situation"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize("words", [(), ("corridor",), ("record",), ("audit",)], ids=str)
    def test_every_command_says_what_it_is_for(self, corredor: Corredor, words: tuple[str, ...]) -> None:
        command = get_command(app)
        for word in words:
            command = command.commands[word]  # type: ignore[attr-defined]
        shown = corredor(*words, "--help")
        assert shown.code == 0
        for name, each in command.commands.items():  # type: ignore[attr-defined]
            assert name in shown.out
            assert each.help

    def test_every_option_and_argument_has_its_help(self) -> None:
        command = get_command(app)
        assert isinstance(command, typer.core.TyperGroup)
        todo = list(command.commands.values())
        while todo:
            each = todo.pop()
            todo += getattr(each, "commands", {}).values()
            assert [one.name for one in each.params if not getattr(one, "help", "")] == []


class TestErrors:
    """One line on standard error, exit status 1, nothing on standard output, no traceback."""

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("brief", "--as-of", "28.12.2023"), ["'28.12.2023'", "2023-12-28"]),
            (("brief", "--as-of", "2023-02-30"), ["'2023-02-30'"]),
            (("brief", "--as-of", "2023-12-28T12:00"), ["has no zone"]),
            (("brief", "--as-of", "2023-12-28", "--since", "2023-12-28"), ["--since 2023-12-28", "earlier"]),
            (("brief", "--as-of", "2023-12-28", "--since", "2024-01-05"), ["--since 2024-01-05"]),
            (("brief", "--since", "yesterday"), ["'yesterday'"]),
            (("status", "--at", "noon"), ["'noon'"]),
            (("figures", "no.such.series"), ["'no.such.series'", "corredor series"]),
            (("feed", "no-such-feed", "x.csv"), ["'no-such-feed'", "cbp-encounters"]),
            (("fetch", "no-such-feed"), ["'no-such-feed'", "cbp-waits"]),
            (("fetch", "ohss"), ["has no live address", "corredor feed ohss FILE"]),
            (("feed", "bts", "no-such-file.csv"), ["no-such-file.csv"]),
            (("brief", "--corridor", "no-such-folder"), ["no-such-folder", "no such folder"]),
            (
                ("audit", "verify", "--heads", "no-such-file.json"),
                ["no-such-file.json", "corredor audit heads"],
            ),
            (("record", "retract", "figure", "999999999", "--reason", "x"), ["999999999"]),
            (("record", "retract", "load", "1", "--reason", "x"), ["'load'"]),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_of_what_was_asked(
        self, corredor: Corredor, embedded_file: Path, words: tuple[str, ...], told: list[str]
    ) -> None:
        done = corredor(*words, record=embedded_file)
        assert (done.code, done.out) == (1, "")
        (line,) = done.complaints
        assert line.startswith("corredor: ")
        for piece in told:
            assert piece in line

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("mysql://host/record", "postgresql://"),
            ("sqlite:////proc/nowhere/record.sqlite", "record"),
        ],
    )
    def test_of_the_record(self, corredor: Corredor, address: str, told: str) -> None:
        done = corredor("record", "where", record=address)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("corredor: ")
        assert done.err.count("\n") == 1
        assert told in done.err

    def test_a_file_that_is_no_record(self, corredor: Corredor, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("not a database\n" * 100, encoding="utf-8")
        done = corredor("status", record=path)
        assert (done.code, done.out) == (1, "")
        assert str(path) in done.err
        assert path.read_text(encoding="utf-8") == "not a database\n" * 100

    @pytest.mark.parametrize(
        "words",
        [
            ("brief", "--lang", "fr"),
            ("brief", "--format", "pdf"),
            ("status", "--format", "md"),
            ("brief", "x"),
        ],
        ids=str,
    )
    def test_of_usage(self, corredor: Corredor, embedded_file: Path, words: tuple[str, ...]) -> None:
        done = corredor(*words, record=embedded_file)
        assert done.code == 2
        assert done.err.startswith("Usage: ")
        assert "--help" in done.err
        assert "Traceback" not in done.err


def test_a_reader_of_a_pipe_may_leave(embedded_file: Path) -> None:
    program = "import sys; sys.argv = ['corredor', 'series']; from corredor.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"CORREDOR_DATABASE_URL": str(embedded_file), "PATH": "/usr/bin:/bin"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(timeout=60) in (1, 141)
    assert told == b""
