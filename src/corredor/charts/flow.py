"""Counts over time: a series with its revisions and its forecast; many series at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt
import polars as pl

from corredor.charts.draw import ACCENT, ALERT, INK, QUIET, WIDTH, styled


@dataclass(frozen=True)
class FlowWords:
    """The words of a flow chart, in the reader's language."""

    title: str
    source: str
    as_of: str
    first_release: str
    range80: str
    range95: str


def flow_chart(
    figures: pl.DataFrame, revised: pl.DataFrame, fan: pl.DataFrame, as_of: date, words: FlowWords
) -> Any:
    """One series: line, hollow marks where a first release was revised, forecast bands, moment of the brief.

    Args:
        figures: columns start (date), value; sorted.
        revised: columns start, first: first releases of periods that were revised since.
        fan: columns start, median, low80, high80, low95, high95; may be empty.
        as_of: the day of the brief.
        words: title (the finding), source line, and labels.
    """
    x = alt.X(
        "start:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6, grid=False, labelOverlap=True)
    )
    y = alt.Y("value:Q", title=None, axis=alt.Axis(format="~s", tickCount=5), scale=alt.Scale(zero=True))
    layers: list[Any] = []
    if not fan.is_empty():
        last = figures.tail(1)
        start = last.select(
            "start",
            *(pl.col("value").alias(name) for name in ("median", "low80", "high80", "low95", "high95")),
        )
        band = pl.concat([start, fan.select(start.columns)]).with_columns(
            pl.exclude("start").cast(pl.Float64)
        )
        base = alt.Chart(_rows(band)).encode(x=x)
        for low, high, opacity in (("low95", "high95", 0.15), ("low80", "high80", 0.25)):
            ends = {"y": alt.Y(f"{low}:Q", title=None), "y2": f"{high}:Q"}
            layers.append(base.mark_area(color=ACCENT, opacity=opacity).encode(**ends))
        layers.append(
            base.mark_line(color=ACCENT, strokeDash=[4, 3], strokeWidth=1.5).encode(
                y=alt.Y("median:Q", title=None)
            )
        )
        end = band.tail(1)
        labels = end.select(
            "start",
            pl.col("high95").alias("value"),
            pl.lit(words.range95).alias("label"),
        ).vstack(end.select("start", pl.col("high80").alias("value"), pl.lit(words.range80).alias("label")))
        text = alt.Chart(_rows(labels)).mark_text(align="left", dx=4, color=ACCENT, fontSize=11)
        layers.append(text.encode(x=x, y=y, text="label:N"))
    layers.append(alt.Chart(_rows(figures)).mark_line(color=INK, strokeWidth=1.8).encode(x=x, y=y))
    if not revised.is_empty():
        marks = alt.Chart(_rows(revised.rename({"first": "value"})))
        layers.append(marks.mark_point(color=INK, filled=False, size=28, strokeWidth=1).encode(x=x, y=y))
    newest = figures.tail(1).with_columns(
        pl.col("value").map_elements(lambda v: f"{v:,.0f}", pl.String).alias("label")
    )
    point = alt.Chart(_rows(newest)).encode(x=x, y=y)
    layers.append(point.mark_point(color=INK, filled=True, size=45))
    label: dict[str, Any] = {
        "align": "right",
        "dx": -2,
        "dy": 18,
        "color": INK,
        "fontSize": 12,
        "fontWeight": 600,
    }
    layers.append(point.mark_text(**label, stroke="white", strokeWidth=4).encode(text="label:N"))
    layers.append(point.mark_text(**label).encode(text="label:N"))
    moment = alt.Chart(alt.InlineData(values=[{"start": as_of.isoformat(), "label": words.as_of}]))
    layers.append(moment.mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x="start:T"))
    layers.append(
        moment.mark_text(align="right", dx=-4, color=QUIET, fontSize=11).encode(
            x="start:T", y=alt.value(6), text="label:N"
        )
    )
    subtitle = [words.source] + ([words.first_release] if not revised.is_empty() else [])
    chart = alt.layer(*layers).properties(
        width=WIDTH, height=260, title=alt.TitleParams(_wrapped(words.title), subtitle=subtitle)
    )
    return styled(chart)


@dataclass(frozen=True)
class PartRange:
    """The newest figure of one part and the range that was expected of it."""

    name: str
    start: date
    value: float
    low95: float | None
    high95: float | None
    unusual: bool


def parts_chart(
    figures: Mapping[str, pl.DataFrame], ranges: Sequence[PartRange], title: str, source: Sequence[str]
) -> Any:
    """Small multiples, one panel a part: its line, and the range expected of its newest figure.

    Args:
        figures: per part (in the order of the panels) a frame with columns start, value.
        ranges: one per part.
        title: the finding.
        source: the source line, and what the bars mean.
    """
    panels: list[Any] = []
    for part in ranges:
        frame = figures[part.name]
        x = alt.X("start:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=False))
        y = alt.Y("value:Q", title=None, axis=alt.Axis(format="~s", tickCount=3, minExtent=32, maxExtent=32))
        colour = ALERT if part.unusual else ACCENT
        layers: list[Any] = [alt.Chart(_rows(frame)).mark_line(color=INK, strokeWidth=1.3).encode(x=x, y=y)]
        row = [{"start": part.start.isoformat(), "value": part.value, "low": part.low95, "high": part.high95}]
        newest = alt.Chart(alt.InlineData(values=row)).encode(x=x)
        if part.low95 is not None:
            layers.append(
                newest.mark_rule(color=colour, strokeWidth=5, opacity=0.35).encode(
                    y=alt.Y("low:Q", title=None), y2="high:Q"
                )
            )
        layers.append(newest.mark_point(color=colour, filled=True, size=36).encode(y=y))
        panels.append(
            alt.layer(*layers).properties(
                width=178, height=90, title=alt.TitleParams(part.name, fontSize=12, fontWeight=500)
            )
        )
    chart = alt.concat(*panels, columns=3, spacing=14).properties(
        title=alt.TitleParams(_wrapped(title), subtitle=source)
    )
    return styled(chart)


def _rows(frame: pl.DataFrame) -> Any:
    """Rows as inline data, dates as ISO text, so that no zone shifts them."""
    dated = frame.with_columns(pl.col("start").cast(pl.String))
    return alt.InlineData(values=dated.to_dicts())


def _wrapped(text: str, width: int = 84) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)
