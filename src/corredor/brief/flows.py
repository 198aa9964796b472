"""Counts in the brief: the newest figure of each series with its verdict, its months, its forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from corredor.brief import words
from corredor.brief.desk import Desk
from corredor.brief.language import Language
from corredor.brief.model import FlowLine, ForecastLine, HistoryRow, Interval, Judgement, Outcome, Words
from corredor.moment import day_of
from corredor.record.entries import Flag
from corredor.signals import Call, Forecast, Verdict
from corredor.situation import Situation

HISTORY_MONTHS = 13
KEY = ["series", "start", "end"]

Row = Mapping[str, Any]


def newest(situation: Situation, keys: Sequence[str]) -> dict[str, Row]:
    """The row of the newest period of each series that has one, as known in the situation."""
    panel = situation.panel(list(keys))
    rows = panel.sort("end", "start").group_by("series", maintain_order=True).last()
    return {row["series"]: row for row in rows.iter_rows(named=True)}


def first_releases(situation: Situation, keys: Sequence[str]) -> dict[tuple[str, date, date], Row]:
    """The first vintage of every period of these series, as known in the situation."""
    vintages = situation.vintages(list(keys)).sort("known_at", "recorded_at", "id")
    rows = vintages.group_by(KEY, maintain_order=True).first()
    return {(row["series"], row["start"], row["end"]): row for row in rows.iter_rows(named=True)}


def judgement(verdict: Verdict) -> Judgement:
    """A verdict as the brief holds it."""
    return Judgement(
        call=str(verdict.call),
        side=verdict.side,
        expected=verdict.expected,
        interval=Interval(
            low80=verdict.low80, high80=verdict.high80, low95=verdict.low95, high95=verdict.high95
        ),
        p_value=verdict.p_value,
        false_call_years=verdict.false_call_years,
        looked_at=verdict.looked_at,
        changes_below=verdict.changes_below,
        changes_above=verdict.changes_above,
        months=verdict.months,
        reason=verdict.reason,
        pseudo_real_time=verdict.pseudo_real_time,
    )


def flow_lines(desk: Desk, rows: Mapping[str, Row], verdicts: Mapping[str, Verdict]) -> tuple[FlowLine, ...]:
    """The lines of these series' newest figures, in the order of ``rows``."""
    first = first_releases(desk.situation, list(rows))
    return tuple(
        flow_line(desk, row, first[(key, row["start"], row["end"])], verdicts.get(key))
        for key, row in rows.items()
    )


def flow_line(desk: Desk, row: Row, first: Row, verdict: Verdict | None) -> FlowLine:
    """The line of a series' newest figure; ``first`` is its first vintage."""
    language, series = desk.language, desk.series[row["series"]]
    flags = Flag(row["flags"])
    judged = judgement(verdict) if verdict else None
    released = first if not Flag(first["flags"]) & Flag.LATER_VINTAGE else None
    period = words.period(language, series.frequency, row["start"], row["end"])
    small = [
        *([_release(language, series.zone, row, released)] if released else []),
        *_labels(language, flags),
        *(_doubt(desk, verdict) if verdict else []),
    ]
    return FlowLine(
        words=Words(
            subject=f"{desk.title(series.key)} · {period}",
            value=figure_text(language, row),
            compared=_expected(language, judged),
            call=words.call(language, judged) if judged else "",
            detail=" · ".join(small),
        ),
        citation=desk.cite_figure(row),
        series=series.key,
        place=series.place,
        unit=series.unit,
        start=row["start"],
        end=row["end"],
        value=row["value"],
        low=row["low"],
        high=row["high"],
        first_value=released["value"] if released else None,
        first_known_at=released["known_at"] if released else None,
        provisional=bool(flags & Flag.PROVISIONAL),
        partial=bool(flags & Flag.PARTIAL),
        later_vintage=bool(flags & Flag.LATER_VINTAGE),
        rounded_to=row["rounded_to"],
        verdict=judged,
        next_due=verdict.next_due if verdict else None,
    )


def figure_text(language: Language, row: Row) -> str:
    """A figure as published: a number, or its range."""
    if row["value"] is None:
        return language.between(row["low"], row["high"])
    text = language.number(row["value"])
    return language("about {number}", number=text) if row["rounded_to"] else text


def _expected(language: Language, judged: Judgement | None) -> str:
    if judged is None or judged.interval.low95 is None:
        return ""
    found = words.model_range(language, judged.interval.low95, judged.interval.high95)
    return language("expected {range}", range=found)


def _release(language: Language, zone_name: str, row: Row, first: Row) -> str:
    day = language.day(day_of(first["known_at"], zone_name))
    if first["value"] is None or row["value"] is None or first["value"] == row["value"]:
        return language("first release {day}", day=day)
    if not _revised(first, row):
        text = "first release {day}: about {number}"
        return language(text, day=day, number=language.number(first["value"]))
    text = "first release {day}: {number}, since revised by {change}"
    change = f"{row['value'] - first['value']:+,.0f}"
    return language(text, day=day, number=language.number(first["value"]), change=change)


def _revised(first: Row, row: Row) -> bool:
    """Whether two values of a figure differ by more than their rounding."""
    slack = max(first["rounded_to"] or 0.0, row["rounded_to"] or 0.0) / 2
    return bool(abs(row["value"] - first["value"]) > slack)


