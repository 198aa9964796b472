"""The embedded corridor's figures against what the feeds read in the publishers' own files.

The two were written independently; where both hold a series and period, the newest embedded value and
the feed's must be one.
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from corredor.corridor import corridor_batch, read_corridor
from corredor.feeds import ASSUMED_LAG, read_feed
from corredor.record.entries import Batch, Series

LATER = datetime(2025, 1, 1, tzinfo=UTC)

AT = ["series", "start", "end"]
# Feed, file, start of the embedded keys that it must cover in full, and how many figures those are.
COVERED = [
    ("bts", "crossings/bts_border_crossing_us_mexico.csv.gz", "bts.", 78_489),
    ("ohss", "encounters/usbp_ohss_sector_monthly.csv", "ohss.encounters.sector.", 2_700),
    ("usbp-sectors", "encounters/usbp_sector_monthly_fy2000_fy2020.csv", "usbp.encounters.sector.", 2_268),
    ("usbp-weekly", "encounters/usbp_weekly.csv", "usbp.encounters.nationwide.week", 781),
    ("txdot", "crossings/texas_bridges_monthly.csv", "txdot.", 17_686),
    ("panama", "upstream/darien_nat.csv", "panama.", 1_916),
    ("honduras", "upstream/honduras.csv", "honduras.irregular.total.", 129),
    ("honduras", "upstream/honduras_nat.csv", "honduras.irregular.nationality.", 2_341),
    ("mexico", "upstream/mexico_dmg.csv", "mexico.irregular.total.", 81),
    ("mexico", "upstream/mexico_nat.csv", "mexico.irregular.nationality.", 3_721),
    ("mexico", "upstream/mexico_exp.csv", "mexico.returns.", 1_517),
    ("iom", "incidents/missing_migrants_corridor.csv", "iom.", 387),
]


@pytest.fixture(scope="module")
def corridor():
    return read_corridor()


@pytest.fixture(scope="module")
def embedded() -> Batch:
    return corridor_batch(None)


@pytest.fixture(scope="module")
def newest(embedded: Batch) -> pl.DataFrame:
    """The newest embedded vintage of each series and period; a rounded one only where no other is."""
    figures = embedded.figures.sort(pl.col("rounded_to").is_null(), "known_at")
    return figures.unique(AT, keep="last")


def facts(series: Series) -> tuple[str, ...]:
    """What makes two descriptions of a series the same quantity."""
    return series.place, series.unit, series.frequency, series.kind, series.publisher, series.zone


@pytest.mark.parametrize(("feed", "file", "prefix", "count"), COVERED)
def test_embedded_figures_are_the_files_figures(
    real_data, corridor, embedded, newest, feed, file, prefix, count
):
    batch = read_feed(feed, str(real_data / file), known_at=ASSUMED_LAG, corridor=corridor, now=LATER)
    ours = newest.filter(pl.col("series").str.starts_with(prefix))
    both = ours.join(batch.figures, on=AT, how="left", suffix="_read")
    assert len(ours) == count
    assert both.filter(pl.col("value").ne_missing(pl.col("value_read"))).is_empty()
    read = {one.key: facts(one) for one in batch.series}
    described = {one.key: facts(one) for one in embedded.series if one.key in read}
    assert described
    assert {key: read[key] for key in described} == described


def test_southwest_encounters(real_data, newest):
    path = real_data / "encounters/sbo-encounters-fy22-fy24.csv"
    figures = read_feed("cbp-encounters", str(path), now=LATER).figures
    both = figures.join(newest, on=AT, how="inner", suffix="_embedded")
    # 36 months of three components and of four nationalities in each; the file's "other" stands alone.
    assert len(both) == 36 * (3 + 3 * 4)
    assert both.filter(pl.col("value") != pl.col("value_embedded")).is_empty()


def test_ports_of_the_real_waits_are_places_of_the_corridor(real_data, corridor):
    batch = read_feed("cbp-waits", str(real_data / "waits/bwt_2023-11-10.json"), corridor=corridor, now=LATER)
    assert len(batch.figures) > 100
    assert all(one.place in corridor.places for one in batch.series)
