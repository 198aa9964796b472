"""The brief as one HTML file: text, pictures and tables, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from corredor.brief import words
from corredor.brief.desk import Desk
from corredor.brief.flows import newest
from corredor.brief.ground import WALKERS
from corredor.brief.language import Language
from corredor.brief.model import Brief, Citation, FlowLine
from corredor.brief.sections import Table, moment_words, sections, small_print, source_words
from corredor.charts import corridor_map, flow_chart, parts_chart, to_svg
from corredor.charts.flow import FlowWords, PartRange
from corredor.charts.map import MapWords, Mark
from corredor.corridor.selection import read_outline
from corredor.corridor.status import State
from corredor.moment import day_of
from corredor.situation import Situation

MONTHS_SHOWN = 36
UNUSUAL = ("unusual single period", "sustained change")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("corredor.brief"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(brief: Brief, situation: Situation, outline: Path | None = None) -> str:
    """The brief as a self-contained page.

    Args:
        brief: what is told.
        situation: what it was made from, for the pictures.
        outline: a GeoJSON file of the land, for the map; None: a map without land.
    """
    language = Language(brief.lang)
    pictures: dict[str, Markup] = {}
    tables: dict[str, Table] = {}
    if brief.changes is None:
        for name, chart in _pictures(language, brief, situation, outline).items():
            pictures[name] = Markup(to_svg(chart))  # noqa: S704  # drawn by us from escaped data
        drawn = {"flows": brief.flows[:1], "parts": brief.parts}
        tables = {name: _table(language, situation, lines) for name, lines in drawn.items() if lines}
    template = _environment().get_template("brief.html.j2")

    def cited(citation: Citation | None) -> str:
        return source_words(language, brief.zone, citation)

    return template.render(
        brief=brief,
        sections=sections(language, brief),
        moment=moment_words(language, brief),
        pictures=pictures,
        tables=tables,
        cited=cited,
        small=lambda line: small_print(language, brief, line),
        t=language,
        as_text=language("The same as data: corredor brief --format json"),
    )


def _table(language: Language, situation: Situation, lines: Sequence[FlowLine]) -> Table:
    """The figures that a picture of these series shows, month by month, newest first."""
    panel = situation.panel([line.series for line in lines]).filter(pl.col("value").is_not_null())
    months = sorted(set(panel["start"]), reverse=True)[:MONTHS_SHOWN]
    values = {(row["series"], row["start"]): row["value"] for row in panel.iter_rows(named=True)}
    rows = []
    for month in months:
        found = [values.get((line.series, month)) for line in lines]
        rows.append([language.month(month), *("–" if one is None else language.number(one) for one in found)])
    titles = [line.words.subject.rpartition(" · ")[0] or line.words.subject for line in lines]
    return Table([language("month"), *titles], rows)


def _pictures(
    language: Language, brief: Brief, situation: Situation, outline: Path | None
) -> Mapping[str, Any]:
    pictures: dict[str, Any] = {"map": _map(language, brief, situation, outline)}
    if brief.flows:
        pictures["flows"] = _flow(language, brief, situation, brief.flows[0])
    if brief.parts:
        pictures["parts"] = _parts(language, brief, situation)
    return pictures


def _flow(language: Language, brief: Brief, situation: Situation, line: FlowLine) -> Any:
    known = situation.panel([line.series]).filter(pl.col("value").is_not_null()).sort("start")
    figures = known.select("start", "value").tail(MONTHS_SHOWN)
    revised = pl.DataFrame(
        [
            {"start": row.start, "first": row.first_value}
            for row in brief.history
            if row.series == line.series and row.revised
        ],
        schema={"start": pl.Date, "first": pl.Float64},
    )
    fan = pl.DataFrame(
        [
            {"start": row.start, "median": row.median, **row.interval.model_dump()}
            for row in brief.forecasts
            if row.series == line.series and row.interval.low95 is not None
        ],
        schema={"start": pl.Date}
        | dict.fromkeys(("median", "low80", "high80", "low95", "high95"), pl.Float64),
    )
    shown = FlowWords(
        title=f"{line.words.subject}: {line.words.value}"
        + (f", {line.words.call}" if line.words.call else ""),
        source=language("Source: {source}", source=source_words(language, brief.zone, line.citation)),
        as_of=language("as of {day}", day=language.day(day_of(brief.as_of, brief.zone))),
        first_release=language("Hollow marks: first releases that were revised later"),
        range80="80%",
        range95="95%",
    )
    return flow_chart(figures, revised, fan, day_of(brief.as_of, brief.zone), shown)


def _parts(language: Language, brief: Brief, situation: Situation) -> Any:
    panel = situation.panel([line.series for line in brief.parts]).filter(pl.col("value").is_not_null())
    frames: dict[str, pl.DataFrame] = {}
    ranges: list[PartRange] = []
    for line in brief.parts:
        if line.value is None:
            continue
        name = situation.corridor.name_of(line.place, language.code)
        frame = panel.filter(pl.col("series") == line.series).sort("start")
        frames[name] = frame.select("start", "value").tail(MONTHS_SHOWN)
        verdict = line.verdict
        unusual = verdict is not None and verdict.call in UNUSUAL
        low, high = (verdict.interval.low95, verdict.interval.high95) if verdict else (None, None)
        ranges.append(PartRange(name, line.start, line.value, low, high, unusual))
    calls = [line for line in brief.parts if line.verdict is not None and line.verdict.call in UNUSUAL]
    title = language.count(
        "{n} of {all} parts is unusual", "{n} of {all} parts are unusual", len(calls), all=len(ranges)
    )
    if not calls:
        title = language("Every part within usual variation or not judged")
    month = words.period(
        language,
        situation.series(brief.parts[0].series)[0].frequency,
        brief.parts[0].start,
        brief.parts[0].end,
    )
    source = language("Source: {source}", source=source_words(language, brief.zone, brief.parts[0].citation))
    bars = language("bar: range expected of {month}", month=month)
    return parts_chart(frames, ranges, title, [source, bars])


def _map(language: Language, brief: Brief, situation: Situation, outline: Path | None) -> Any:
    corridor, desk = situation.corridor, Desk(language, situation, {})
    closed: dict[str, Mark] = {}
    for line in brief.crossings:
        place = corridor.places.get(line.place)
        if (
            place is not None
            and place.lat is not None
            and place.lon is not None
            and line.status is not State.OPEN
            and place.kind != "service"
        ):
            closed[line.place] = Mark(place.lat, place.lon, desk.place(line.place))
    groups = [mark for line in brief.groups for mark in _group_mark(situation, line.group, line.words.value)]
    cities: dict[str, Mark] = {}
    stock = newest(situation, [line.series for line in brief.reception])
    for entry in brief.reception:
        place = corridor.places.get(entry.place)
        count = entry.value if entry.value is not None else entry.high
        if place is None or place.lat is None or place.lon is None or not count or entry.series not in stock:
            continue
        if entry.place not in cities:
            label = f"{corridor.name_of(entry.place, language.code)}\n{entry.words.value}"
            cities[entry.place] = Mark(place.lat, place.lon, label, count)
    day = language.day(day_of(brief.as_of, brief.zone))
    title = language.count("{n} crossing closed or limited", "{n} crossings closed or limited", len(closed))
    land = read_outline(outline) if outline else None
    source = language("Sources: as listed beside each line")
    if land is not None and isinstance(land.get("source"), str):
        source = language("Sources: as listed beside each line; land: {source}", source=land["source"])
    shown = MapWords(
        title=language("{finding} on {day}", finding=title, day=day),
        source=source,
        rail=language("rail"),
        road=language("road"),
        closed=language("crossing closed or limited"),
        group=language("group, last report"),
        city=language("people in care"),
    )
    return corridor_map(
        corridor,
        land,
        closed=list(closed.values()),
        groups=groups,
        cities=list(cities.values()),
        words=shown,
    )


def _group_mark(situation: Situation, group: str, label: str) -> list[Mark]:
    known = [row for row in situation.groups() if row.group == group and row.track in WALKERS]
    reports = [row for row in known if row.lat is not None]
    if not reports:
        return []
    last = max(reports, key=lambda row: (row.on, row.known_at))
    return [Mark(last.lat, last.lon, label)] if last.lat is not None and last.lon is not None else []
