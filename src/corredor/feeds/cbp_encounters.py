"""CBP encounters by month: the southwest land border, by component, nationality, sector and field office.

Publisher's format: counts by fiscal year (from October), month and a set of breakdowns that has changed
over the years; the nationwide file has a land border region, and its southwest rows go on. Rows are
parts, so a figure is their sum. ``Month Grouping`` only says whether the running year has reached that
month and never filters. A bad row leaves every sum of its month out: a sum without a part is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from corredor.feeds.document import MONTH_LAG_DAYS, SECTORS, Document, Gathering
from corredor.feeds.table import COUNT, MONTHS, Column, Row, read_count, read_table
from corredor.moment import Period
from corredor.record.entries import Batch, Frequency, Series, SeriesKind, Source, SourceKind
from corredor.record.names import slug

PUBLISHER = "U.S. Customs and Border Protection"
ZONE = "America/New_York"
SOURCE = Source(
    id="feed.cbp-encounters",
    title="Southwest Land Border and Nationwide Encounters",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://www.cbp.gov/document/stats/nationwide-encounters",
    licence="U.S. public domain",
    note="encounters are events, not persons",
)
COLUMNS = (
    Column("year", ("Fiscal Year", "FY")),
    Column("month", ("Month (abbv)", "Month Abbv", "Month")),
    Column("component", ("Component",)),
    Column("count", ("Encounter Count", "Sum of Encounter Count", "Encounters")),
    Column("grouping", ("Month Grouping",), required=False),
    Column("demographic", ("Demographic", "Demographics"), required=False),
    Column("nationality", ("Citizenship Grouping", "Citizenship"), required=False),
    Column("authority", ("Title of Authority",), required=False),
    Column("type", ("Encounter Type",), required=False),
    Column("region", ("Land Border Region",), required=False),
    Column("area", ("Area of Responsibility", "Field Office / Sector", "AOR"), required=False),
    Column("abbreviation", ("AOR (Abbv)",), required=False),
    Column("state", ("State",), required=False),
)
SOUTHWEST = "southwest land border"
COMPONENTS = {
    "u.s. border patrol": "usbp",
    "us border patrol": "usbp",
    "usbp": "usbp",
    "office of field operations": "ofo",
    "ofo": "ofo",
}
WHO = {
    "total": ("encounters", "encuentros"),
    "usbp": ("Border Patrol encounters between ports", "encuentros de la Patrulla Fronteriza entre puertos"),
    "ofo": ("encounters at ports of entry", "encuentros en puertos de entrada"),
}
VINTAGES = frozenset(f"cbp.encounters.southwest.{who}.month" for who in WHO)
# Nationalities that the nationwide file spells out, by the word that keys them.
NATIONALITIES = {"china-peoples-republic-of": "china", "myanmar-burma": "myanmar", "turkiye": "turkey"}
# The southwest file names only these and lumps the rest as Other; the nationwide file names 21. The two
# "others" are different quantities and have different keys.
FOUR = frozenset({"mexico", "guatemala", "honduras", "el-salvador"})
OTHER, OTHER_THAN_FOUR = "other", "other-than-four"
# What tells one row from another: the same in two rows means the file holds the row twice.
PARTS = (
    "component",
    "demographic",
    "nationality",
    "authority",
    "type",
    "region",
    "area",
    "abbreviation",
    "state",
)


@dataclass
class _Sums:
    """Sums by series and month, and which of them a bad row has spoilt."""

    found: Gathering
    other: str
    values: dict[tuple[str, date], int] = field(default_factory=dict)
    lines: dict[tuple[str, date], int] = field(default_factory=dict)
    spoilt: set[date] = field(default_factory=set)
    all_spoilt: bool = False
    repeated: list[int] = field(default_factory=list)
    _seen: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)
    _keys: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Add the row to each sum that it is a part of, or list it and mark what it spoils."""
        months = _months(row)
        component = COMPONENTS.get(row["component"].lower())
        count = read_count(row["count"])
        if not months:
            self.found.reject(
                row.line, "Fiscal Year", row["year"], "a fiscal year such as 2024 or 2025 (FYTD)"
            )
            self.all_spoilt = True
        elif len(months) > 1:
            self.found.reject(row.line, "Month (abbv)", row["month"], "JAN to DEC")
            self.spoilt.update(months)
        elif component is None:
            accepted = "U.S. Border Patrol or Office of Field Operations"
            self.found.reject(row.line, "Component", row["component"], accepted)
            self.spoilt.update(months)
        elif count is None:
            self.found.reject(row.line, "Encounter Count", row["count"], COUNT)
            self.spoilt.update(months)
        else:
            self._take_good(row, months[0], component, count)

    def _take_good(self, row: Row, month: date, component: str, count: int) -> None:
        parts = (month.isoformat(), *(row[key].lower() for key in PARTS))
        line, earlier = self._seen.setdefault(parts, (row.line, count))
        if line == row.line:
            for key in self._keys_of(row, component):
                at = (key, month)
                self.values[at] = self.values.get(at, 0) + count
                self.lines.setdefault(at, line)
        elif earlier == count:
            self.repeated.append(row.line)
        else:
            accepted = f"one count of these parts in {month:%Y-%m}, which is {earlier:,} on line {line}"
            self.found.reject(row.line, "Encounter Count", row["count"], accepted)
            self.spoilt.add(month)

    def _keys_of(self, row: Row, component: str) -> list[str]:
        by = (component, row["nationality"], row["area"])
        if by not in self._keys:
            series = list(_series(row, component, self.other))
            self.found.series.update({one.key: one for one in series if one.key not in self.found.series})
            self._keys[by] = [one.key for one in series]
        return self._keys[by]

    def close(self) -> None:
        """Hand the sums on, less the spoilt ones, and say what was dropped.

        Without a release date the southwest totals stay out: they have true vintages, among which an
        assumed date would place a later value before the first release.
        """
        undated = self.found.document.known_at is None
        if undated:
            self.found.note("southwest totals left out: they need the day of the release (known at)")
        for (key, month), value in self.values.items():
            if undated and key in VINTAGES:
                continue
            if month not in self.spoilt and not self.all_spoilt:
                period = Period.month(month.year, month.month)
                self.found.add(key, period, value, self.lines[key, month])
        if self.repeated:
            many, first = len(self.repeated), self.repeated[0]
            self.found.note(f"{many:,} rows repeated an earlier one and counted once: line {first} first")
        if self.spoilt or self.all_spoilt:
            shown = ", ".join(f"{month:%Y-%m}" for month in sorted(self.spoilt)[:12])
            which = (
                "any month" if self.all_spoilt else shown + (" and others" if len(self.spoilt) > 12 else "")
            )
            self.found.note(f"no figure for {which}: a part of the sum is a bad row")


