"""The parts of the reference that are written from the code: ``python docs/generate.py`` renews them.

A page marks such a part with ``<!-- from the code: NAME -->`` and ``<!-- end -->``. A test fails when a
page differs from what the code says now.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "reference" / "brief.schema.json"
PART = re.compile(
    r"(?P<open><!-- from the code: (?P<name>[a-z-]+) -->\n).*?(?P<close><!-- end -->)", re.DOTALL
)


@dataclass(frozen=True)
class Command:
    """One command of the terminal: its words after ``corredor``, its help, and its parameters."""

    words: tuple[str, ...]
    about: str
    parameters: tuple[Any, ...]
    group: bool

    @property
    def name(self) -> str:
        """As typed, without the program's name."""
        return " ".join(self.words)


def command_tree() -> Iterator[Command]:
    """Every command and group of ``corredor``, the program itself first."""
    from typer.main import get_command

    from corredor.cli import app

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
        children = getattr(command, "commands", {})
        shown = tuple(
            each for each in command.params if each.name != "help" and not getattr(each, "hidden", False)
        )
        yield Command(words, command.help or "", shown, bool(children))
        for name in children:
            if not children[name].hidden:
                yield from walk(children[name], (*words, name))

    yield from walk(get_command(app), ())


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    # Rich markup and Typer's line joints have no meaning on a page.
    return re.sub(r"\[/?[a-z ]+\]", "", text.replace("\b", "").replace("\f", "").strip())


def commands() -> str:
    """The commands with their arguments and options."""
    lines: list[str] = []
    for command in command_tree():
        if command.words:
            lines += ["", f"## corredor {command.name}"]
        lines += ["", _plain(command.about)]
        if command.parameters:
            lines += ["", "| argument or option | meaning |", "|---|---|"]
        for each in command.parameters:
            if each.param_type_name == "argument":
                name = f"`{each.name.upper()}`" + ("" if each.required else " (may be left out)")
            else:
                name = ", ".join(f"`{option}`" for option in (*each.opts, *each.secondary_opts))
            kind: Any = each.type_descriptor.annotation
            choice = (
                ", ".join(f"`{word}`" for word in kind)
                if isinstance(kind, type) and issubclass(kind, Enum)
                else ""
            )
            default = each.default
            told = "" if default in (None, False, (), []) or callable(default) else f" Default: `{default}`."
            lines.append(
                _row(name, _plain(each.help or "") + (f" One of {choice}." if choice else "") + told)
            )
    return "\n".join(lines).strip()


def folder_tables() -> str:
    """The tables of a corridor folder, column by column."""
    from corredor.corridor.tables import TABLES

    lines: list[str] = []
    for table in TABLES.values():
        need = " Required." if table.required else ""
        lines += [
            "",
            f"## {table.path}",
            "",
            table.about + need,
            "",
            "| column | meaning | accepted |",
            "|---|---|---|",
        ]
        for column in table.columns:
            name = f"`{column.name}`" + (" *" if column.required else "")
            lines.append(_row(name, column.about, column.expected))
    return "\n".join(lines).strip()


def python_names() -> str:
    """The public names of the package, each with the first line of its docstring."""
    import corredor

    lines = ["| name | what it is |", "|---|---|"]
    for name in sorted(corredor.__all__, key=str.lower):
        about = (getattr(corredor, name).__doc__ or "").strip().split("\n\n")[0]
        lines.append(_row(f"`corredor.{name}`", about.replace("``", "`")))
    return "\n".join(lines)


def brief_json() -> str:
    """The parts of the brief's JSON, the whole first: fields in order, types as in its schema."""
    from corredor.brief import Brief

    schema = Brief.model_json_schema(mode="serialization")
    parts = {"Brief": schema, **schema["$defs"]}
    lines: list[str] = []
    for name, part in parts.items():
        if "properties" not in part:
            continue
        lines += ["", f"## {name}", "", _plain(part.get("description", "")).replace("``", "`")]
        lines += ["", "| field | type |", "|---|---|"]
        lines += [
            _row(f"`{field}`", _type(each, schema["$defs"])) for field, each in part["properties"].items()
        ]
    return "\n".join(lines).strip()


def _type(schema: dict[str, Any], parts: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        part = parts[name]
        return f"[{name}](#{name.lower()})" if "properties" in part else _type(part, parts)
    if "anyOf" in schema:
        return " or ".join(_type(each, parts) for each in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f'"{each}"' for each in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'], parts)}"
    return {"date-time": "instant", "date": "date"}.get(schema.get("format", ""), str(schema.get("type")))


PARTS: dict[str, Callable[[], str]] = {
    "brief-json": brief_json,
    "commands": commands,
    "folder-tables": folder_tables,
    "python-names": python_names,
}


def renewed(text: str) -> str:
    """The text of a page with every part from the code written anew."""

    def part(match: re.Match[str]) -> str:
        return f"{match['open']}\n{PARTS[match['name']]()}\n\n{match['close']}"

    return PART.sub(part, text)


def schema_text() -> str:
    """The schema of the brief's JSON, as ``reference/brief.schema.json`` publishes it."""
    from corredor.brief import Brief

    told = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return (
        json.dumps(told | Brief.model_json_schema(mode="serialization"), indent=1, ensure_ascii=False) + "\n"
    )


def main() -> None:
    """Renew every page, and the schema of the brief."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    for page in sorted(FOLDER.rglob("*.md")):
        old = page.read_text(encoding="utf-8")
        new = renewed(old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(f"renewed {page.relative_to(FOLDER)}")


if __name__ == "__main__":
    main()
