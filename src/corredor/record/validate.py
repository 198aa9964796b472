"""The rules that every row must meet before it enters the record; what breaks one is named, never mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any

import polars as pl

from corredor.errors import InputError, Rejection
from corredor.moment import zone
from corredor.record.entries import (
    FIGURE_FRAME,
    Batch,
    Entry,
    Evidence,
    Flag,
    GroupReport,
    Series,
    SeriesKind,
    SiteReport,
    Source,
    Statement,
)
from corredor.record.schema import KINDS, EntryKind, field_types

# Counts cannot be negative; a unit with one of these words can (a net flow, a change, a temperature).
SIGNED_UNITS = ("net", "change", "difference", "index", "degree", "percent")
ALL_FLAGS = int(Flag.PROVISIONAL | Flag.PARTIAL | Flag.KNOWN_AT_ASSUMED | Flag.LATER_VINTAGE)
# A period starts nowhere on Earth more than this before its date starts in UTC.
_EARLIEST_ZONE = 14 * 3_600_000_000


@dataclass
class Checked:
    """The rows of a batch that may enter, and those that may not."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    figures: pl.DataFrame = field(default_factory=pl.DataFrame)
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What the record already holds that rows of a batch may refer to."""

    series: Mapping[str, Series]
    sources: Set[str]
    commitments: Set[str]


def check(batch: Batch, known: Known) -> Checked:
    """Sort a batch into rows that may enter and rejections (the parser's come first).

    Raises:
        InputError: the figures do not have the columns of `FIGURE_FRAME`.
    """
    result = Checked(rejections=list(batch.rejections))
    sources, commitments = set(known.sources), set(known.commitments)
    series = dict(known.series)
    for kind in KINDS:
        good: dict[str, Entry] = {}
        for entry in getattr(batch, kind.attribute):
            key = getattr(entry, kind.key)
            found = list(_entry_faults(entry, kind, sources, commitments))
            if key in good and good[key] != entry:
                found.append((kind.key, key, "one content for one id within a batch"))
            for name, value, expected in found:
                where = f"{kind.table} {key}: {name}"
                result.rejections.append(Rejection(batch.name, 0, where, str(value), expected))
            if not found:
                good.setdefault(key, entry)
        result.entries[kind.table] = list(good.values())
        if kind.table == "source":
            sources |= good.keys()
        elif kind.table == "commitment":
            commitments |= good.keys()
        elif kind.table == "series":
            series.update({key: each for key, each in good.items() if isinstance(each, Series)})
    result.figures, rejected = _check_figures(batch, series, sources)
    result.rejections += rejected
    return result


def _entry_faults(
    entry: Entry, kind: EntryKind, sources: Set[str], commitments: Set[str]
) -> Iterator[tuple[str, Any, str]]:
    """Field, value and what was expected, for each fault of one entry."""
    if not getattr(entry, kind.key).strip():
        yield kind.key, "", "an id"
    for name, (cls, optional) in field_types(kind.type).items():
        value = getattr(entry, name)
        if value is None:
            if not optional:
                yield name, value, "a value"
        elif isinstance(value, datetime) and value.tzinfo is None:
            yield name, value, "an instant with its zone"
        elif issubclass(cls, float) and not isfinite(value):
            yield name, value, "a finite number"
    if isinstance(entry, Series):
        try:
            zone(entry.zone)
        except InputError:
            yield "zone", entry.zone, "an IANA time zone"
    elif not isinstance(entry, Source) and entry.source not in sources:
        yield "source", entry.source, "the id of a source of the batch or the record"
    if isinstance(entry, Evidence) and entry.commitment not in commitments:
        yield "commitment", entry.commitment, "the id of a commitment of the batch or the record"
    yield from _quantity_faults(entry)


def _quantity_faults(entry: Entry) -> Iterator[tuple[str, Any, str]]:
    if isinstance(entry, Statement):
        yield from _range_faults("quantity", entry.quantity_low, entry.quantity_high)
        if entry.period_start and entry.period_end and entry.period_end <= entry.period_start:
            yield "period_end", entry.period_end, "a date after period_start"
    elif isinstance(entry, GroupReport):
        yield from _range_faults("size", entry.size_low, entry.size_high)
        for name, value, bound in (("lat", entry.lat, 90.0), ("lon", entry.lon, 180.0)):
            if value is not None and abs(value) > bound:
                yield name, value, f"degrees from -{bound:g} to {bound:g}"
    elif isinstance(entry, SiteReport):
        for name, value in (("capacity", entry.capacity), ("occupied", entry.occupied)):
            if value is not None and value < 0:
                yield name, value, "a count of 0 or more"


def _range_faults(name: str, low: float | None, high: float | None) -> Iterator[tuple[str, Any, str]]:
    if low is not None and low < 0:
        yield f"{name}_low", low, "a count of 0 or more"
    if low is not None and high is not None and high < low:
        yield f"{name}_high", high, f"at least {name}_low, {low:g}"


def _check_figures(
    batch: Batch, series: Mapping[str, Series], sources: Set[str]
) -> tuple[pl.DataFrame, list[Rejection]]:
    """The figures that may enter, sorted by nothing new, and the rejections of the others."""
    frame = batch.figures
    missing = [name for name in FIGURE_FRAME if name not in frame.columns]
    if missing:
        raise InputError(
            f"the figures lack {', '.join(missing)}", where=batch.name, accepted=", ".join(FIGURE_FRAME)
        )
    frame = frame.select(pl.col(name).cast(kind) for name, kind in FIGURE_FRAME.items()).with_columns(
        pl.col("flags").fill_null(0), pl.col("line").fill_null(0)
    )
    about = _series_facts(frame, series)
    frame = frame.join(about, on="series", how="left", maintain_order="left")
    frame = frame.with_columns(known_source=pl.col("source").is_in(list(sources)))
    rules = _figure_rules()
    faults = pl.coalesce(
        pl.when(broken.fill_null(value=False)).then(pl.lit(number, dtype=pl.Int8))
        for number, (_, broken, _) in enumerate(rules)
    )
    frame = frame.with_columns(fault=faults)
    rejections = [
        Rejection(
            batch.name,
            row["line"],
            rules[row["fault"]][0],
            _show(row, rules[row["fault"]][0]),
            rules[row["fault"]][2],
        )
        for row in frame.filter(pl.col("fault").is_not_null()).iter_rows(named=True)
    ]
    good = frame.filter(pl.col("fault").is_null()).select(*FIGURE_FRAME)
    return _without_conflicts(batch.name, good, rejections)


def _show(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    text = "" if value is None else str(value)
    return text if name == "series" else f"{text} ({row['series']}, {row['start']})"


def _series_facts(frame: pl.DataFrame, series: Mapping[str, Series]) -> pl.DataFrame:
    keys = [key for key in frame["series"].unique().to_list() if key in series]
    return pl.DataFrame(
        {
            "series": keys,
            "known_series": [True] * len(keys),
            "signed": [any(word in series[key].unit.lower() for word in SIGNED_UNITS) for key in keys],
            "stock": [series[key].kind == SeriesKind.STOCK for key in keys],
        },
        schema={"series": pl.String, "known_series": pl.Boolean, "signed": pl.Boolean, "stock": pl.Boolean},
    )


def _figure_rules() -> Sequence[tuple[str, pl.Expr, str]]:
    """Field, the expression that is true where the rule is broken, and what was expected."""
    value, low, high, start = (pl.col(name) for name in ("value", "low", "high", "start"))
    infinite = [
        (name, ~pl.col(name).is_finite() | (pl.col(name).abs() >= 1e300), "a finite number")
        for name in ("value", "low", "high", "rounded_to")
    ]
    smallest = pl.min_horizontal(value, low, high)
    begins = start.cast(pl.Datetime("us")).dt.epoch("us") - _EARLIEST_ZONE
    return (
        ("series", pl.col("known_series").is_null(), "the key of a series of the batch or the record"),
        (
            "source",
            ~pl.col("known_source").fill_null(value=False),
            "the id of a source of the batch or the record",
        ),
        ("start", start.is_null(), "a date"),
        ("end", pl.col("end").is_null(), "a date"),
        ("end", pl.col("end") <= start, "a date after the start"),
        ("known_at", pl.col("known_at").is_null(), "the moment at which the figure became known"),
        ("value", value.is_null() & low.is_null() & high.is_null(), "a number, or low and high"),
        *infinite,
        ("high", high < low, "at least low"),
        ("value", (value < low) | (value > high), "a number from low to high"),
        ("value", (smallest < 0) & ~pl.col("signed"), "a count of 0 or more"),
        ("rounded_to", pl.col("rounded_to") <= 0, "a step above 0, or nothing"),
        ("flags", (pl.col("flags") < 0) | (pl.col("flags") > ALL_FLAGS), f"a sum of flags, 0 to {ALL_FLAGS}"),
        # A level may be announced ahead; what happened in a period cannot be known before it begins.
        (
            "known_at",
            ~pl.col("stock") & (pl.col("known_at").dt.epoch("us") < begins),
            "not before the period",
        ),
    )


def _without_conflicts(
    name: str, frame: pl.DataFrame, rejections: list[Rejection]
) -> tuple[pl.DataFrame, list[Rejection]]:
    """Reject every row of a period for which one moment gives two values that cannot both be right."""
    at = ["series", "start", "end", "known_at"]
    repeated = frame.select(at).is_duplicated()
    if not repeated.any():
        return frame, rejections
    content = ["value", "low", "high"]
    # Several values of one moment agree where the coarsest rounding covers what lies between them.
    spread = pl.max_horizontal(
        (pl.col(column).max() - pl.col(column).min()).over(at).fill_null(0.0) for column in content
    )
    exact = pl.struct(content).filter(pl.col("rounded_to").is_null()).n_unique().over(at)
    slack = pl.col("rounded_to").max().over(at).fill_null(0.0) / 2
    apart = (spread > slack) | (exact > 1)
    several = frame.filter(repeated)
    distinct = several.unique([*at, "rounded_to", *content], keep="first", maintain_order=True)
    twice = distinct.filter((pl.len().over(at) > 1) & apart)
    if twice.is_empty():
        return frame, rejections
    for _, group in twice.group_by(at, maintain_order=True):
        lines = " and ".join(str(line) for line in group["line"])
        for row in group.iter_rows(named=True):
            expected = f"one value for one period and moment; lines {lines} differ"
            rejections.append(Rejection(name, row["line"], "value", _show(row, "value"), expected))
    return frame.join(twice, on=at, how="anti", maintain_order="left"), rejections
