"""Texas bridges: northbound crossings a month at each Texas bridge, dam, ferry and rail bridge, by mode.

Publisher's format: ``ID,Year,Month,Region,POE,Crossing,Modes,Northbound Crossing``. Half of its zeros are
structural: the bridge has no such traffic, as railcars on a footbridge. A crossing that never had a mode
in the file gets no series for it; a zero of one that had stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from corredor.feeds.document import MONTH_LAG_DAYS, Document, Gathering
from corredor.feeds.table import COUNT, Column, Row, read_count, read_table
from corredor.moment import Period
from corredor.record.entries import Batch, Frequency, Series, SeriesKind, Source, SourceKind

PUBLISHER = "Texas Department of Transportation"
ZONE = "America/Chicago"
SOURCE = Source(
    id="feed.txdot",
    title="Texas-Mexico border crossings, northbound by month",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://www.txdot.gov/data-maps/texas-border-crossings.html",
    note="northbound; counts from U.S. Customs and Border Protection and bridge operators",
)
COLUMNS = (
    Column("year", ("Year",)),
    Column("month", ("Month",)),
    Column("crossing", ("Crossing", "Border Crossing Name")),
    Column("mode", ("Modes", "Mode")),
    Column("count", ("Northbound Crossing", "Northbound Crossings")),
)
# Mode as the table spells it -> (word of the series key, unit, Spanish).
MODES = {
    "buses": ("buses", "buses", "autobuses"),
    "commercial trucks": ("trucks", "trucks", "camiones de carga"),
    "passenger vehicles": ("cars", "vehicles", "vehículos particulares"),
    "pedestrians/ bicyclists": ("pedestrians", "pedestrians", "peatones y ciclistas"),
    "pedestrians/bicyclists": ("pedestrians", "pedestrians", "peatones y ciclistas"),
    "railcars": ("railcars", "railcars", "vagones de tren"),
}


@dataclass(frozen=True)
class _Reading:
    key: str
    period: Period
    count: int
    line: int


def parse(document: Document) -> Batch:
    """Figures ``txdot.<mode>.<facility>.month``; the place is found as ``txdot:<crossing>``.

    Raises:
        FeedError: not this table.
    """
    table = read_table(document.data, document.name, COLUMNS)
    found = Gathering(
        document, SOURCE, ZONE, MONTH_LAG_DAYS, "Northbound Crossing", notices=list(table.notices)
    )
    places: dict[str, str | None] = {}
    unknown: dict[str, int] = {}
    readings: list[_Reading] = []
    for row in table.rows:
        name = row["crossing"]
        if name not in places:
            places[name] = document.places("txdot", name)
        place = places[name]
        if place is None:
            unknown[name] = unknown.get(name, 0) + 1
            continue
        reading = _read(row, place, found)
        if reading is not None:
            readings.append(reading)
    used = {reading.key for reading in readings if reading.count}
    structural = 0
    for reading in readings:
        if reading.key in used:
            found.add(reading.key, reading.period, reading.count, reading.line)
        else:
            structural += 1
    if structural:
        found.note(f"{structural:,} zeros left out: the crossing never had that mode in this file")
    for name, rows in unknown.items():
        found.note(f"{rows:,} rows of {name!r} left out: no place of the corridor has the alias txdot:{name}")
    return found.batch(f"Texas bridges, {document.name}")


def _read(row: Row, place: str, found: Gathering) -> _Reading | None:
    year, month, count = read_count(row["year"]), read_count(row["month"]), read_count(row["count"])
    mode = MODES.get(row["mode"].lower())
    if mode is None:
        found.reject(row.line, "Modes", row["mode"], "one of " + ", ".join(sorted(MODES)))
        return None
    if year is None or not 1900 < year < 2200:
        found.reject(row.line, "Year", row["year"], "a year such as 2024")
        return None
    if month is None or not 1 <= month <= 12:
        found.reject(row.line, "Month", row["month"], "a month from 1 to 12")
        return None
    if count is None:
        found.reject(row.line, "Northbound Crossing", row["count"], COUNT)
        return None
    key = f"txdot.{mode[0]}.{place.removeprefix('poe.')}.month"
    if key not in found.series:
        found.series[key] = Series(
            key=key,
            title=f"{mode[0].capitalize()} northbound, {row['crossing']}",
            title_es=f"{mode[2].capitalize()} hacia el norte, {row['crossing']}",
            measure=mode[0],
            unit=mode[1],
            place=place,
            frequency=Frequency.MONTH,
            kind=SeriesKind.FLOW,
            publisher=PUBLISHER,
            zone=ZONE,
        )
    return _Reading(key, Period.month(year, month), count, row.line)
