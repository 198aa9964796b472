"""OHSS monthly tables: Border Patrol encounters by sector, rounded to 10.

Format: ``month,sector,encounters``, the sector table of the Office of Homeland Security Statistics'
workbook as CSV. Parts do not add up to totals, so no total is made of them. Sectors away from the
southwest land border are counted and left out.
"""

from __future__ import annotations

from corredor.feeds.document import MONTH_LAG_DAYS, SECTORS, Document, Gathering
from corredor.feeds.table import COUNT, Column, read_count, read_month, read_table
from corredor.moment import Period
from corredor.record.entries import Batch, Frequency, Series, SeriesKind, Source, SourceKind
from corredor.record.names import slug

PUBLISHER = "DHS Office of Homeland Security Statistics"
ZONE = "America/New_York"
ROUNDED_TO = 10.0
SOURCE = Source(
    id="feed.ohss",
    title="Immigration Enforcement and Legal Processes Monthly Tables",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables",
    licence="U.S. public domain",
    note="rounded to 10 by the publisher; encounters are events, not persons",
)
COLUMNS = (
    Column("month", ("month", "Month")),
    Column("sector", ("sector", "USBP Sector")),
    Column("encounters", ("encounters", "Encounters")),
)


def parse(document: Document) -> Batch:
    """Figures ``ohss.encounters.sector.<sector>.month`` with ``rounded_to`` 10.

    Raises:
        FeedError: not this table.
    """
    table = read_table(document.data, document.name, COLUMNS)
    found = Gathering(document, SOURCE, ZONE, MONTH_LAG_DAYS, "encounters", notices=list(table.notices))
    elsewhere = 0
    for row in table.rows:
        name = row["sector"].split(",")[0].removesuffix(" Sector").strip()
        if not name:
            found.reject(row.line, "sector", row["sector"], "a sector such as Del Rio, TX")
            continue
        if slug(name) not in SECTORS:
            elsewhere += 1
            continue
        first = read_month(row["month"])
        value = read_count(row["encounters"])
        if first is None:
            found.reject(row.line, "month", row["month"], "a month such as 2024-01")
        elif value is None:
            found.reject(row.line, "encounters", row["encounters"], COUNT)
        elif value % ROUNDED_TO:
            found.reject(
                row.line, "encounters", row["encounters"], "a count rounded to 10, as OHSS publishes"
            )
        else:
            key = f"ohss.encounters.sector.{slug(name)}.month"
            if key not in found.series:
                found.series[key] = _series(key, name)
            period = Period.month(first.year, first.month)
            found.add(key, period, value, row.line, rounded_to=ROUNDED_TO)
    if elsewhere:
        found.note(f"{elsewhere:,} rows of sectors away from the southwest land border left out")
    return found.batch(f"OHSS encounters by sector, {document.name}")


def _series(key: str, name: str) -> Series:
    return Series(
        key=key,
        title=f"Border Patrol encounters, {name} sector (rounded to 10)",
        title_es=f"Encuentros de la Patrulla Fronteriza, sector {name} (redondeados a 10)",
        measure="encounters",
        unit="encounters",
        place=f"sector.{slug(name)}",
        frequency=Frequency.MONTH,
        kind=SeriesKind.FLOW,
        publisher=PUBLISHER,
        zone=ZONE,
        breakdown=f"sector={slug(name)}",
    )
