"""The figures of a corridor folder: files of up to millions of rows, read column by column with Polars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from corredor.corridor.schema import FLAGS, Column
from corredor.corridor.tables import FIGURES
from corredor.errors import CorridorError, InputError, Rejection
from corredor.moment import parse_moment
from corredor.record.entries import FIGURE_FRAME

_NUMBERS = ("value", "low", "high", "rounded_to")
_DAYS = ("start", "end")


def read_figures(path: Path, zones: Mapping[str, str]) -> tuple[pl.DataFrame, list[Rejection]]:
    """The good rows of a file of figures and the bad ones.

    Args:
        path: a ``.csv`` or ``.csv.gz`` file with the columns of `tables.FIGURES`.
        zones: the publisher's zone of every series, by key; a figure of another series is bad.

    Returns:
        A frame with the columns of `FIGURE_FRAME`, ``line`` being the line of the file; and the rejections.

    Raises:
        CorridorError: the file cannot be read, or a required column is missing from its header.
    """
    text = _read_text(path)
    frame = text.select(
        pl.col("line"),
        pl.col("series"),
        pl.col("source"),
        *(pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in _DAYS),
        *(pl.col(name).cast(pl.Float64, strict=False) for name in _NUMBERS),
        _known_at(text, zones),
        pl.when(pl.col("flags").is_not_null())
        .then(_mapped(text, "flags", _flag_bits, pl.Int32()).fill_null(-1))
        .otherwise(0)
        .cast(pl.Int32)
        .alias("flags"),
    )
    rejections = _rejections(path, text, frame, zones)
    if rejections:
        bad = [rejection.line for rejection in rejections]
        frame = frame.filter(~pl.col("line").is_in(bad))
    return frame.select(*FIGURE_FRAME).cast(pl.Schema(FIGURE_FRAME)), rejections


def _read_text(path: Path) -> pl.DataFrame:
    """All cells as text, blank ones null, missing optional columns added, with their line numbers."""
    try:
        text = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (pl.exceptions.PolarsError, OSError) as error:
        message = str(error).splitlines()[0]
        raise CorridorError(
            f"cannot be read: {message}", where=path.name, accepted="a CSV file in UTF-8"
        ) from error
    missing = [
        column.name for column in FIGURES.columns if column.required and column.name not in text.columns
    ]
    if missing:
        raise CorridorError(
            f"the header lacks {', '.join(missing)}",
            where=path.name,
            accepted="columns " + ", ".join(column.name for column in FIGURES.columns),
        )
    absent = [column.name for column in FIGURES.columns if column.name not in text.columns]
    return (
        text.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
        .select(column.name for column in FIGURES.columns)
        .with_columns(pl.when(pl.all().str.len_bytes() > 0).then(pl.all()))
        .with_row_index("line", offset=2)
        .with_columns(pl.col("line").cast(pl.Int64))
    )


def _mapped(
    text: pl.DataFrame, name: str, read: Callable[[str], object | None], dtype: pl.DataType
) -> pl.Expr:
    """A column read value by value, each distinct text once; unreadable ones become null."""
    distinct = text.get_column(name).drop_nulls().unique().to_list()
    return pl.col(name).replace_strict(
        distinct, [read(value) for value in distinct], default=None, return_dtype=dtype
    )


def _flag_bits(text: str) -> int | None:
    words = text.split(" ")
    if any(word not in FLAGS for word in words):
        return None
    return sum(FLAGS[word] for word in dict.fromkeys(words))


def _known_at(text: pl.DataFrame, zones: Mapping[str, str]) -> pl.Series:
    """``known_at`` as UTC instants: a date ends in the zone of its series."""
    keys = list(zones)
    zone_of = pl.col("series").replace_strict(keys, [zones[key] for key in keys], default=None)
    pairs = text.select("known_at", zone_of.alias("zone") if keys else pl.lit(None, pl.String).alias("zone"))
    distinct = pairs.unique().rows()
    read = [None if moment is None or zone is None else _moment(moment, zone) for moment, zone in distinct]
    table = pl.DataFrame(
        {"known_at": [pair[0] for pair in distinct], "zone": [pair[1] for pair in distinct], "read": read},
        schema={"known_at": pl.String, "zone": pl.String, "read": FIGURE_FRAME["known_at"]},
    )
    joined = pairs.join(table, on=["known_at", "zone"], how="left", nulls_equal=True, maintain_order="left")
    return joined.get_column("read").alias("known_at")


def _moment(text: str, zone: str) -> object | None:
    try:
        return parse_moment(text, zone)
    except InputError:
        return None


def _rejections(
    path: Path, text: pl.DataFrame, frame: pl.DataFrame, zones: Mapping[str, str]
) -> list[Rejection]:
    """What is wrong, one entry for each bad cell, in the order of the lines."""
    found: list[Rejection] = []

    def reject(bad: pl.Expr | pl.Series, field: str, expected: str, shown: str = "") -> None:
        rows = both.filter(bad).select("line", pl.col("raw_" + (shown or field)).fill_null("")).rows()
        found.extend(Rejection(f"figures/{path.name}", line, field, value, expected) for line, value in rows)

    raw = text.select(pl.exclude("line").name.prefix("raw_"))
    both = frame.hstack(raw.get_columns())
    known = pl.col("series").is_in(list(zones)) if zones else pl.lit(value=False)
    reject(~known.fill_null(value=False), "series", _expected("series"))
    for name in _DAYS:
        reject(pl.col(name).is_null(), name, _expected(name))
    for name in _NUMBERS:
        wrong = pl.col("raw_" + name).is_not_null() & ~pl.col(name).is_finite().fill_null(value=False)
        reject(wrong, name, _expected(name))
    reject(pl.col("rounded_to") < 0, "rounded_to", _expected("rounded_to"))
    reject(pl.col("known_at").is_null() & known.fill_null(value=False), "known_at", _expected("known_at"))
    reject(pl.col("raw_flags").is_not_null() & (pl.col("flags") < 0), "flags", _expected("flags"))
    reject(pl.col("source").is_null(), "source", _expected("source"))
    reject(pl.col("end") <= pl.col("start"), "end", "a day after the start: the end is not in the period")
    blank = pl.col("raw_value").is_null() & pl.col("raw_low").is_null() & pl.col("raw_high").is_null()
    reject(blank, "value", "a number, or low and high")
    reject(pl.col("low") > pl.col("high"), "low", "a number not above high")
    return sorted(found, key=lambda rejection: rejection.line)


def _expected(name: str) -> str:
    column: Column = FIGURES.column(name)
    return column.expected
