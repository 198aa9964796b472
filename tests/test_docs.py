"""The docs say what the code does: nothing a user can type or read is left out, and every example runs.

A ``console`` block in README.md or docs/ holds commands behind ``$``, run in order in a folder of the
page's own that holds docs/examples, with a record of its own. Lines below a command are its output as
they must appear; a line ``...`` stands for any lines. A ``python`` block is run as it stands. What needs
the network, a server or make is a ``text`` block.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

import corredor
from corredor.corridor.tables import TABLES
from corredor.feeds import FEEDS
from docs.generate import PARTS, command_tree, renewed

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
EXAMPLES = [ROOT / "README.md", *PAGES]
BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>[a-z]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)
LANGUAGES = {"console", "python", "text", "json", "csv", "toml"}
SECONDS = 120


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


ALL_TEXT = "\n".join(map(text_of, PAGES))


class TestNothingIsLeftOut:
    @pytest.mark.parametrize("command", list(command_tree()), ids=lambda command: command.name or "corredor")
    def test_a_command_and_its_options(self, command) -> None:
        assert f"corredor {command.name}".strip() in ALL_TEXT
        page = text_of(ROOT / "docs" / "reference" / "cli.md")
        start = f"## corredor {command.name}\n" if command.words else ""
        section = page[page.index(start) + len(start) :].split("\n## ")[0]
        for each in command.parameters:
            words = (
                [each.name.upper()]
                if each.param_type_name == "argument"
                else [*each.opts, *each.secondary_opts]
            )
            assert [word for word in words if f"`{word}`" not in section] == []
            assert each.help, f"{command.name}: {each.name} has no help"

    def test_public_names(self) -> None:
        page = text_of(ROOT / "docs" / "reference" / "python.md")
        assert [name for name in corredor.__all__ if f"`corredor.{name}`" not in page] == []

    def test_public_names_have_docstrings(self) -> None:
        assert [
            name for name in corredor.__all__ if not (getattr(corredor, name).__doc__ or "").strip()
        ] == []

    def test_feeds(self) -> None:
        page = text_of(ROOT / "docs" / "reference" / "feeds.md")
        assert [name for name in FEEDS if f"`{name}`" not in page] == []

    def test_tables_and_columns_of_a_corridor_folder(self) -> None:
        page = text_of(ROOT / "docs" / "reference" / "corridor-folder.md")
        wanted = [table.path for table in TABLES.values()]
        wanted += [f"`{column.name}`" for table in TABLES.values() for column in table.columns]
        assert [each for each in wanted if each not in page] == []

    def test_environment_variables(self) -> None:
        code = "\n".join(map(text_of, (ROOT / "src").rglob("*.py")))
        page = text_of(ROOT / "docs" / "reference" / "configuration.md")
        assert [name for name in sorted(set(re.findall(r"CORREDOR_[A-Z_]+", code))) if name not in page] == []

    def test_make_commands(self) -> None:
        targets = re.findall(r"^([a-z]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE)
        page = text_of(ROOT / "docs" / "how-to" / "develop.md")
        assert [name for name in targets if f"`make {name}`" not in page] == []

    def test_pages_stand_in_the_table_of_contents(self) -> None:
        contents = text_of(ROOT / "mkdocs.yml")
        missing = [name for path in PAGES if (name := str(path.relative_to(ROOT / "docs"))) not in contents]
        assert missing == []


class TestPagesFollowTheCode:
    @pytest.mark.parametrize("page", PAGES, ids=name_of)
    def test_parts_written_from_the_code(self, page: Path) -> None:
        assert renewed(text_of(page)) == text_of(page), "run: python docs/generate.py"

    def test_every_part_has_its_page(self) -> None:
        assert [name for name in PARTS if f"<!-- from the code: {name} -->" not in ALL_TEXT] == []

    @pytest.mark.parametrize("page", EXAMPLES, ids=name_of)
    def test_commands_of_make_exist(self, page: Path) -> None:
        targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
        named = {
            word
            for block in BLOCK.finditer(text_of(page))
            for word in re.findall(r"^ *(?:\$ )?make ([a-z]+)", block["text"], re.MULTILINE)
        }
        assert named <= targets

    def test_site_builds(self, tmp_path: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--site-dir",
            str(tmp_path),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stderr
        fetched = [
            (page.name, address)
            for page in tmp_path.rglob("*.html")
            for address in re.findall(
                r"<(?:script|link|img)[^>]+(?:src|href)=\"(https?:[^\"]+)", text_of(page)
            )
        ]
        assert fetched == [], "a page must show without another host"


@dataclass
class Step:
    """One command or program of a page, and the output lines that the page shows below it."""

    language: str
    text: str
    shown: list[str]


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    for block in BLOCK.finditer(text):
        body = textwrap.dedent(block["text"])
        if block["language"] == "python":
            found.append(Step("python", body, []))
        elif block["language"] == "console":
            for line in body.splitlines():
                if line.startswith("$ "):
                    found.append(Step("console", line[2:], []))
                elif found and found[-1].text.endswith("\\"):
                    found[-1].text += "\n" + line.removeprefix("> ")
                else:
                    found[-1].shown.append(line)
    return found


def first_missing(shown: list[str], output: list[str]) -> str | None:
    """The first shown line that the output lacks in its place, or None; nothing shown fits anything."""
    at, skipping = 0, not shown
    for line in shown:
        if line.strip() == "...":
            skipping = True
        elif skipping:
            if line not in output[at:]:
                return line
            at, skipping = output.index(line, at) + 1, False
        elif at >= len(output) or output[at] != line:
            return line
        else:
            at += 1
    return None if skipping or at == len(output) else f"the end, before: {output[at]}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the examples: this Python's commands first, 100 columns, a home of their own."""
    home = tmp_path_factory.mktemp("home")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {"PATH": path, "HOME": str(home), "COLUMNS": "100", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run(
    program: str, text: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, "-c", text],
        cwd=folder,
        env=environment | {"XDG_DATA_HOME": str(folder / ".data")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Path:
    """A folder with a record that holds the embedded corridor, and the example files."""
    folder = tmp_path_factory.mktemp("loaded")
    shutil.copytree(ROOT / "docs" / "examples", folder, dirs_exist_ok=True)
    done = run("sh", "corredor status", folder, settings)
    assert done.returncode == 0, done.stderr
    return folder


class TestExamples:
    @pytest.mark.parametrize("page", EXAMPLES, ids=name_of)
    def test_blocks_have_a_language_with_a_meaning(self, page: Path) -> None:
        assert {block["language"] for block in BLOCK.finditer(text_of(page))} <= LANGUAGES

    @pytest.mark.parametrize("page", [page for page in EXAMPLES if steps(text_of(page))], ids=name_of)
    def test_runs(self, page: Path, tmp_path: Path, loaded: Path, settings: dict[str, str]) -> None:
        shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
        for step in steps(text_of(page)):
            program = sys.executable if step.language == "python" else "sh"
            done = run(program, step.text, tmp_path, settings)
            assert done.returncode == 0, f"{step.text}\n{done.stdout}{done.stderr}"
            missing = first_missing(step.shown, [line.rstrip() for line in done.stdout.splitlines()])
            assert missing is None, f"{name_of(page)}: {step.text} does not show: {missing}"
