"""From a situation to arrays: one row a series, one column a calendar month, as known at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

from corredor.moment import add_months
from corredor.record.entries import Flag, Series, SeriesKind
from corredor.signals.groups import Group, group_of, lender_of, lending
from corredor.signals.model import Floats

RELEASES_FOR_LAG = 24
LONGEST_LAG_DAYS = 180


class Known(Protocol):
    """What this room reads of a `Situation`."""

    @property
    def as_of(self) -> datetime:
        """The moment, aware."""

    def panel(self, keys: Sequence[str], /) -> pl.DataFrame:
        """The newest vintage of every period known then."""

    def vintages(self, keys: Sequence[str], /) -> pl.DataFrame:
        """Every vintage known then."""

    def series(self, pattern: str | None, /) -> list[Series]:
        """The series of the record."""


@dataclass(frozen=True)
class Row:
    """One series of a group.

    Attributes:
        key: of the series.
        own: months with a figure of its own, as columns of the group's matrix.
        start: first day of its newest period.
        end: day after its newest period.
        value: newest figure, None where it has none that can be judged.
        known_at: when the newest figure became known.
        source: id of its source.
        flags: of the newest figure.
        later_vintage: whether any figure learnt from, own or lent, is a later vintage.
        lag_days: usual days from the end of a month to its first release; None where not known.
        reason: why it cannot be judged at all (``cumulative``, ``not-monthly``), else "".
    """

    key: str
    own: tuple[int, ...]
    start: date
    end: date
    value: float | None
    known_at: datetime
    source: str
    flags: int
    later_vintage: bool
    lag_days: int | None
    reason: str = ""


@dataclass(frozen=True)
class History:
    """A group of sibling series as known at a moment.

    Attributes:
        group: that they belong to.
        first: first day of column 0.
        rows: one a row of ``values``.
        values: counts, (S, T); NaN where nothing is known or only a part of the month.
        known: days before the moment at which each own figure became known, (S, T); NaN for lent ones.
    """

    group: Group
    first: date
    rows: tuple[Row, ...]
    values: Floats
    known: Floats

    def month(self, column: int) -> date:
        """First day of a column's month; columns past the end are months to come."""
        return add_months(self.first, column)


def histories(situation: Known, keys: Sequence[str]) -> list[History]:
    """The groups of these series with all they learn from; a series without any figure is left out."""
    wanted = list(dict.fromkeys(keys))
    catalogue = {series.key: series for series in situation.series(None)}
    groups = {group.name: group for group in map(group_of, wanted)}
    members = {
        name: dict.fromkeys(
            [key for key in wanted if group_of(key).name == name] + lending(group, sorted(catalogue))
        )
        for name, group in groups.items()
    }
    shown = [key for found in members.values() for key in found]
    lenders = [lender for lender in map(lender_of, shown) if lender is not None]
    panel = situation.panel(list(dict.fromkeys(shown + lenders)))
    lags = _lags(situation.vintages(wanted))
    frames = {str(key[0]): frame for key, frame in panel.group_by("series", maintain_order=True)}
    return [
        _history(groups[name], list(found), frames, catalogue=catalogue, lags=lags, as_of=situation.as_of)
        for name, found in members.items()
        if any(key in frames for key in found)
    ]


def _lags(vintages: pl.DataFrame) -> dict[str, int]:
    """Median days from the end of a period to its first release, over each series' last periods."""
    first = vintages.group_by("series", "end").agg(pl.col("known_at").min())
    days = (pl.col("known_at").dt.date() - pl.col("end")).dt.total_days()
    lags = (
        first.sort("end")
        .with_columns(days.alias("days"))
        .group_by("series")
        .agg(pl.col("days").tail(RELEASES_FOR_LAG).median())
    )
    return {
        row["series"]: round(row["days"])
        for row in lags.iter_rows(named=True)
        if 0 <= row["days"] <= LONGEST_LAG_DAYS
    }


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    """The whole-month rows of one series, with a number for each month and a single value."""
    start, middle = pl.col("start"), (pl.col("low") + pl.col("high")) / 2
    partial = (pl.col("flags") & int(Flag.PARTIAL)) != 0
    return frame.filter((start.dt.day() == 1) & (start.dt.offset_by("1mo") == pl.col("end"))).with_columns(
        (start.dt.year().cast(pl.Int64) * 12 + start.dt.month() - 1).alias("month"),
        pl.coalesce("value", middle).alias("count"),
        partial.alias("partial"),
    )


