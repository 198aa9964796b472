"""Between entries and the rows that hold them: stored values, and the hash of a row's content.

The hash covers what was said and by whom, not where it stands in the database: the same entry has the same
hash in every record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

import polars as pl

from corredor.moment import to_micros
from corredor.record.entries import Entry
from corredor.record.schema import field_types

E = TypeVar("E")

# The columns a figure's hash is taken over, ids as text and instants as microseconds.
FIGURE_CONTENT = (
    "series",
    "start",
    "end",
    "value",
    "low",
    "high",
    "known_at",
    "rounded_to",
    "flags",
    "source",
)


def to_values(entry: Entry) -> dict[str, Any]:
    """The entry's fields as its table takes them."""
    values: dict[str, Any] = {}
    for name, (cls, _) in field_types(type(entry)).items():
        value = getattr(entry, name)
        if value is not None and issubclass(cls, float):
            value = float(value)
        elif isinstance(value, StrEnum):
            value = value.value
        values[name] = value
    return values


def from_values(cls: type[E], row: Mapping[str, Any]) -> E:
    """The entry that a row holds."""
    values: dict[str, Any] = {}
    for name, (kind, _) in field_types(cls).items():
        value = row[name]
        if value is not None and issubclass(kind, StrEnum):
            value = kind(value)
        values[name] = value
    return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_micros(value)
    return value.isoformat() if isinstance(value, date) else value


def content_hash(values: Mapping[str, Any]) -> bytes:
    """SHA-256 over a row's columns as JSON with sorted names, instants in microseconds."""
    plain = {name: _plain(value) for name, value in values.items()}
    return sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).digest()


def entry_hash(entry: Entry) -> bytes:
    """SHA-256 over an entry's fields."""
    return content_hash(to_values(entry))


def correction_hash(row: Mapping[str, Any]) -> bytes:
    """SHA-256 over a correction's columns, without those that its load gave it."""
    names = ("action", "table", "target", "replacement", "reason", "mistake", "known_at", "actor")
    return content_hash({name: row[name] for name in names})


def figure_hashes(frame: pl.DataFrame) -> Iterator[bytes]:
    """SHA-256 of each row's content: the columns of `FIGURE_CONTENT` as text, joined by ``|``.

    Whole numbers have no decimal point, others Python's shortest notation, nothing stands for a null.
    ``known_at`` comes in microseconds, dates as dates.
    """
    texts = frame.select(
        _number_texts(frame[name]) if frame.schema[name] == pl.Float64 else pl.col(name).cast(pl.String)
        for name in FIGURE_CONTENT
    )
    joined = texts.select(pl.concat_str(pl.all().fill_null(""), separator="|")).to_series()
    for text in joined:
        yield sha256(text.encode()).digest()


def _number_texts(values: pl.Series) -> pl.Series:
    whole = (values.floor() == values) & (values.abs() < 2.0**53)
    texts = values.cast(pl.Int64, strict=False).cast(pl.String)
    odd = (~whole).fill_null(value=False).arg_true()
    if odd.is_empty():
        return texts
    return texts.scatter(odd, pl.Series([repr(value) for value in values.gather(odd)]))


def digest(parts: Iterable[tuple[str, Iterable[bytes]]]) -> str:
    """The digest of a load: SHA-256 over each table's name and its rows' hashes, in the order of row_id."""
    total = sha256()
    for table, hashes in parts:
        joined = b"".join(hashes)
        if joined:
            total.update(f"{table} {len(joined) // 32}\n".encode())
            total.update(joined)
    return total.hexdigest()
