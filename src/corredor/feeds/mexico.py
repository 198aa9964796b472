"""Mexico: events of people in irregular status, and returns, by month.

Three tables of UPMRIP's bulletin, told apart by their columns: events by sex and age (``t,sex,age,n``),
whose sum is the total; events by nationality (``t,nat,n``), which in 2024 adds up to less than that and
makes no total; and returns by nationality and kind (``t,nat,type,n``), whose kinds are added.
"""

from __future__ import annotations

from collections.abc import Sequence

from corredor.errors import FeedError
from corredor.feeds.document import MONTH_LAG_DAYS, Document, Gathering
from corredor.feeds.table import Column, Row, read_table
from corredor.feeds.upstream import Flow, add_rows, add_sums, read_counts
from corredor.record.entries import Batch, Source, SourceKind

PUBLISHER = "UPMRIP, Secretaría de Gobernación de México"
ZONE = "America/Mexico_City"
SOURCE = Source(
    id="feed.mexico",
    title="Boletín estadístico: eventos de personas en situación migratoria irregular y devueltas",
    publisher=PUBLISHER,
    kind=SourceKind.OFFICIAL_STATISTICS,
    url="https://portales.segob.gob.mx/es/PoliticaMigratoria/Boletines_Estadisticos",
    note="events, not persons",
)
COLUMNS = (
    Column("t", ("t", "month")),
    Column("n", ("n", "count")),
    Column("nat", ("nat", "nationality"), required=False),
    Column("type", ("type",), required=False),
    Column("sex", ("sex",), required=False),
    Column("age", ("age",), required=False),
)
IRREGULAR = Flow(
    stem="mexico.irregular",
    title="Events of people in irregular migration status, Mexico",
    title_es="Eventos de personas en situación migratoria irregular, México",
    measure="irregular-status events",
    place="region.mexico",
    publisher=PUBLISHER,
    zone=ZONE,
)
RETURNS = Flow(
    stem="mexico.returns",
    title="Returns by Mexico (deportations and assisted returns)",
    title_es="Devoluciones realizadas por México (deportaciones y retornos asistidos)",
    measure="returns",
    place="region.mexico",
    publisher=PUBLISHER,
    zone=ZONE,
)


def parse(document: Document) -> Batch:
    """Figures ``mexico.irregular.*`` or ``mexico.returns.*``, whichever the table holds.

    Raises:
        FeedError: none of the three tables.
    """
    table = read_table(document.data, document.name, COLUMNS)
    by_nationality = "nat" in table.columns
    returns = by_nationality and "type" in table.columns
    if not by_nationality and not {"sex", "age"} <= table.columns:
        raise FeedError(
            "the header has changed: neither nationality nor sex and age",
            where=document.name,
            accepted='expected "t", "nat", "n", perhaps with "type"; or "t", "sex", "age", "n"',
        )
    found = Gathering(
        document, SOURCE, ZONE, MONTH_LAG_DAYS, "n", conflicts_are_bad=False, notices=list(table.notices)
    )
    rows = table.rows if by_nationality and not returns else _once(table.rows, found)
    counts = read_counts(rows, found, by_nationality=by_nationality)
    if returns:
        add_sums(RETURNS, counts, found)
        add_sums(RETURNS, counts, found, nationality=True)
    elif by_nationality:
        add_rows(IRREGULAR, counts, found)
    else:
        add_sums(IRREGULAR, counts, found)
    return found.batch(f"Mexico, {document.name}")


def _once(rows: Sequence[Row], found: Gathering) -> list[Row]:
    """The rows less exact repeats of a part; two values of one part are rejected, for a sum needs one."""
    seen: dict[tuple[str, ...], Row] = {}
    kept = []
    for row in rows:
        part = tuple(row[key] for key in ("t", "nat", "type", "sex", "age"))
        earlier = seen.setdefault(part, row)
        if earlier is row:
            kept.append(row)
        elif earlier["n"] == row["n"]:
            found.note(f"line {row.line} repeats line {earlier.line} and counts once")
        else:
            found.reject(
                row.line,
                "n",
                row["n"],
                f"one value of this part, which is {earlier['n']} on line {earlier.line}",
            )
    return kept
