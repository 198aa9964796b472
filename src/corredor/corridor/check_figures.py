"""Corredor's own rules for the files of figures, which are too large for row-by-row validation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from corredor.corridor.figures import read_figures
from corredor.corridor.findings import Finding, error, of_failure, of_rejection, warning
from corredor.corridor.folder import figure_files
from corredor.corridor.rows import Row
from corredor.errors import CorridorError, InputError
from corredor.moment import zone
from corredor.record.entries import Flag, Frequency

KEY = ["series", "start", "end", "known_at"]
CONTENT = ["value", "low", "high", "rounded_to", "flags", "source"]
# Whole months, weeks and days; a year may be fiscal, and irregular periods are free.
STEPS = {Frequency.DAY: "1d", Frequency.WEEK: "1w", Frequency.MONTH: "1mo"}


def check_figures(folder: Path, tables: Mapping[str, Sequence[Row]], whole: Collection[str]) -> list[Finding]:
    """Findings on the folder's figures: bad cells, unknown sources, duplicates, odd periods.

    Args:
        folder: the corridor folder.
        tables: the good rows of its other tables; series and sources are looked up there.
        whole: tables without bad rows. Without all series the figures wait until these are mended.
    """
    zones = {row.values["key"]: row.values["zone"] for row in tables["series"] if _valid(row.values["zone"])}
    if "series" not in whole or len(zones) < len(tables["series"]):
        return []
    sources = [row.values["id"] for row in tables["sources"]]
    frequencies = {row.values["key"]: row.values["frequency"] for row in tables["series"]}
    findings: list[Finding] = []
    frames: list[pl.DataFrame] = []
    for path in figure_files(folder):
        file = path.relative_to(folder).as_posix()
        try:
            frame, rejections = read_figures(path, zones)
        except CorridorError as failure:
            findings.append(of_failure(failure, file))
            continue
        findings += (of_rejection(bad) for bad in rejections)
        for source, line in _unknown_sources(frame, sources) if "sources" in whole else ():
            findings.append(error(file, line, "source", source, "an id of sources.csv"))
        findings += _periods(file, frame, frequencies)
        frames.append(frame.with_columns(pl.lit(file).alias("file")))
    if frames:
        findings += _duplicates(pl.concat(frames))
    return findings


def _valid(zone_name: str) -> bool:
    try:
        zone(zone_name)
    except InputError:
        return False
    return True


def _unknown_sources(frame: pl.DataFrame, sources: Sequence[str]) -> list[tuple[str, int]]:
    """Each unknown source once, with the first line on which it stands."""
    unknown = frame.filter(~pl.col("source").is_in(list(sources)))
    return unknown.group_by("source", maintain_order=True).agg(pl.col("line").min()).rows()


def _periods(file: str, frame: pl.DataFrame, frequencies: Mapping[str, str]) -> Iterator[Finding]:
    keys = list(frequencies)
    frequency = pl.col("series").replace_strict(keys, list(frequencies.values()), default=None)
    whole = frame.filter(pl.col("flags") & int(Flag.PARTIAL) == 0)
    for name, step in STEPS.items():
        odd = pl.col("end") != pl.col("start").dt.offset_by(step)
        if name is Frequency.MONTH:
            odd = odd | (pl.col("start").dt.day() != 1)
        if not keys:
            return
        found = whole.filter((frequency == str(name)) & odd)
        for series, line, number in _first_lines(found, "series"):
            more = f" and {number - 1} more" if number > 1 else ""
            yield warning(file, line, "end", series + more, f"periods of one {name}, or the flag partial")


def _first_lines(frame: pl.DataFrame, by: str) -> list[tuple[str, int, int]]:
    return frame.group_by(by, maintain_order=True).agg(pl.col("line").min(), pl.len()).rows()


def _duplicates(figures: pl.DataFrame) -> Iterator[Finding]:
    """Two figures of one series, period and moment: a conflict if they differ, else a row too many."""
    twice = figures.filter(pl.struct(KEY).is_duplicated()).sort(*KEY, "file", "line")
    again = twice.filter(~pl.struct(KEY).is_first_distinct())
    same = again.join(twice.unique([*KEY, *CONTENT], keep="none"), on=[*KEY, "file", "line"], how="anti")
    repeated = set(same.select("file", "line").rows())
    for file, line, series, start in again.select("file", "line", "series", "start").rows():
        if (file, line) in repeated:
            yield warning(file, line, "series", f"{series} of {start}", "each figure only once")
        else:
            wanted = "one figure per series, period and known_at"
            yield error(file, line, "series", f"{series} of {start}", wanted)
