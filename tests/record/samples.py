"""Small batches for the record's tests, and the Hypothesis strategies for releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from corredor.moment import add_months
from corredor.record import FIGURE_FRAME, Batch
from corredor.record.entries import (
    Change,
    Commitment,
    Event,
    Evidence,
    Frequency,
    GroupReport,
    Precision,
    Series,
    SeriesKind,
    SiteReport,
    Source,
    SourceKind,
    Statement,
)
from tests.reference.record import Release

SOURCE = Source("agency.release", "Monthly release", "Agency", SourceKind.OFFICIAL_STATISTICS)
PAPER = Source("paper.story", "A story", "Newspaper", SourceKind.PRESS, published_at=date(2023, 12, 28))
LOADED = datetime(2024, 6, 1, tzinfo=UTC)


def moment(day: str, hour: int = 12) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=hour)


def series(key: str = "a.total.month", **changes: object) -> Series:
    values: dict[str, object] = {
        "key": key,
        "title": "Total",
        "measure": "encounters",
        "unit": "events",
        "place": "region.southwest",
        "frequency": Frequency.MONTH,
        "kind": SeriesKind.FLOW,
        "publisher": "Agency",
        "zone": "America/New_York",
    }
    return Series(**{**values, **changes})  # type: ignore[arg-type]


def figure(
    value: float | None,
    known: str | datetime,
    *,
    key: str = "a.total.month",
    month: date = date(2023, 11, 1),
    **changes: object,
) -> dict[str, object]:
    """One row of `FIGURE_FRAME`; ``known`` is a day (noon UTC) or a moment."""
    values: dict[str, object] = {
        "series": key,
        "start": month,
        "end": add_months(month, 1),
        "value": value,
        "low": None,
        "high": None,
        "known_at": known if isinstance(known, datetime) else moment(known),
        "rounded_to": None,
        "flags": 0,
        "source": SOURCE.id,
        "line": 0,
    }
    return {**values, **changes}


def batch(*figures: dict[str, object], name: str = "test", **parts: object) -> Batch:
    """A batch with the sources and the series that the figures name."""
    keys = dict.fromkeys(str(row["series"]) for row in figures)
    offered: dict[str, object] = {
        "sources": [SOURCE, PAPER],
        "series": [series(key) for key in keys],
        "figures": pl.DataFrame(list(figures), schema=FIGURE_FRAME, orient="row"),
    }
    return Batch(name, **{**offered, **parts})  # type: ignore[arg-type]


def of_releases(releases: Iterable[Release], name: str = "test") -> Batch:
    return batch(
        *(
            figure(
                each.value,
                each.known_at,
                key=each.series,
                month=each.start,
                rounded_to=each.rounded_to,
                line=line,
            )
            for line, each in enumerate(releases, start=2)
        ),
        name=name,
    )


KNOWN = moment("2023-12-28")
EVENT = Event(
    "bridge-closed",
    "poe.eagle-pass.bridge-1",
    "vehicle",
    "northbound",
    Change.CLOSED,
    moment("2023-11-27"),
    Precision.DAY,
    moment("2023-11-28"),
    False,
    PAPER.id,
)
STATEMENT = Statement(
    "said",
    "A spokesperson",
    "spokesperson",
    False,
    "Newspaper",
    date(2023, 12, 28),
    10_000.0,
    None,
    "encounters a day",
    None,
    None,
    "region.southwest",
    "northbound",
    "About 10,000 a day",
    "Unos 10 000 al día",
    KNOWN,
    PAPER.id,
)
COMMITMENT = Commitment(
    "promised", "Party", "Parte", "do", "hacer", "a thing", "algo", date(2023, 12, 28), None, "soon",
    "pronto", KNOWN, PAPER.id,
)  # fmt: skip
EVIDENCE = Evidence(
    "seen", "promised", "kept", "It was done", "Se hizo", date(2024, 1, 5), moment("2024-01-05"), PAPER.id
)
GROUP = GroupReport(
    "near-town", "caravan", "Caravan", "Caravana", "main", date(2023, 12, 26), Precision.DAY, "mx.tapachula",
    "near Tapachula", 15.2, -92.6, 6_000.0, 8_000.0, "foot", "moving", KNOWN, False, PAPER.id,
)  # fmt: skip
SITE = SiteReport(
    "shelter-count", "site.one", "city.nyc", "Site", "Sitio", "shelter", date(2023, 12, 27), None, 120.0,
    KNOWN, PAPER.id,
)  # fmt: skip
ENTRIES: dict[str, object] = {
    "events": [EVENT],
    "statements": [STATEMENT],
    "commitments": [COMMITMENT],
    "evidence": [EVIDENCE],
    "groups": [GROUP],
    "sites": [SITE],
}


def full_batch(name: str = "test") -> Batch:
    """One row in every table."""
    return batch(figure(242_418.0, "2023-12-22"), figure(242_399.0, "2024-01-26"), name=name, **ENTRIES)


MONTHS = [date(2023, 10, 1), date(2023, 11, 1)]
KEYS = ["a.total.month", "b.total.month"]
# Few values, moments and steps, so that releases meet.
VALUES = st.integers(0, 30).map(float)
MOMENTS = st.integers(0, 6).map(lambda day: moment("2024-01-01") + timedelta(days=day))
STEPS = st.sampled_from([None, None, 10.0])


@st.composite
def releases(draw: st.DrawFn, *, rounded: bool = True, most: int = 14) -> list[Release]:
    """Releases, one for each period and moment."""
    found: dict[object, Release] = {}
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.sampled_from(MONTHS))
        step = draw(STEPS) if rounded else None
        value = draw(VALUES)
        if step:
            value = round(value / step) * step
        each = Release(draw(st.sampled_from(KEYS)), start, add_months(start, 1), value, draw(MOMENTS), step)
        found.setdefault((each.period, each.known_at), each)
    return list(found.values())
