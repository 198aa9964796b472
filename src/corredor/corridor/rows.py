"""Rows of a corridor table: text in, typed values out, and a rejection for each value that is not so."""

from __future__ import annotations

import csv
import gzip
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from corredor.corridor.schema import Column, Table
from corredor.errors import CorridorError, Rejection


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (the header is line 1) and its values by column, None where blank."""

    line: int
    values: dict[str, Any]

    def text(self, name: str) -> str:
        """The value of a text column, "" where blank."""
        return self.values[name] or ""


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or "_" in text:
        raise ValueError(text)
    return number


READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "number": _number,
    "integer": int,
    "boolean": _truth,
    "date": date.fromisoformat,
}


def read_value(column: Column, text: str) -> Any:
    """The typed value of a cell; None where blank.

    Raises:
        ValueError: it is not what the column accepts (`Column.expected` says what is).
    """
    if not text:
        if column.required:
            raise ValueError(text)
        return None
    value = READERS[column.type](text)
    if column.enum and value not in column.enum:
        raise ValueError(text)
    if column.pattern and not _pattern(column.pattern).fullmatch(text):
        raise ValueError(text)
    if column.minimum is not None and value < column.minimum:
        raise ValueError(text)
    if column.maximum is not None and value > column.maximum:
        raise ValueError(text)
    return value


def open_text(path: Path) -> Iterator[list[str]]:
    """The records of a CSV file, plain or gzip, as lists of text.

    Raises:
        CorridorError: it cannot be read, or is not UTF-8 text.
    """
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as packed:
                yield from csv.reader(packed)
        else:
            with path.open(encoding="utf-8-sig", newline="") as plain:
                yield from csv.reader(plain)
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
        raise CorridorError(
            f"cannot be read: {error}", where=path.name, accepted="a CSV file in UTF-8"
        ) from error


def read_header(path: Path) -> list[str]:
    """The names in the first line of a CSV file; none where it is empty.

    Raises:
        CorridorError: the file cannot be read.
    """
    return next(open_text(path), [])


def read_rows(path: Path, table: Table) -> tuple[list[Row], list[Rejection]]:
    """The good rows of a table's file, and what is wrong with the others.

    A missing optional column reads as blank; an unknown column is left alone. A line is counted as a
    record: the format has no line breaks inside a field.

    Raises:
        CorridorError: the file cannot be read, or a required column is missing from its header.
    """
    records = open_text(path)
    header = next(records, [])
    missing = [column.name for column in table.columns if column.required and column.name not in header]
    if missing:
        raise CorridorError(
            f"the header lacks {', '.join(missing)}",
            where=path.name,
            accepted="columns " + ", ".join(column.name for column in table.columns),
        )
    places = [(column, header.index(column.name)) for column in table.columns if column.name in header]
    blank = dict.fromkeys(column.name for column in table.columns)
    rows: list[Row] = []
    rejections: list[Rejection] = []
    for line, record in enumerate(records, start=2):
        if not record:
            continue
        if len(record) != len(header):
            expected = f"{len(header)} cells as in the header"
            rejections.append(Rejection(path.name, line, "row", f"{len(record)} cells", expected))
            continue
        values = blank.copy()
        good = True
        for column, index in places:
            try:
                values[column.name] = read_value(column, record[index])
            except ValueError:
                good = False
                rejections.append(Rejection(path.name, line, column.name, record[index], column.expected))
        if good:
            rows.append(Row(line, values))
    return rows, rejections
