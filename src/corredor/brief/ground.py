"""Crossings, groups and receiving cities in the brief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from corredor.brief import words
from corredor.brief.desk import Desk
from corredor.brief.flows import Row, figure_text
from corredor.brief.model import CrossingLine, GroupLine, ReceptionLine, Words
from corredor.corridor import Corridor
from corredor.corridor.geo import great_circle_km
from corredor.corridor.status import RANK, MergedStatus, State, Status, merge_statuses
from corredor.moment import zone
from corredor.record.entries import Event, GroupReport, Precision, SeriesKind
from corredor.situation import Situation

GROUP_DAYS = 21
LONG_DAYS = 60
STALE_DAYS = 14
# Facilities that are no place to walk up to.
NOT_BUILT = ("between-ports", "pathway")
WALKERS = ("main", "re-formed")
LAST_EVENTS = ("dissolved",)
# Groups' events in words; a word that is not here is shown without its event.
GROUP_EVENTS = {
    "departed": "left {place} on {day}",
    "arrived": "reached {place} on {day}",
    "at": "at {place} on {day}",
    "transit offered": "at {place} on {day}, transit offered",
    "dissolved": "broke up at {place} on {day}",
}


def crossing_lines(desk: Desk) -> tuple[CrossingLine, ...]:
    """Every crossing that is not fully open, and those whose status changed in the last two weeks."""
    situation = desk.situation
    merged = merge_statuses(situation.statuses(), situation.corridor)
    events = {event.id: event for event in situation.events()}
    lines = [crossing_line(desk, row, events[row.status.event_id]) for row in merged]
    return tuple(sorted(lines, key=lambda line: (-RANK[line.status], line.words.subject)))


def crossing_line(desk: Desk, merged: MergedStatus, event: Event) -> CrossingLine:
    """The line of one status, with since when and the note of the event behind it."""
    language, status = desk.language, merged.status
    traffic = ", ".join(language(words.MODES[mode]) for mode in merged.modes)
    way = language(words.DIRECTIONS[merged.direction])
    shut = status.change is not State.OPEN
    parts = [
        *(_how_long(desk, status) if shut else []),
        language.pick(event.note, event.note_es),
    ]
    return CrossingLine(
        words=Words(
            subject=f"{desk.place(merged.place)} · {traffic}, {way}",
            value=language(words.STATUSES[status.change.value]),
            compared=_since(desk, status),
            detail=" · ".join(part.rstrip(".") for part in parts if part),
        ),
        citation=desk.cite(event.source, event.known_at, assumed=event.known_at_assumed),
        place=merged.place,
        modes=merged.modes,
        direction=merged.direction,
        status=status.change,
        since=status.since,
        precision=status.since_precision,
        days=(desk.situation.as_of - status.since).days if status.since else None,
        recent=not shut,
    )


def _since(desk: Desk, status: Status) -> str:
    language, corridor = desk.language, desk.situation.corridor
    if status.since is None:
        return language("start not known")
    here = corridor.places.get(status.place)
    local = zone(here.zone if here and here.zone else corridor.zone)
    if status.since_precision is Precision.MINUTE:
        return language("since {when}", when=language.clock(status.since, local))
    return language("since {when}", when=language.day(status.since.astimezone(local).date()))


def _how_long(desk: Desk, status: Status) -> list[str]:
    language, as_of = desk.language, desk.situation.as_of
    if status.since is None:
        return [language("reported on {day}", day=desk.day(status.known_at or as_of))]
    days = (as_of - status.since).days
    parts = [language.count("for one day", "for {n} days", days)] if days else []
    if days > LONG_DAYS:
        parts.append(language("no later report"))
    return parts


def group_lines(desk: Desk) -> tuple[GroupLine, ...]:
    """The newest report on each group of the last month, unless it broke up."""
    found: dict[str, list[GroupReport]] = {}
    for report in desk.situation.groups():
        if report.track in WALKERS and (desk.today - report.on).days <= GROUP_DAYS:
            found.setdefault(report.group, []).append(report)
    lines: list[GroupLine] = []
    for reports in found.values():
        reports.sort(key=lambda report: (report.on, report.known_at))
        if reports[-1].event not in LAST_EVENTS:
            lines.append(_group_line(desk, reports))
    return tuple(sorted(lines, key=lambda line: (line.on, line.group), reverse=True))


def _group_line(desk: Desk, reports: Sequence[GroupReport]) -> GroupLine:
    placed = next((row for row in reversed(reports) if row.lat is not None), reports[-1])
    # One report is cited, so its own size is told, and another report's only where it gives none.
    sized = next((row for row in (placed, *reversed(reports)) if row.size_low or row.size_high), placed)
    language = desk.language
    where = whereabouts(desk, placed)
    parts: list[str] = []
    if sized is not placed:
        publisher = desk.situation.sources[sized.source].publisher
        text = "size as of {day}, {publisher}"
        parts.append(language(text, day=language.day(sized.on), publisher=publisher))
    nearest, km = nearest_crossing(desk.situation.corridor, placed.lat, placed.lon)
    if nearest is not None and km is not None:
        name = desk.place(nearest)
        text = "about {km} km in a straight line from the nearest crossing ({name})"
        parts.append(language(text, km=language.number(words.about(km, 2)), name=name))
    age = (desk.today - placed.on).days
    if age > STALE_DAYS:
        parts.append(language("no report for {days} days", days=age))
    return GroupLine(
        words=Words(
            subject=language.pick(placed.name, placed.name_es),
            value=language("{range} people", range=language.between(sized.size_low, sized.size_high)),
            compared=where,
            detail=" · ".join(parts),
        ),
        citation=desk.cite(placed.source, placed.known_at, assumed=placed.known_at_assumed),
        group=placed.group,
        track=placed.track,
        place=placed.place,
        place_name=placed.place_name,
        on=placed.on,
        size_low=sized.size_low,
        size_high=sized.size_high,
        event=placed.event,
        crossing=nearest,
        crossing_km=round(km, 1) if km is not None else None,
    )


def whereabouts(desk: Desk, row: GroupReport) -> str:
    """Where a group was reported, and when."""
    known = desk.situation.corridor.places.get(row.place)
    name = desk.language.pick(row.place_name, known.name_es if known else "")
    text = GROUP_EVENTS.get(row.event, GROUP_EVENTS["at"])
    return desk.language(text, place=name, day=desk.language.day(row.on))


def nearest_crossing(
    corridor: Corridor, lat: float | None, lon: float | None
) -> tuple[str | None, float | None]:
    """The facility on the border that is nearest in a straight line, and how far it is (km)."""
    if lat is None or lon is None:
        return None, None
    found = [
        (float(great_circle_km(lat, lon, place.lat, place.lon)), place.id)
        for crossing in corridor.crossings.values()
        if crossing.facility not in NOT_BUILT
        for place in (corridor.places[crossing.place],)
        if place.lat is not None and place.lon is not None
    ]
    return (min(found)[1], min(found)[0]) if found else (None, None)


def reception_line(desk: Desk, row: Row) -> ReceptionLine:
    """The newest count at a receiving city beside its capacity."""
    language, series = desk.language, desk.series[row["series"]]
    stock = series.kind is SeriesKind.STOCK
    capacity = _capacity(desk.situation, series.place) if stock else None
    period = words.period(language, series.frequency, row["start"], row["end"])
    age = (desk.today - row["start"]).days
    shown = language("capacity unknown") if stock else ""
    if capacity is not None:
        shown = language("capacity {number}", number=language.number(capacity))
    return ReceptionLine(
        words=Words(
            subject=f"{desk.title(series.key)} · {period}",
            value=figure_text(language, row),
            compared=shown,
            detail=language("count is {days} days old", days=age) if age > STALE_DAYS else "",
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
        capacity=capacity,
    )


def _capacity(situation: Situation, city: str) -> float | None:
    newest: dict[str, tuple[datetime, float | None]] = {}
    for report in situation.sites():
        if report.city == city:
            last = newest.get(report.site)
            if last is None or last[0] <= report.known_at:
                newest[report.site] = (report.known_at, report.capacity)
    known = [capacity for _, capacity in newest.values() if capacity is not None]
    return sum(known) if known and len(known) == len(newest) else None
