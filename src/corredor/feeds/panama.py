"""Panama: people who came through the Darién, by month and nationality.

Format: ``t,nat,n`` (and a quarter column ``q``), after the tables of the Servicio Nacional de Migración.
Before 2020 the rows stamped January hold the whole year: they become yearly figures. In 2020 some months
have no row; they stay missing.
"""

from __future__ import annotations

from datetime import date

from corredor.feeds.document import MONTH_LAG_DAYS, Document, Gathering
from corredor.feeds.table import Column, read_table
from corredor.feeds.upstream import Flow, add_rows, add_sums, read_counts
from corredor.moment import Period
from corredor.record.entries import Batch, Source, SourceKind

PUBLISHER = "Servicio Nacional de Migración de Panamá"
ZONE = "America/Panama"
FIRST_MONTHLY_YEAR = 2020
SOURCE = Source(
    id="feed.panama",
    title="Irregulares en tránsito por Darién por país",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://www.migracion.gob.pa/inicio/estadisticas",
    note="transits, not persons",
)
COLUMNS = (Column("t", ("t", "month")), Column("nat", ("nat", "nationality")), Column("n", ("n", "count")))
FLOW = Flow(
    stem="panama.darien",
    title="Transits through the Darién, Panama",
    title_es="Tránsitos por el Darién, Panamá",
    measure="transits",
    place="region.darien",
    publisher=PUBLISHER,
    zone=ZONE,
)


def parse(document: Document) -> Batch:
    """Figures ``panama.darien.{total,nationality.<iso3>}.month``, and ``.year`` before 2020.

    Raises:
        FeedError: not this table.
    """
    table = read_table(document.data, document.name, COLUMNS)
    found = Gathering(
        document, SOURCE, ZONE, MONTH_LAG_DAYS, "n", conflicts_are_bad=False, notices=list(table.notices)
    )
    counts = read_counts(table.rows, found, by_nationality=True)
    for one in counts:
        if one.first.year < FIRST_MONTHLY_YEAR and one.first.month != 1:
            found.reject(
                one.line, "t", f"{one.first}", "January, which stands for the whole year before 2020"
            )
    add_rows(FLOW, counts, found, _period)
    add_sums(FLOW, counts, found, period=_period)
    return found.batch(f"Darién transits, {document.name}")


def _period(first: date) -> Period:
    if first.year < FIRST_MONTHLY_YEAR:
        return Period(date(first.year, 1, 1), date(first.year + 1, 1, 1))
    return Period.month(first.year, first.month)