def _labels(language: Language, flags: Flag) -> list[str]:
    named = {
        Flag.LATER_VINTAGE: "final value, release date assumed",
        Flag.PARTIAL: "part of the period only",
        Flag.PROVISIONAL: "provisional",
    }
    return [language(text) for flag, text in named.items() if flags & flag]


def _doubt(desk: Desk, verdict: Verdict) -> list[str]:
    language = desk.language
    parts: list[str] = []
    if verdict.reason:
        parts.append(language(words.REASONS[verdict.reason]))
    if _outside(verdict):
        share = language.number(100 * (verdict.p_value or 0.0))
        parts.append(
            language("outside the 95% range, as {share}% of past errors: too many for a call", share=share)
        )
    if verdict.false_call_years is not None:
        years = max(1, round(verdict.false_call_years))
        one, many = "such a call is wrong about once a year", "such a call is wrong about once in {n} years"
        parts.append(language.count(one, many, years))
    if verdict.next_due is not None:
        parts.append(due(desk, language.month(verdict.end), verdict.next_due))
    return parts


def _outside(verdict: Verdict) -> bool:
    """Whether the figure lies outside its 95% range and is not called unusual all the same."""
    if verdict.call is not Call.WITHIN or verdict.observed is None:
        return False
    below = verdict.low95 is not None and verdict.observed < verdict.low95
    return below or (verdict.high95 is not None and verdict.observed > verdict.high95)


def due(desk: Desk, month: str, day: date) -> str:
    """When the figure of a month is due, or that it was due and has not come."""
    text = "{month} was due around {day}" if day < desk.today else "{month} due around {day}"
    return desk.language(text, month=month, day=desk.language.day(day, year=day.year != desk.today.year))


def history(situation: Situation, keys: Sequence[str]) -> tuple[HistoryRow, ...]:
    """The last thirteen months of each series: as first released, as known in the situation."""
    first = first_releases(situation, keys)
    panel = situation.panel(list(keys)).filter(pl.col("value").is_not_null())
    rows: list[HistoryRow] = []
    for key in keys:
        shown = panel.filter(pl.col("series") == key).sort("start").tail(HISTORY_MONTHS)
        for row in shown.iter_rows(named=True):
            begun = first[(key, row["start"], row["end"])]
            if begun["value"] is None:
                begun = row
            rows.append(
                HistoryRow(
                    series=key,
                    start=row["start"],
                    end=row["end"],
                    first_value=begun["value"],
                    first_known_at=begun["known_at"],
                    first_rounded_to=begun["rounded_to"],
                    value=row["value"],
                    known_at=row["known_at"],
                    rounded_to=row["rounded_to"],
                    revision=row["value"] - begun["value"],
                    revised=_revised(begun, row),
                    later_vintage=bool(Flag(row["flags"]) & Flag.LATER_VINTAGE),
                )
            )
    return tuple(rows)


def forecast_line(desk: Desk, forecast: Forecast, row: Row, outcome: Outcome | None) -> ForecastLine:
    """The line of one forecast period; ``row`` is the newest figure it was made from."""
    language, series = desk.language, desk.series[forecast.series]
    period = words.period(language, series.frequency, forecast.start, forecast.end)
    wide = words.model_range(language, forecast.low95, forecast.high95)
    narrow = words.model_range(language, forecast.low80, forecast.high80)
    ranges = language("80% {narrow}, 95% {wide}", narrow=narrow, wide=wide)
    return ForecastLine(
        words=Words(
            subject=f"{desk.title(series.key)} · {period}",
            value=language("about {number}", number=language.number(words.about(forecast.median))),
            compared=ranges,
            call=_outcome_words(language, outcome),
        ),
        citation=desk.cite_figure(row),
        series=series.key,
        place=series.place,
        unit=series.unit,
        horizon=forecast.horizon,
        start=forecast.start,
        end=forecast.end,
        median=forecast.median,
        interval=Interval(
            low80=forecast.low80, high80=forecast.high80, low95=forecast.low95, high95=forecast.high95
        ),
        pseudo_real_time=forecast.pseudo_real_time,
        due=forecast.next_due,
        outcome=outcome,
    )


def outcome_of(later: Situation, forecast: Forecast) -> Outcome | None:
    """What the later situation knows of the forecast period; None while it knows nothing."""
    row = later.panel([forecast.series]).filter(
        (pl.col("start") == forecast.start) & (pl.col("end") == forecast.end) & pl.col("value").is_not_null()
    )
    if row.is_empty():
        return None
    now = row.row(0, named=True)
    first = first_releases(later, [forecast.series])[(forecast.series, forecast.start, forecast.end)]
    value: float = now["value"]
    return Outcome(
        first_value=first["value"] if first["value"] is not None else value,
        first_known_at=first["known_at"],
        value=value,
        known_at=now["known_at"],
        inside80=_inside(value, forecast.low80, forecast.high80),
        inside95=_inside(value, forecast.low95, forecast.high95),
    )


def _inside(value: float, low: float | None, high: float | None) -> bool | None:
    return None if low is None or high is None else low <= value <= high


def _outcome_words(language: Language, outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    number = language.number(outcome.value)
    if outcome.inside95 is None:
        return language("came in at {number}", number=number)
    if outcome.inside80:
        return language("came in at {number}: inside both ranges", number=number)
    if outcome.inside95:
        return language("came in at {number}: outside the 80% range, inside the 95% range", number=number)
    return language("came in at {number}: outside both ranges", number=number)
