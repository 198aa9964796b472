"""What the three upstream tables share: counts by month and nationality, with ISO codes.

The tables come as ``t,nat,n`` with the month's first day. Where a month holds a nationality twice with
different values, each row may be right (two countries under one code) but the code names no one
country: neither is taken, they are never added, and a notice lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from corredor.feeds.document import Gathering
from corredor.feeds.table import COUNT, Row, read_count, read_month
from corredor.moment import Period
from corredor.record.entries import Frequency, Series, SeriesKind

MONTH = "a month such as 2024-01-01"
CODE = "a three-letter country code, or OOO for other"


@dataclass(frozen=True)
class Flow:
    """One quantity of one publisher: how its keys, titles and place read.

    Attributes:
        stem: the key without what is counted, such as ``panama.darien``.
        title: English title without period or nationality; ``title_es`` the Spanish one.
        place: place id.
        publisher: as it stands on the series; ``zone`` is its time zone.
    """

    stem: str
    title: str
    title_es: str
    measure: str
    place: str
    publisher: str
    zone: str
    note: str = ""

    def series(self, nationality: str | None, frequency: Frequency) -> Series:
        """The series of the total (None) or of one nationality (ISO code in lower case)."""
        what = f"nationality.{nationality}" if nationality else "total"
        part = f", {nationality.upper()}" if nationality else ""
        yearly = frequency is Frequency.YEAR
        return Series(
            key=f"{self.stem}.{what}.{frequency.value}",
            title=self.title + part + (", per year" if yearly else ""),
            title_es=self.title_es + part + (", por año" if yearly else ""),
            measure=self.measure,
            unit=self.measure,
            place=self.place,
            frequency=frequency,
            kind=SeriesKind.FLOW,
            publisher=self.publisher,
            zone=self.zone,
            breakdown=f"nationality={nationality}" if nationality else "",
            note=self.note,
        )


@dataclass(frozen=True)
class Count:
    """One good row: its first day, nationality (lower-case ISO code, None: none given), count and line."""

    first: date
    nationality: str | None
    count: int
    line: int


def read_counts(rows: Iterable[Row], found: Gathering, *, by_nationality: bool) -> list[Count]:
    """The good rows; the bad ones go to the rejections."""
    good: list[Count] = []
    for row in rows:
        first = read_month(row["t"])
        count = read_count(row["n"])
        code = row["nat"].lower()
        if first is None:
            found.reject(row.line, "t", row["t"], MONTH)
        elif by_nationality and not (len(code) == 3 and code.isascii() and code.isalpha()):
            found.reject(row.line, "nat", row["nat"], CODE)
        elif count is None:
            found.reject(row.line, "n", row["n"], COUNT)
        else:
            good.append(Count(first, code if by_nationality else None, count, row.line))
    return good


def calendar_month(first: date) -> Period:
    """The month that starts on that day."""
    return Period.month(first.year, first.month)


def add_sums(
    flow: Flow,
    counts: Iterable[Count],
    found: Gathering,
    *,
    nationality: bool = False,
    period: Callable[[date], Period] = calendar_month,
) -> None:
    """The sum of each period's rows, over all nationalities or for each.

    With any bad row among the rejections no sum is made: a sum may lack a part.
    """
    if found.rejections:
        found.note(f"no sums of {flow.stem}: a bad row may be a part of them")
        return
    sums: dict[tuple[date, str | None], Count] = {}
    for one in counts:
        code = one.nationality if nationality else None
        sofar = sums.get((one.first, code), Count(one.first, code, 0, one.line))
        sums[one.first, code] = replace(sofar, count=sofar.count + one.count)
    for total in sums.values():
        _add(flow, total, period(total.first), found)


def add_rows(
    flow: Flow, counts: Iterable[Count], found: Gathering, period: Callable[[date], Period] = calendar_month
) -> None:
    """Each row as a figure of its own: the total, or the nationality that it names."""
    for one in counts:
        _add(flow, one, period(one.first), found)


def _add(flow: Flow, one: Count, period: Period, found: Gathering) -> None:
    frequency = Frequency.YEAR if period.days > 31 else Frequency.MONTH
    what = f"nationality.{one.nationality}" if one.nationality else "total"
    key = f"{flow.stem}.{what}.{frequency.value}"
    if key not in found.series:
        found.series[key] = flow.series(one.nationality, frequency)
    found.add(key, period, one.count, one.line)