def _history(
    group: Group,
    keys: list[str],
    frames: dict[str, pl.DataFrame],
    *,
    catalogue: dict[str, Series],
    lags: dict[str, int],
    as_of: datetime,
) -> History:
    keys = [key for key in keys if key in frames]
    monthly = {key: _columns(frames[key]) for key in keys}
    lent = {
        key: _columns(frames[lender])
        for key in keys
        if (lender := lender_of(key)) is not None and lender in frames
    }
    every = [frame["month"] for frame in (*monthly.values(), *lent.values()) if frame.height]
    low = min((int(column.to_numpy().min()) for column in every), default=0)
    high = max((int(column.to_numpy().max()) for column in every), default=0)
    values = np.full((len(keys), high - low + 1), np.nan)
    known = np.full(values.shape, np.nan)
    rows = []
    for i, key in enumerate(keys):
        own = monthly[key]
        whole = own.filter(~pl.col("partial") & pl.col("count").is_not_null())
        columns = whole["month"].to_numpy() - low
        values[i, columns] = whole["count"].to_numpy()
        age = pl.select(pl.lit(as_of, dtype=pl.Datetime("us", "UTC")) - whole["known_at"]).to_series()
        known[i, columns] = age.dt.total_days().to_numpy()
        borrowed = _borrow(values[i], lent[key], low) if key in lent else False
        late = _any_late(own) or (borrowed and _any_late(lent[key]))
        row = _row(
            key,
            frames[key],
            own,
            columns=columns.tolist(),
            late=late,
            lag=lags.get(key),
            series=catalogue.get(key),
        )
        rows.append(row)
    return History(group, date(low // 12, low % 12 + 1, 1), tuple(rows), values, known)


def _borrow(values: Floats, lent: pl.DataFrame, low: int) -> bool:
    """Fill the months before a series began from the lender, at the level of the months both have."""
    whole = lent.filter(~pl.col("partial") & (pl.col("count") > 0))
    history = np.full(values.size, np.nan)
    history[whole["month"].to_numpy() - low] = whole["count"].to_numpy()
    both = (values > 0) & (history > 0)
    if not both.any():
        return False
    before = np.arange(values.size) < int(np.flatnonzero(~np.isnan(values))[0])
    level = float(np.exp(np.median(np.log(values[both] / history[both]))))
    values[before] = history[before] * level
    return bool((~np.isnan(history[before])).any())


def _any_late(frame: pl.DataFrame) -> bool:
    return bool(((frame["flags"] & int(Flag.LATER_VINTAGE)) != 0).any())


def _row(
    key: str,
    frame: pl.DataFrame,
    monthly: pl.DataFrame,
    *,
    columns: list[int],
    late: bool,
    lag: int | None,
    series: Series | None,
) -> Row:
    newest = (monthly if monthly.height else frame).sort("end", "start").row(-1, named=True)
    reason = "" if monthly.height else "not-monthly"
    if series is not None and series.kind is SeriesKind.CUMULATIVE:
        reason = "cumulative"
    value = newest["value"]
    if value is None and newest["low"] is not None and newest["high"] is not None:
        value = (newest["low"] + newest["high"]) / 2
    return Row(
        key=key,
        own=tuple(columns),
        start=newest["start"],
        end=newest["end"],
        value=value,
        known_at=newest["known_at"],
        source=newest["source"],
        flags=newest["flags"],
        later_vintage=late,
        lag_days=lag,
        reason=reason,
    )


def due(row: Row, month: date) -> date | None:
    """The day by which a month's first figure usually is out; None where the past tells nothing."""
    return None if row.lag_days is None else add_months(month, 1) + timedelta(days=row.lag_days)
