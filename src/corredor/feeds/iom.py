"""IOM Missing Migrants: recorded deaths and disappearances, as incidents and per month and region.

Two formats: IOM's own download (its header has changed over the years; coordinates are "lat, lon") and a
reduced table ``t,type,route,geo,dead,cause,lon,lat``. Counts are lower bounds: what was recorded. A
cumulative incident sums a longer span, so it is left out of the months. A month without a record is 0
between the file's first and last month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corredor.feeds.document import MONTH_LAG_DAYS, Document, Gathering
from corredor.feeds.table import COUNT, Column, Row, Table, read_count, read_day, read_table
from corredor.moment import Period, add_months
from corredor.record.entries import Batch, Frequency, Series, SeriesKind, Source, SourceKind

PUBLISHER = "International Organization for Migration, Missing Migrants Project"
ZONE = "Europe/Berlin"
SOURCE = Source(
    id="feed.iom",
    title="Missing Migrants Project, incidents",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://missingmigrants.iom.int/downloads",
    licence="IOM's terms: read them before publishing",
    note="lower bounds; the data base grows for years after a month",
)
COLUMNS = (
    Column("date", ("t", "Incident Date", "Date of Incident", "Reported Date", "Website Date")),
    Column("type", ("type", "Incident Type")),
    Column("route", ("route", "Migration Route")),
    Column("cause", ("cause", "Cause of Death")),
    Column("country", ("geo", "Country of Incident"), required=False),
    Column("where", ("Location of Incident", "Location of Death", "Location Description"), required=False),
    Column("total", ("dead", "Total Number of Dead and Missing", "Total Dead and Missing"), required=False),
    Column("deaths", ("Number of Dead", "Number Dead"), required=False),
    Column(
        "missing",
        ("Minimum Estimated Number of Missing", "Minimum Estimated Missing"),
        required=False,
    ),
    Column("coordinates", ("Coordinates", "Location Coordinates"), required=False),
    Column("lon", ("lon", "Longitude"), required=False),
    Column("lat", ("lat", "Latitude"), required=False),
)
# Region -> (place, English, Spanish).
REGIONS = {
    "united-states": ("region.southwest", "the United States", "Estados Unidos"),
    "mexico": ("region.mexico", "Mexico", "México"),
    "darien": ("region.darien", "the Darién (Panama and Colombia)", "el Darién (Panamá y Colombia)"),
}
COUNTRIES = {
    "usa": "united-states",
    "united states": "united-states",
    "united states of america": "united-states",
    "mex": "mexico",
    "mexico": "mexico",
    "pan": "darien",
    "panama": "darien",
    "col": "darien",
    "colombia": "darien",
}
# The Darién in degrees: west, east, south, north. Panama and Colombia outside it are left out.
DARIEN = (-78.6, -76.4, 7.0, 9.7)


@dataclass(frozen=True)
class Incident:
    """One recorded incident.

    Attributes:
        day: as recorded; for a cumulative incident the day of the record.
        dead: dead and missing together.
        lon: degrees east, None where not recorded; ``lat`` degrees north.
        cumulative: whether it sums a longer span.
        country: as the file names it, in lower case; "" where it does not.
    """

    day: date
    dead: int
    lon: float | None
    lat: float | None
    cumulative: bool
    route: str
    cause: str
    country: str
    line: int


def incidents(document: Document) -> list[Incident]:
    """Every good row of the file, in its order, wherever it happened.

    Raises:
        FeedError: neither format.
    """
    table = read_table(document.data, document.name, COLUMNS)
    return _read(table, Gathering(document, SOURCE, ZONE, MONTH_LAG_DAYS, "dead"))


def parse(document: Document) -> Batch:
    """Figures ``iom.deaths-and-disappearances.<region>.month`` for the regions of the corridor.

    Raises:
        FeedError: neither format.
    """
    table = read_table(document.data, document.name, COLUMNS)
    found = Gathering(document, SOURCE, ZONE, MONTH_LAG_DAYS, "dead", notices=list(table.notices))
    read = _read(table, found)
    sums: dict[tuple[str, date], int] = {}
    cumulative = elsewhere = 0
    for one in read:
        region = _region(one)
        if region is None:
            elsewhere += 1
        elif one.cumulative:
            cumulative += 1
        else:
            at = (region, one.day.replace(day=1))
            sums[at] = sums.get(at, 0) + one.dead
    if found.rejections:
        found.note("no monthly figures: a bad row may be a part of them")
    elif sums:
        _fill(sums, read, found)
    if cumulative:
        found.note(f"{cumulative:,} cumulative incidents left out of the months: they sum longer spans")
    if elsewhere:
        found.note(f"{elsewhere:,} incidents outside the United States, Mexico and the Darién left out")
    return found.batch(f"IOM Missing Migrants, {document.name}")


def _fill(sums: dict[tuple[str, date], int], read: Sequence[Incident], found: Gathering) -> None:
    first = min(one.day for one in read).replace(day=1)
    last = max(one.day for one in read).replace(day=1)
    for region in dict.fromkeys(region for region, _ in sums):
        place, english, spanish = REGIONS[region]
        key = f"iom.deaths-and-disappearances.{region}.month"
        found.series[key] = Series(
            key=key,
            title=f"Recorded deaths and disappearances of people on the move, {english}",
            title_es=f"Muertes y desapariciones registradas de personas en movilidad, {spanish}",
            measure="deaths and disappearances",
            unit="people",
            place=place,
            frequency=Frequency.MONTH,
            kind=SeriesKind.FLOW,
            publisher=PUBLISHER,
            zone=ZONE,
            note="lower bounds: what was recorded; cumulative incidents left out",
        )
        month = first
        while month <= last:
            found.add(key, Period.month(month.year, month.month), sums.get((region, month), 0), 0)
            month = add_months(month, 1)


def _read(table: Table, found: Gathering) -> list[Incident]:
    good = []
    for row in table.rows:
        day, dead, place = read_day(row["date"]), _dead(row), _coordinates(row)
        if day is None:
            found.reject(row.line, "date", row["date"], "a day such as 2023-12-28 or 12/28/2023")
        elif dead is None:
            told = row["total"] or f"{row['deaths']} and {row['missing']}"
            found.reject(row.line, "dead and missing", told, COUNT)
        elif place == "bad":
            found.reject(
                row.line, "coordinates", row["coordinates"] or f"{row['lat']}, {row['lon']}", "lat, lon"
            )
        else:
            lat, lon = place if isinstance(place, tuple) else (None, None)
            country = (row["country"] or row["where"].rsplit(",", 1)[-1]).strip().lower()
            cumulative = "cumulative" in row["type"].lower()
            good.append(
                Incident(day, dead, lon, lat, cumulative, row["route"], row["cause"], country, row.line)
            )
    return good


def _dead(row: Row) -> int | None:
    if row["total"]:
        return read_count(row["total"])
    parts = [read_count(row[key] or "0") for key in ("deaths", "missing")]
    if not (row["deaths"] or row["missing"]) or parts[0] is None or parts[1] is None:
        return None
    return parts[0] + parts[1]


def _coordinates(row: Row) -> tuple[float, float] | str | None:
    """Latitude and longitude; None where the row has none, "bad" where they cannot be read."""
    texts = row["coordinates"].split(",") if row["coordinates"] else [row["lat"], row["lon"]]
    if not any(text.strip() for text in texts):
        return None
    try:
        lat, lon = (float(text) for text in texts)
    except ValueError:
        return "bad"
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else "bad"


def _region(one: Incident) -> str | None:
    region = COUNTRIES.get(one.country)
    if region != "darien":
        return region
    west, east, south, north = DARIEN
    inside = one.lon is not None and one.lat is not None
    if inside and west <= (one.lon or 0) <= east and south <= (one.lat or 0) <= north:
        return region
    return None