def parse(document: Document) -> Batch:
    """Figures ``cbp.encounters.*`` by month; rows of other borders are counted and left out.

    Raises:
        FeedError: not CBP's table.
    """
    table = read_table(document.data, document.name, COLUMNS)
    found = Gathering(document, SOURCE, ZONE, MONTH_LAG_DAYS, "Encounter Count", notices=list(table.notices))
    rows = [row for row in table.rows if _southwest(row, table.columns)]
    named = {slug(name) for name in {row["nationality"] for row in rows}} - {OTHER, ""}
    sums = _Sums(found, OTHER_THAN_FOUR if named <= FOUR else OTHER)
    for row in rows:
        sums.take(row)
    sums.close()
    elsewhere = len(table.rows) - len(rows)
    if elsewhere:
        found.note(f"{elsewhere:,} rows outside the southwest land border left out")
    return found.batch(f"CBP encounters, {document.name}")


def _southwest(row: Row, columns: Iterable[str]) -> bool:
    if "region" in columns:
        return row["region"].lower() == SOUTHWEST
    area = row["area"].lower()
    return not area.endswith(" sector") or slug(area.removesuffix(" sector")) in SECTORS


def _months(row: Row) -> list[date]:
    """The month of the row; its whole fiscal year where only the month is bad; nothing where the year is."""
    year = re.fullmatch(r"(?:FY ?)?(20\d{2})(?: ?\(FYTD\))?", row["year"], re.IGNORECASE)
    if not year:
        return []
    fiscal = int(year[1])
    numbers = [MONTHS[row["month"][:3].lower()]] if row["month"][:3].lower() in MONTHS else range(1, 13)
    return [date(fiscal - 1 if number >= 10 else fiscal, number, 1) for number in numbers]


def _series(row: Row, component: str, other: str) -> Iterator[Series]:
    for who in ("total", component):
        yield _one(f"southwest.{who}", who, "region.southwest")
        if row["nationality"]:
            name = row["nationality"]
            word = other if slug(name) == OTHER else NATIONALITIES.get(slug(name), slug(name))
            key = f"southwest.{who}.nationality.{word}"
            yield _one(
                key,
                who,
                "region.southwest",
                ("nationality", _proper(word if word == OTHER_THAN_FOUR else name)),
            )
    area = row["area"]
    if area.lower().endswith(" sector") and component == "usbp":
        name = area[: -len(" sector")]
        yield _one(f"sector.{slug(name)}", "usbp", f"sector.{slug(name)}", ("sector", _proper(name)))
    elif area.lower().endswith(" field office") and component == "ofo":
        name = area[: -len(" field office")]
        yield _one(f"field-office.{slug(name)}", "ofo", "region.southwest", ("field office", _proper(name)))


def _one(key: str, who: str, place: str, part: tuple[str, str] | None = None) -> Series:
    english, spanish = WHO[who]
    where = f", {part[1]}" if part else ""
    return Series(
        key=f"cbp.encounters.{key}.month",
        title=f"{english[0].upper()}{english[1:]}, southwest land border{where}",
        title_es=f"{spanish[0].upper()}{spanish[1:]}, frontera terrestre suroeste{where}",
        measure="encounters",
        unit="encounters",
        place=place,
        frequency=Frequency.MONTH,
        kind=SeriesKind.FLOW,
        publisher=PUBLISHER,
        zone=ZONE,
        breakdown=f"{slug(part[0])}={slug(part[1])}" if part else "",
    )


def _proper(name: str) -> str:
    return name.title() if name.isupper() else name
