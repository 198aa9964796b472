"""Honduras: irregular entries by month, in all (``t,n``) and by nationality (``t,nat,n``).

China stands as TWN from March 2022, when its own code disappears: such rows are read as China in months
without a row of China. The total comes from its own table, never from adding nationalities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corredor.feeds.document import MONTH_LAG_DAYS, Document, Gathering
from corredor.feeds.table import Column, read_table
from corredor.feeds.upstream import Count, Flow, add_rows, read_counts
from corredor.record.entries import Batch, Source, SourceKind

PUBLISHER = "Instituto Nacional de Migración de Honduras"
ZONE = "America/Tegucigalpa"
CHINA_AS_TAIWAN_FROM = date(2022, 3, 1)
SOURCE = Source(
    id="feed.honduras",
    title="Movimiento migratorio irregular",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://inm.gob.hn/estadisticas.html",
)
COLUMNS = (
    Column("t", ("t", "month")),
    Column("n", ("n", "count")),
    Column("nat", ("nat", "nationality"), required=False),
)
FLOW = Flow(
    stem="honduras.irregular",
    title="Irregular entries registered in Honduras",
    title_es="Entradas irregulares registradas en Honduras",
    measure="irregular entries",
    place="region.honduras",
    publisher=PUBLISHER,
    zone=ZONE,
)


def parse(document: Document) -> Batch:
    """Figures ``honduras.irregular.total.month`` or ``honduras.irregular.nationality.<iso3>.month``.

    Raises:
        FeedError: neither table.
    """
    table = read_table(document.data, document.name, COLUMNS)
    by_nationality = "nat" in table.columns
    found = Gathering(
        document,
        SOURCE,
        ZONE,
        MONTH_LAG_DAYS,
        "n",
        conflicts_are_bad=not by_nationality,
        notices=list(table.notices),
    )
    counts = read_counts(table.rows, found, by_nationality=by_nationality)
    add_rows(FLOW, _china(counts, found), found)
    return found.batch(f"Honduras irregular entries, {document.name}")


def _china(counts: Sequence[Count], found: Gathering) -> list[Count]:
    own_code = {one.first for one in counts if one.nationality == "chn"}
    meant = [
        one.nationality == "twn" and one.first >= CHINA_AS_TAIWAN_FROM and one.first not in own_code
        for one in counts
    ]
    if any(meant):
        found.note(f"{sum(meant)} rows named TWN read as China, whose own code is absent in those months")
    return [
        replace(one, nationality="chn") if china else one for one, china in zip(counts, meant, strict=True)
    ]
