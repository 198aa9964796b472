"""BTS Border Crossing Entry Data: monthly entries at each port on the Mexican border, by measure.

Publisher's format: one row per port, month and measure (Socrata data set keg4-3bc2). A month without a
row is missing, not zero; an explicit 0 is kept. What were "Containers Full" before 2020 are
"Containers Loaded" now.
"""

from __future__ import annotations

from corredor.feeds.document import MONTH_LAG_DAYS, Document, Gathering
from corredor.feeds.table import COUNT, Column, read_count, read_month, read_table
from corredor.moment import Period
from corredor.record.entries import Batch, Frequency, Series, SeriesKind, Source, SourceKind
from corredor.record.names import slug

PUBLISHER = "U.S. Bureau of Transportation Statistics"
ZONE = "America/New_York"
SOURCE = Source(
    id="feed.bts",
    title="Border Crossing Entry Data",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://data.bts.gov/d/keg4-3bc2",
    licence="U.S. public domain",
    note="entries into the United States as counted by CBP at ports of entry",
)
COLUMNS = (
    Column("port", ("Port Name",)),
    Column("border", ("Border",)),
    Column("date", ("Date",)),
    Column("measure", ("Measure",)),
    Column("value", ("Value",)),
    Column("code", ("Port Code",), required=False),
)
MEXICAN_BORDER = "us-mexico border"

# Measure as BTS spells it -> (word of the series key, unit, Spanish).
MEASURES = {
    "bus passengers": ("bus-passengers", "passengers", "pasajeros de autobús"),
    "buses": ("buses", "buses", "autobuses"),
    "pedestrians": ("pedestrians", "pedestrians", "peatones"),
    "personal vehicle passengers": (
        "personal-vehicle-passengers",
        "passengers",
        "ocupantes de vehículos particulares",
    ),
    "personal vehicles": ("personal-vehicles", "vehicles", "vehículos particulares"),
    "rail containers empty": ("rail-containers-empty", "containers", "contenedores de tren vacíos"),
    "rail containers loaded": ("rail-containers-loaded", "containers", "contenedores de tren cargados"),
    "rail containers full": ("rail-containers-loaded", "containers", "contenedores de tren cargados"),
    "train passengers": ("train-passengers", "passengers", "pasajeros de tren"),
    "trains": ("trains", "trains", "trenes"),
    "truck containers empty": ("truck-containers-empty", "containers", "contenedores de camión vacíos"),
    "truck containers loaded": ("truck-containers-loaded", "containers", "contenedores de camión cargados"),
    "truck containers full": ("truck-containers-loaded", "containers", "contenedores de camión cargados"),
    "trucks": ("trucks", "trucks", "camiones de carga"),
}


def parse(document: Document) -> Batch:
    """Figures ``bts.<measure>.<port>.month`` of the Mexican border; other borders are counted and left out.

    Raises:
        FeedError: not BTS's table, or nothing of the Mexican border in it.
    """
    table = read_table(document.data, document.name, COLUMNS)
    found = Gathering(document, SOURCE, ZONE, MONTH_LAG_DAYS, "Value", notices=list(table.notices))
    periods: dict[str, Period | None] = {}
    ports: dict[str, str] = {}
    elsewhere = 0
    for row in table.rows:
        if row["border"].lower() != MEXICAN_BORDER:
            elsewhere += 1
            continue
        measure = MEASURES.get(row["measure"].lower())
        if measure is None:
            found.reject(row.line, "Measure", row["measure"], "one of " + ", ".join(sorted(MEASURES)))
            continue
        if row["date"] not in periods:
            first = read_month(row["date"])
            periods[row["date"]] = Period.month(first.year, first.month) if first else None
        period = periods[row["date"]]
        value = read_count(row["value"])
        port = ports.get(row["port"]) or ports.setdefault(row["port"], slug(row["port"]))
        if not port:
            found.reject(row.line, "Port Name", row["port"], "the name of a port")
        elif period is None:
            found.reject(row.line, "Date", row["date"], "a month such as Jan 2024 or 2024-01-01")
        elif value is None:
            found.reject(row.line, "Value", row["value"], COUNT)
        else:
            key = f"bts.{measure[0]}.{port}.month"
            if key not in found.series:
                found.series[key] = _series(key, measure, row["port"], port)
            found.add(key, period, value, row.line)
    if elsewhere:
        found.note(f"{elsewhere:,} rows of another border left out")
    return found.batch(f"BTS border crossings, {document.name}")


def _series(key: str, measure: tuple[str, str, str], port_name: str, port: str) -> Series:
    words = measure[0].replace("-", " ")
    return Series(
        key=key,
        title=f"{words.capitalize()} entering at {port_name}",
        title_es=f"{measure[2].capitalize()} que entran por {port_name}",
        measure=words,
        unit=measure[1],
        place=f"port.{port}",
        frequency=Frequency.MONTH,
        kind=SeriesKind.FLOW,
        publisher=PUBLISHER,
        zone=ZONE,
    )
