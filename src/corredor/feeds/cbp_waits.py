"""CBP border wait times: minutes of delay and open lanes, by port, kind of lane and kind of document.

Three formats of one content: a JSON object with the ports under ``port``, a bare JSON array of ports (the
newer API), and XML. Missing is ``{}``, ``""``, null or ``N/A``; numbers are strings; port numbers may begin
with a letter; ``pedestrain_automation_type`` is spelt so. Only ports of the Mexican border go on.

A figure's period is a date, so a reading belongs to the local day of its stamp and its instant is
``known_at``: readings of one day are vintages of one figure, the newest being the day's last. A closed
lane has no reading. A port marked Closed gives no event: at night it may only be out of its hours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

from corredor.errors import FeedError
from corredor.feeds.document import Document, Gathering
from corredor.feeds.table import decode, expand, read_count, refuse_pages
from corredor.moment import Period, zone
from corredor.record.entries import Batch, Frequency, Series, SeriesKind, Source, SourceKind
from corredor.record.names import slug

PUBLISHER = "U.S. Customs and Border Protection"
ZONE = "America/New_York"
WANTED = "CBP's border wait times, JSON or XML"
SOURCE = Source(
    id="feed.cbp-waits",
    title="Border Wait Times",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://bwt.cbp.gov",
    licence="U.S. public domain",
    note="estimates entered by officers each hour, or measured by readers at some ports",
)
MEXICAN_BORDER = "mexican border"
# Group of lanes and lanes in it, as published -> (word of the key, English, Spanish).
LANES = {
    ("commercial_vehicle_lanes", "standard_lanes"): ("commercial-standard", "trucks", "camiones"),
    ("commercial_vehicle_lanes", "FAST_lanes"): ("commercial-fast", "trucks, FAST", "camiones, FAST"),
    ("passenger_vehicle_lanes", "standard_lanes"): ("passenger-standard", "cars", "automóviles"),
    ("passenger_vehicle_lanes", "NEXUS_SENTRI_lanes"): (
        "passenger-sentri",
        "cars, SENTRI",
        "automóviles, SENTRI",
    ),
    ("passenger_vehicle_lanes", "ready_lanes"): ("passenger-ready", "cars, Ready", "automóviles, Ready"),
    ("pedestrian_lanes", "standard_lanes"): ("pedestrian-standard", "pedestrians", "peatones"),
    ("pedestrian_lanes", "ready_lanes"): ("pedestrian-ready", "pedestrians, Ready", "peatones, Ready"),
}
# The stamps name a standard or daylight zone outright, so each is one offset from UTC (hours).
OFFSETS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
STAMP = re.compile(r"(?:At )?(Noon|Midnight|(\d{1,2}):(\d{2}) ?([ap])\.?m\.?) ([A-Z]{3})", re.IGNORECASE)
# CBP stamps a reading with the hour that it is for, a little ahead of the file.
AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class _Answer:
    ports: Sequence[Mapping[str, Any]]
    updated: datetime | None


def parse(document: Document) -> Batch:
    """Figures ``cbp.wait.<place>.<lanes>`` (minutes) and ``cbp.lanes-open.<place>.<lanes>``.

    Places are found by port number, authority "cbp"; ports that the corridor does not know are named in
    a notice. Line is 0 and the field of a rejection is a path: the formats have no lines.

    Raises:
        FeedError: none of the three formats, or no port of the Mexican border.
    """
    answer = _answer(document)
    found = Gathering(document, SOURCE, ZONE, 0, "delay_minutes")
    mexican = [port for port in answer.ports if _text(port, "border").lower() == MEXICAN_BORDER]
    if not mexican:
        raise FeedError(
            f"no port of the Mexican border among {len(answer.ports)}", where=document.name, accepted=WANTED
        )
    unknown: list[str] = []
    closed: list[str] = []
    for port in mexican:
        name = _name(port)
        place = document.places("cbp", _text(port, "port_number"))
        if _text(port, "port_status").lower() == "closed":
            closed.append(name)
        if place is None:
            unknown.append(f"{name} ({_text(port, 'port_number')})")
        else:
            _read_port(port, place, answer.updated or document.known_at, found)
    others = len(answer.ports) - len(mexican)
    if others:
        found.note(f"{others} ports of the Canadian border left out")
    if closed:
        found.note(f"{len(closed)} ports marked Closed, perhaps only out of hours: {', '.join(closed)}")
    if unknown:
        found.note(f"{len(unknown)} ports left out, not aliases cbp:<number> here: {', '.join(unknown)}")
    return found.batch(f"CBP border waits, {document.name}")


def _read_port(port: Mapping[str, Any], place: str, reference: datetime | None, found: Gathering) -> None:
    number = _text(port, "port_number")
    for (group, lanes), (word, english, spanish) in LANES.items():
        reading = _part(_part(port, group), lanes)
        minutes, open_lanes = _text(reading, "delay_minutes"), _text(reading, "lanes_open")
        stamp = _text(reading, "update_time")
        if not minutes and not open_lanes:
            continue
        path = f"port {number} {group}/{lanes}/"
        at = _instant(stamp, _text(port, "date"), reference)
        if at is None:
            found.reject(0, path + "update_time", stamp, "a time such as At 10:00 am PST, and a date")
            continue
        known_at = min(at, reference) if reference else at
        quantities = (
            ("wait", "delay_minutes", minutes, "minutes", "Wait", "Espera"),
            ("lanes-open", "lanes_open", open_lanes, "lanes", "Lanes open", "Carriles abiertos"),
        )
        for stem, name, text, unit, title, title_es in quantities:
            value = read_count(text)
            if not text:
                continue
            if value is None:
                found.reject(0, path + name, text, "a whole number, or nothing where closed")
                continue
            key = f"cbp.{stem}.{place.removeprefix('poe.').removeprefix('port.')}.{word}"
            found.series[key] = Series(
                key=key,
                title=f"{title} northbound, {english}, {_name(port)}",
                title_es=f"{title_es} hacia el norte, {spanish}, {_name(port)}",
                measure="wait" if stem == "wait" else "open lanes",
                unit=unit,
                place=place,
                frequency=Frequency.IRREGULAR,
                kind=SeriesKind.STOCK,
                publisher=PUBLISHER,
                zone=ZONE,
                breakdown=f"lanes={word}",
                note="the day's newest reading; its instant is known_at",
            )
            found.add(key, Period.day(at.date()), value, 0, known_at=known_at)


def _instant(stamp: str, day: str, reference: datetime | None) -> datetime | None:
    """The instant of a stamp: the port's date, moved by a day where that alone fits the answer's own time.

    The date is the port's at the time of the answer; a stamp later than it by more than an hour is
    yesterday's, and around midnight the date may lag.
    """
    found = STAMP.fullmatch(stamp)
    dated = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", day)
    if not found or not dated or found[5].upper() not in OFFSETS:
        return None
    word = found[1].lower()
    hour = {"noon": 12, "midnight": 0}.get(word)
    minute = 0
    if hour is None:
        hour, minute = int(found[2]) % 12 + (12 if found[4].lower() == "p" else 0), int(found[3])
    offset = timezone(timedelta(hours=OFFSETS[found[5].upper()]))
    try:
        at = datetime.combine(date(int(dated[3]), int(dated[1]), int(dated[2])), time(hour, minute), offset)
    except ValueError:
        return None
    if reference is None or abs(reference - at) > timedelta(days=2):
        return at
    near = [at + timedelta(days=days) for days in (-1, 0, 1)]
    return max(one for one in near if one <= reference + AHEAD) if near[0] <= reference + AHEAD else at


def _answer(document: Document) -> _Answer:
    data = expand(document.data, document.name)
    refuse_pages(data, document.name, WANTED)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        content = _xml(data, document.name)
    else:
        try:
            content = json.loads(decode(data, document.name)[0])
        except (json.JSONDecodeError, RecursionError) as error:
            raise FeedError("neither JSON nor XML", where=document.name, accepted=WANTED) from error
    if isinstance(content, Mapping):
        ports = content.get("port")
        updated = _updated(_text(content, "last_updated_date"), _text(content, "last_updated_time"))
    else:
        ports, updated = content, None
    if isinstance(ports, Mapping):
        ports = [ports]
    usable = (
        [port for port in ports if isinstance(port, Mapping) and "port_number" in port]
        if (isinstance(ports, list))
        else []
    )
    if not usable:
        told = ", ".join(sorted(content)[:8]) if isinstance(content, Mapping) else type(content).__name__
        raise FeedError(f"no list of ports; found {told or 'nothing'}", where=document.name, accepted=WANTED)
    return _Answer(usable, updated)


def _xml(data: bytes, name: str) -> dict[str, Any]:
    # Entities are refused outright: the format has none, and they are how an XML file grows without end.
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise FeedError("XML with a document type", where=name, accepted=WANTED)
    try:
        root = ET.fromstring(data)  # noqa: S314 - no entities, checked above
    except ET.ParseError as error:
        raise FeedError(f"XML cut short or broken: {error}", where=name, accepted=WANTED) from error
    content: dict[str, Any] = {child.tag: (child.text or "") for child in root if child.tag != "port"}
    content["port"] = [_element(port) for port in root.iter("port")]
    return content


def _element(node: ET.Element) -> dict[str, Any]:
    return {child.tag: _element(child) if len(child) else (child.text or "") for child in node}


def _updated(day: str, clock: str) -> datetime | None:
    """The answer's own time, which CBP writes in Eastern time: ``2023-11-10`` and ``1:55:5``."""
    dated = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", day)
    timed = re.fullmatch(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?", clock)
    if not dated or not timed:
        return None
    try:
        on = date(int(dated[1]), int(dated[2]), int(dated[3]))
        at = time(int(timed[1]), int(timed[2]), int(timed[3] or 0))
        return datetime.combine(on, at, zone(ZONE))
    except ValueError:
        return None


def _part(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = node.get(key)
    return part if isinstance(part, Mapping) else {}


def _text(node: Mapping[str, Any], key: str) -> str:
    """The text under the key; "" for ``{}``, null, ``N/A`` and absence."""
    value = node.get(key)
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    return "" if text.upper() == "N/A" else text


def _name(port: Mapping[str, Any]) -> str:
    names: Iterator[str] = (_text(port, key) for key in ("port_name", "crossing_name"))
    kept = [name for name in names if name]
    if len(kept) == 2 and slug(kept[0]) == slug(kept[1]):
        kept = kept[:1]
    return " ".join(kept) or _text(port, "port_number")
