"""Border Patrol's own tables: the older wide table by sector, and weekly encounters nationwide.

The wide table has a column per sector; its ``month`` is the calendar month's number, with fiscal year
(from October) and calendar year beside it. It is an older, unrounded release than the OHSS tables and
differs from them in FY2000. The weekly table notes weeks that were put together from parts.
"""

from __future__ import annotations

from corredor.feeds.document import (
    MONTH_LAG_DAYS,
    NO_FLAG,
    SECTORS,
    WEEK_LAG_DAYS,
    Document,
    Gathering,
)
from corredor.feeds.table import COUNT, Column, Row, read_count, read_day, read_table
from corredor.moment import Period
from corredor.record.entries import Batch, Flag, Frequency, Series, SeriesKind, Source, SourceKind

PUBLISHER = "U.S. Border Patrol"
WEEK_PUBLISHER = "U.S. Customs and Border Protection"
ZONE = "America/New_York"
SECTOR_SOURCE = Source(
    id="feed.usbp-sectors",
    title="Border Patrol monthly encounters by sector, FY2000 to FY2020",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://www.cbp.gov/newsroom/media-resources/stats",
    licence="U.S. public domain",
    note="unrounded, an older release than the OHSS tables; apprehensions and, from March 2020, expulsions",
)
WEEK_SOURCE = Source(
    id="feed.usbp-weekly",
    title="Border Patrol weekly encounters, nationwide",
    publisher=WEEK_PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://deportationdata.org/",
    licence="CC0",
    note="counted from releases of records under the Freedom of Information Act; weeks from Monday",
)
# The southwest sectors as the wide table heads them, and the table's own southwest sum.
SECTOR_COLUMNS = {name.replace("-", "_"): name for name in sorted(SECTORS)}
WIDE = (
    Column("month", ("month",)),
    Column("fy", ("fy", "Fiscal Year")),
    Column("cy", ("cy", "Calendar Year")),
    Column("southwest_border", ("southwest_border", "Southwest Border")),
    *(Column(head, (head,)) for head in SECTOR_COLUMNS),
)
WEEKLY = (
    Column("week", ("week_start_monday", "Week start")),
    Column("count", ("usbp_encounters_nationwide", "Encounters")),
    Column("note", ("note",), required=False),
)
WEEK_KEY = "usbp.encounters.nationwide.week"


def parse_sectors(document: Document) -> Batch:
    """Figures ``usbp.encounters.sector.<sector>.month`` and ``usbp.encounters.southwest.month``.

    Raises:
        FeedError: not this table.
    """
    table = read_table(document.data, document.name, WIDE)
    found = Gathering(
        document, SECTOR_SOURCE, ZONE, MONTH_LAG_DAYS, "encounters", notices=list(table.notices)
    )
    for row in table.rows:
        period = _fiscal_month(row)
        if period is None:
            written = f"month {row['month']}, fy {row['fy']}, cy {row['cy']}"
            wanted = "a calendar month 1 to 12 whose fiscal year starts in October"
            found.reject(row.line, "month", written, wanted)
            continue
        total = 0
        for head, sector in SECTOR_COLUMNS.items():
            value = read_count(row[head])
            if value is None:
                found.reject(row.line, head, row[head], COUNT)
                continue
            total += value
            key = f"usbp.encounters.sector.{sector}.month"
            found.series.setdefault(key, _sector_series(key, sector))
            found.add(key, period, value, row.line)
        southwest = read_count(row["southwest_border"])
        if southwest is None:
            found.reject(row.line, "southwest_border", row["southwest_border"], COUNT)
            continue
        if southwest != total:
            found.note(
                f"line {row.line}: the sectors add up to {total:,}, southwest_border says {southwest:,}"
            )
        found.series.setdefault("usbp.encounters.southwest.month", _sector_series())
        found.add("usbp.encounters.southwest.month", period, southwest, row.line)
    return found.batch(f"Border Patrol by sector, {document.name}")


def parse_weekly(document: Document) -> Batch:
    """Figures ``usbp.encounters.nationwide.week``; a partial week is flagged, an unreliable one left out.

    Raises:
        FeedError: not this table.
    """
    table = read_table(document.data, document.name, WEEKLY)
    found = Gathering(
        document, WEEK_SOURCE, ZONE, WEEK_LAG_DAYS, "usbp_encounters_nationwide", notices=list(table.notices)
    )
    found.series[WEEK_KEY] = Series(
        key=WEEK_KEY,
        title="Border Patrol encounters per week, nationwide",
        title_es="Encuentros de la Patrulla Fronteriza por semana, todo el país",
        measure="encounters",
        unit="encounters",
        place="region.nationwide",
        frequency=Frequency.WEEK,
        kind=SeriesKind.FLOW,
        publisher=WEEK_PUBLISHER,
        zone=ZONE,
        note="nationwide; the southwest share was about 99% in December 2023",
    )
    for row in table.rows:
        monday = read_day(row["week"])
        value = read_count(row["count"])
        if monday is None or monday.weekday() != 0:
            found.reject(row.line, "week_start_monday", row["week"], "a Monday such as 2023-12-18")
        elif value is None:
            found.reject(row.line, "usbp_encounters_nationwide", row["count"], COUNT)
        elif row["note"].startswith("unreliable"):
            found.note(f"week of {monday} left out: {row['note']} ({value:,})")
        else:
            flag = Flag.PARTIAL if row["note"].startswith("partial") else NO_FLAG
            found.add(WEEK_KEY, Period.week(monday), value, row.line, flags=flag)
    return found.batch(f"Border Patrol weekly, {document.name}")


def _fiscal_month(row: Row) -> Period | None:
    month, fiscal, calendar = (read_count(row[key]) for key in ("month", "fy", "cy"))
    if month is None or fiscal is None or calendar is None:
        return None
    if not (1 <= month <= 12 and 1900 < calendar < 2200) or fiscal != calendar + (month >= 10):
        return None
    return Period.month(calendar, month)


def _sector_series(key: str = "usbp.encounters.southwest.month", sector: str = "") -> Series:
    name = " ".join(word.capitalize() for word in sector.split("-"))
    return Series(
        key=key,
        title="Border Patrol encounters, " + (f"{name} sector" if sector else "southwest land border"),
        title_es="Encuentros de la Patrulla Fronteriza, "
        + (f"sector {name}" if sector else "frontera terrestre suroeste"),
        measure="encounters",
        unit="encounters",
        place=f"sector.{sector}" if sector else "region.southwest",
        frequency=Frequency.MONTH,
        kind=SeriesKind.FLOW,
        publisher=PUBLISHER,
        zone=ZONE,
        breakdown=f"sector={sector}" if sector else "",
        note="older unrounded release",
    )
