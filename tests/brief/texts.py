"""Every text that the brief can say, found in its source: what the Spanish catalogue must hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from corredor.brief import ground, ledger, sections, words

FOLDER = Path(words.__file__).parent
TABLES = (
    words.MODES,
    words.DIRECTIONS,
    words.STATUSES,
    words.CALLS,
    words.SIDES,
    words.REASONS,
    ground.GROUP_EVENTS,
    ledger.STATES,
)


def said() -> tuple[set[str], set[tuple[str, str]]]:
    """The texts, and the pairs of texts for one and for many, of all modules and templates."""
    single = {text for table in TABLES for text in table.values()} | {name for name, *_ in sections.CHANGES}
    pairs: set[tuple[str, str]] = set()
    for path in FOLDER.glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                single |= set(_single(function))
                pairs |= set(_pairs(function))
    for path in FOLDER.glob("templates/*.j2"):
        single |= set(re.findall(r"\bt\('([^']+)'", path.read_text(encoding="utf-8")))
    return single, pairs


def _is_language(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in {"language", "self"}
    return isinstance(node, ast.Attribute) and node.attr == "language"


def _single(function: ast.FunctionDef) -> Iterator[str]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and _is_language(call.func) and call.args:
            yield from _literals(function, call.args[0])


def _pairs(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for call in ast.walk(function):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr == "count" and _is_language(call.func.value):
            one, many = (next(_literals(function, argument)) for argument in call.args[:2])
            yield one, many


def _literals(function: ast.FunctionDef, node: ast.expr) -> Iterator[str]:
    """The texts that an argument can be: a literal, a choice of two, or a name set to literals."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(function, node.body)
        yield from _literals(function, node.orelse)
    elif isinstance(node, ast.Name):
        for assigned in ast.walk(function):
            if isinstance(assigned, ast.Assign):
                yield from _assigned(function, assigned, node.id)
            elif isinstance(assigned, ast.comprehension) and isinstance(assigned.iter, ast.Call):
                yield from _values_of(function, assigned, node.id)


def _assigned(function: ast.FunctionDef, node: ast.Assign, name: str) -> Iterator[str]:
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == name:
            yield from _literals(function, node.value)
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for one, value in zip(target.elts, node.value.elts, strict=True):
                if isinstance(one, ast.Name) and one.id == name:
                    yield from _literals(function, value)


def _values_of(function: ast.FunctionDef, node: ast.comprehension, name: str) -> Iterator[str]:
    """Texts of ``for key, name in table.items()`` over a dictionary that the function declares."""
    target, call = node.target, node.iter
    if not (
        isinstance(target, ast.Tuple) and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    ):
        return
    if not any(isinstance(part, ast.Name) and part.id == name for part in target.elts):
        return
    for assigned in ast.walk(function):
        if isinstance(assigned, ast.Assign) and isinstance(assigned.value, ast.Dict):
            for value in assigned.value.values:
                yield from _literals(function, value)
