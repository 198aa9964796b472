"""The embedded corridor's figures: shape, vintages, known values, and the publishers' own files."""

from __future__ import annotations

import calendar
import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from corredor.corridor import corridor_batch, embedded_folder
from corredor.moment import add_months, end_of_day
from corredor.record import Record, open_record

NEW_YORK = "America/New_York"
USBP = "cbp.encounters.southwest.usbp.month"
OFO = "cbp.encounters.southwest.ofo.month"
TOTAL = "cbp.encounters.southwest.total.month"
SOUTHWEST = [USBP, OFO, TOTAL]
RECEPTION = ("reception.nyc.in-care", "reception.chicago.in-shelters", "reception.denver.sheltered")
THEN = end_of_day(date(2023, 12, 28), NEW_YORK)
TODAY = end_of_day(date(2024, 12, 31), NEW_YORK)


@pytest.fixture(scope="module")
def figures() -> pl.DataFrame:
    """Every embedded figure as text in its file, with the file's name; dates and numbers read."""
    files = sorted((embedded_folder() / "figures").glob("*.csv.gz"))
    frames = [pl.read_csv(path, infer_schema=False).with_columns(file=pl.lit(path.name)) for path in files]
    return pl.concat(frames).with_columns(
        pl.col("start", "end", "known_at").str.to_date(),
        pl.col("value", "low", "high", "rounded_to").cast(pl.Float64),
        pl.col("flags").fill_null(""),
    )


@pytest.fixture(scope="module")
def series() -> dict[str, dict[str, str]]:
    """The rows of the embedded series.csv by key."""
    with (embedded_folder() / "series.csv").open(newline="", encoding="utf-8") as handle:
        return {row["key"]: row for row in csv.DictReader(handle)}


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    """A record in memory that holds the embedded corridor."""
    with open_record(":memory:") as opened:
        opened.load(corridor_batch(None))
        yield opened


def value(record: Record, key: str, start: date, as_of: datetime) -> float | None:
    """The value of that period as known then, or None where none was."""
    rows = record.figures(key, as_of).filter(pl.col("start") == start).get_column("value").to_list()
    return rows[0] if rows else None


def embedded(figures: pl.DataFrame, key: str) -> dict[date, float]:
    """Newest value of each period of a series."""
    rows = figures.filter(pl.col("series") == key).sort("start", "known_at")
    return dict(rows.select("start", "value").iter_rows())


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a publisher's CSV file, gzipped or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


class TestShape:
    def test_every_figure_has_its_series_and_its_source(
        self, figures: pl.DataFrame, series: dict[str, dict[str, str]]
    ) -> None:
        with (embedded_folder() / "sources.csv").open(newline="", encoding="utf-8") as handle:
            sources = {row["id"] for row in csv.DictReader(handle)}
        assert set(figures.get_column("series")) == set(series)
        assert set(figures.get_column("source")) <= sources

    def test_files_are_sorted_and_reproducible(self, figures: pl.DataFrame) -> None:
        key = ["series", "start", "end", "known_at"]
        for _, part in figures.group_by("file"):
            assert part.select(key).equals(part.select(key).sort(key))
            assert not part.select(key).is_duplicated().any()
        for path in (embedded_folder() / "figures").glob("*.csv.gz"):
            assert path.read_bytes()[4:8] == bytes(4), f"{path.name} holds the moment at which it was written"

    def test_periods_and_releases_stay_in_their_bounds(self, figures: pl.DataFrame) -> None:
        census = pl.col("series") == "reception.chicago.in-shelters"
        assert figures.filter(~census, pl.col("end") > date(2024, 10, 1)).height == 0
        assert figures.filter(pl.col("end") > date(2025, 1, 1)).height == 0
        assert figures.filter(pl.col("known_at") > date(2024, 12, 31)).height == 0

    def test_a_month_is_a_calendar_month(
        self, figures: pl.DataFrame, series: dict[str, dict[str, str]]
    ) -> None:
        monthly = [key for key, row in series.items() if row["frequency"] == "month"]
        rows = figures.filter(pl.col("series").is_in(monthly))
        assert (rows.get_column("start").dt.day() == 1).all()
        assert (rows.get_column("start").dt.offset_by("1mo") == rows.get_column("end")).all()

    def test_a_flow_is_not_known_before_its_last_day(
        self, figures: pl.DataFrame, series: dict[str, dict[str, str]]
    ) -> None:
        flows = [key for key, row in series.items() if row["kind"] == "flow"]
        rows = figures.filter(pl.col("series").is_in(flows))
        assert (rows.get_column("known_at") >= rows.get_column("end").dt.offset_by("-1d")).all()

    def test_a_later_vintage_has_an_assumed_known_at(self, figures: pl.DataFrame) -> None:
        later = figures.filter(pl.col("flags").str.contains("later-vintage"))
        assert later.get_column("flags").str.contains("known-at-assumed").all()

    def test_titles_stand_in_both_languages(self, series: dict[str, dict[str, str]]) -> None:
        alike = [key for key, row in series.items() if row["title"] == row["title_es"]]
        assert alike == []
        assert all(row["title"] and row["title_es"] for row in series.values())

    def test_no_series_is_always_zero(self, figures: pl.DataFrame) -> None:
        traffic = figures.filter(pl.col("series").str.contains(r"^(bts|txdot)\."))
        top = traffic.group_by("series").agg(pl.col("value").max())
        assert (top.get_column("value") > 0).all()

    def test_the_corridor_stays_small(self) -> None:
        assert sum(path.stat().st_size for path in embedded_folder().rglob("*") if path.is_file()) < 6_000_000


class TestVintages:
    @pytest.mark.parametrize(
        ("key", "start", "then", "now"),
        [
            (USBP, date(2023, 11, 1), 191_113, 191_106),
            (TOTAL, date(2023, 11, 1), 242_418, 242_399),
            (USBP, date(2023, 12, 1), None, 249_740),
            (TOTAL, date(2023, 12, 1), None, 301_981),
            (USBP, date(2024, 1, 1), None, 124_215),
            (TOTAL, date(2024, 1, 1), None, 176_195),
        ],
    )
    def test_as_known_on_28_december_and_later(
        self, record: Record, key: str, start: date, then: float | None, now: float
    ) -> None:
        assert value(record, key, start, THEN) == then
        assert value(record, key, start, TODAY) == now

    @pytest.mark.parametrize(
        ("key", "start", "first", "released", "last"),
        [
            (TOTAL, date(2023, 1, 1), 156_274, date(2023, 2, 10), 157_358),
            (TOTAL, date(2023, 11, 1), 242_418, date(2023, 12, 22), 242_399),
            (USBP, date(2023, 12, 1), 249_785, date(2024, 1, 26), 249_740),
            (TOTAL, date(2023, 12, 1), 302_034, date(2024, 1, 26), 301_981),
            (USBP, date(2024, 1, 1), 124_220, date(2024, 2, 13), 124_215),
        ],
    )
    def test_first_release_and_last_word(
        self, record: Record, key: str, start: date, first: float, released: date, last: float
    ) -> None:
        rows = record.vintages(key).filter(pl.col("start") == start).sort("known_at")
        assert rows.get_column("value")[0] == first
        assert rows.get_column("known_at")[0] == end_of_day(released, NEW_YORK)
        assert rows.get_column("value")[-1] == last

    def test_a_release_is_not_known_before_its_day_ends(self, record: Record) -> None:
        eve = end_of_day(date(2023, 12, 21), NEW_YORK)
        assert value(record, USBP, date(2023, 11, 1), eve) is None
        assert value(record, TOTAL, date(2023, 10, 1), eve) == 240_988
        assert value(record, TOTAL, date(2023, 10, 1), THEN) == 240_986

    def test_no_vintage_repeats_the_one_before(self, figures: pl.DataFrame) -> None:
        rows = figures.filter(pl.col("series").is_in(SOUTHWEST)).sort("series", "start", "known_at")
        before = pl.col("value").shift().over("series", "start")
        rounded = pl.col("rounded_to").shift().over("series", "start")
        repeats = rows.filter((pl.col("value") == before) & pl.col("rounded_to").eq_missing(rounded))
        assert repeats.height == 0

    def test_what_was_known_then_reaches_back_far_enough_to_forecast(self, record: Record) -> None:
        panel = record.panel(SOUTHWEST, THEN)
        for key, first in ((USBP, date(1999, 10, 1)), (OFO, date(2017, 10, 1)), (TOTAL, date(2017, 10, 1))):
            months = panel.filter(pl.col("series") == key).get_column("start").to_list()
            span = (2023 - first.year) * 12 + 11 - first.month + 1
            assert months == [add_months(first, index) for index in range(span)]

    def test_the_newest_parts_add_up_to_the_newest_total(self, record: Record) -> None:
        panel = record.panel(SOUTHWEST, TODAY).filter(pl.col("start") >= date(2017, 10, 1))
        wide = panel.pivot(on="series", index="start", values="value")
        assert wide.filter(pl.col(USBP) + pl.col(OFO) != pl.col(TOTAL)).height == 0

    def test_sectors_are_a_later_vintage_and_add_up_to_it(self, record: Record) -> None:
        keys = [entry.key for entry in record.series("cbp.encounters.sector.*.month")]
        november = record.panel(keys, THEN).filter(pl.col("start") == date(2023, 11, 1))
        assert november.height == 9
        assert november.get_column("value").sum() == 191_106
        assert (november.get_column("flags") == 12).all()

    def test_the_statistical_office_keeps_its_rounded_figures_to_itself(self, record: Record) -> None:
        rounded = record.vintages("ohss.encounters.southwest.usbp.month")
        assert set(rounded.get_column("rounded_to")) == {10}
        assert record.vintages(USBP).filter(pl.col("rounded_to") == 10).height == 0


class TestKnownValues:
    @pytest.mark.parametrize(
        ("key", "expected"),
        [
            ("txdot.cars.eagle-pass.bridge-1.month", (99_269, 551, 97_235)),
            ("txdot.railcars.eagle-pass.rail.month", (25_549, 25_077, None)),
            ("bts.personal-vehicles.lukeville.month", (34_361, 3_966, 17_919)),
        ],
    )
    def test_closures_show_in_monthly_traffic(
        self, figures: pl.DataFrame, key: str, expected: tuple[float | None, ...]
    ) -> None:
        found = embedded(figures, key)
        for months, number in enumerate(expected):
            assert number is None or found[add_months(date(2023, 11, 1), months)] == number

    def test_weeks_of_december(self, figures: pl.DataFrame) -> None:
        found = embedded(figures, "usbp.encounters.nationwide.week")
        weeks = (date(2023, 12, 11), date(2023, 12, 18), date(2023, 12, 25), date(2024, 1, 1))
        assert [found[week] for week in weeks] == [60_116, 64_186, 48_703, 23_049]

    def test_weeks_that_summed_overlapping_releases_are_left_out(self, figures: pl.DataFrame) -> None:
        found = embedded(figures, "usbp.encounters.nationwide.week")
        assert not {date(2019, 9, 30), date(2020, 9, 28)} & set(found)

    def test_months_without_a_row_stay_unknown(self, figures: pl.DataFrame) -> None:
        assert date(2024, 1, 1) not in embedded(figures, "bts.pedestrians.san-ysidro.month")
        darien = embedded(figures, "panama.darien.total.month")
        assert not {date(2020, 4, 1), date(2020, 5, 1), date(2020, 7, 1)} & set(darien)

    def test_the_darien_before_2020_is_yearly(self, figures: pl.DataFrame) -> None:
        years = figures.filter(pl.col("series") == "panama.darien.total.year").sort("start")
        assert years.get_column("start").to_list() == [date(year, 1, 1) for year in range(2010, 2020)]
        assert years.get_column("end").to_list() == [date(year, 1, 1) for year in range(2011, 2021)]
        assert min(embedded(figures, "panama.darien.total.month")) == date(2020, 1, 1)

    def test_keys_with_two_values_are_left_out(self, figures: pl.DataFrame) -> None:
        assert date(2021, 2, 1) not in embedded(figures, "bts.bus-passengers.sasabe.month")
        assert date(2023, 11, 1) not in embedded(figures, "honduras.irregular.nationality.chn.month")
        assert date(2023, 12, 1) not in embedded(figures, "mexico.irregular.nationality.gin.month")

    def test_chinese_nationals_in_honduras_go_by_the_name_of_taiwan(self, figures: pl.DataFrame) -> None:
        assert embedded(figures, "honduras.irregular.nationality.chn.month")[date(2023, 12, 1)] == 2_121

    def test_reception_as_known_on_28_december(self, record: Record) -> None:
        newest = {key: record.figures(key, THEN).sort("start").row(-1, named=True) for key in RECEPTION}
        new_york = newest["reception.nyc.in-care"]
        assert (new_york["start"], new_york["low"], new_york["high"]) == (date(2023, 10, 29), 65_900, 66_000)
        chicago = newest["reception.chicago.in-shelters"]
        assert (chicago["start"], chicago["value"]) == (date(2023, 12, 18), 14_000)
        denver = newest["reception.denver.sheltered"]
        assert (denver["start"], denver["value"]) == (date(2023, 12, 27), 4_000)


MONTHS = [name.upper() for name in calendar.month_abbr]  # the first is blank: January is 1
COMPONENT = {"U.S. Border Patrol": "usbp", "Office of Field Operations": "ofo"}


class TestAgainstPublishersFiles:
    def test_southwest_by_component(self, figures: pl.DataFrame, real_data: Path) -> None:
        sums: dict[tuple[str, date], float] = defaultdict(float)
        for row in read(real_data / "encounters/sbo-encounters-fy22-fy24.csv"):
            month = MONTHS.index(row["Month (abbv)"])
            start = date(int(row["Fiscal Year"]) - (month >= 10), month, 1)
            for part in (COMPONENT[row["Component"]], "total"):
                sums[f"cbp.encounters.southwest.{part}.month", start] += float(row["Encounter Count"])
        newest = {key: embedded(figures, key) for key in SOUTHWEST}
        assert {pair: newest[pair[0]][pair[1]] for pair in sums} == dict(sums)

    def test_sectors_and_nationalities(self, figures: pl.DataFrame, real_data: Path) -> None:
        areas: dict[str, float] = defaultdict(float)
        venezuela = 0.0
        for row in read(real_data / "encounters/swb_by_area_nationality_monthly.csv"):
            areas[row["area"]] += float(row["n"])
            venezuela += float(row["n"]) if row["nat"] == "VEN" else 0
        sums = dict(figures.group_by("series").agg(pl.col("value").sum()).iter_rows())
        assert sums["cbp.encounters.sector.del-rio.month"] == areas["Del Rio Sector"]
        assert sums["cbp.encounters.field-office.laredo.month"] == areas["Laredo Field Office"]
        assert sums["cbp.encounters.southwest.total.nationality.venezuela.month"] == venezuela

    def test_first_releases(self, record: Record, real_data: Path) -> None:
        columns = {"usbp_between_ports_first": USBP, "total_swb_first": TOTAL, "ofo_first": OFO}
        compared = 0
        for row in read(real_data / "vintages/cbp_first_releases.csv"):
            for column, key in columns.items():
                start = date.fromisoformat(row["month"] + "-01")
                if not row[column] or start == date(2024, 9, 1):  # the file of that day is exact
                    continue
                released = end_of_day(date.fromisoformat(row["release_date"]), NEW_YORK)
                assert value(record, key, start, released) == float(row[column]), (key, start)
                compared += 1
        assert compared > 90

    def test_border_patrol_by_sector_in_both_releases(self, figures: pl.DataFrame, real_data: Path) -> None:
        older = embedded(figures, "usbp.encounters.sector.del-rio.month")
        for row in read(real_data / "encounters/usbp_sector_monthly_fy2000_fy2020.csv"):
            assert older[date(int(row["cy"]), int(row["month"]), 1)] == float(row["del_rio"])
        office = embedded(figures, "ohss.encounters.sector.del-rio.month")
        rows = read(real_data / "encounters/usbp_ohss_sector_monthly.csv")
        mine = [row for row in rows if row["sector"].startswith("Del Rio")]
        assert {date.fromisoformat(row["month"] + "-01"): float(row["encounters"]) for row in mine} == office

    def test_weeks(self, figures: pl.DataFrame, real_data: Path) -> None:
        rows = read(real_data / "encounters/usbp_weekly.csv")
        reliable = [row for row in rows if not row["note"].startswith("unreliable")]
        expected = {
            date.fromisoformat(row["week_start_monday"]): float(row["usbp_encounters_nationwide"])
            for row in reliable
        }
        assert embedded(figures, "usbp.encounters.nationwide.week") == expected

    @pytest.mark.parametrize(
        ("file", "key"),
        [
            ("darien_nat.csv", "panama.darien.total"),
            ("honduras.csv", "honduras.irregular.total"),
            ("mexico_dmg.csv", "mexico.irregular.total"),
            ("mexico_exp.csv", "mexico.returns.total"),
            ("guatemala.csv", "guatemala.returns.total"),
        ],
    )
    def test_upstream_totals(self, figures: pl.DataFrame, real_data: Path, file: str, key: str) -> None:
        sums: dict[date, float] = defaultdict(float)
        for row in read(real_data / "upstream" / file):
            sums[date.fromisoformat(row["t"])] += float(row["n"])
        assert embedded(figures, f"{key}.year") | embedded(figures, f"{key}.month") == dict(sums)

    def test_ports_of_entry(self, figures: pl.DataFrame, real_data: Path) -> None:
        rows = read(real_data / "crossings/bts_border_crossing_us_mexico.csv.gz")
        expected: dict[tuple[str, str, str], float] = {}
        for row in rows:
            expected[row["Port Name"], row["Measure"], row["Date"]] = float(row["Value"])
        del expected["Sasabe", "Bus Passengers", "Feb 2021"]
        traffic = figures.filter(pl.col("series").str.starts_with("bts."))
        assert traffic.get_column("value").sum() == sum(expected.values())
        trains = embedded(figures, "bts.trains.eagle-pass.month")
        assert trains[date(2023, 12, 1)] == expected["Eagle Pass", "Trains", "Dec 2023"]

    def test_texas_bridges(self, figures: pl.DataFrame, real_data: Path) -> None:
        rows = read(real_data / "crossings/texas_bridges_monthly.csv")
        traffic = figures.filter(pl.col("series").str.starts_with("txdot."))
        assert traffic.get_column("value").sum() == sum(float(row["Northbound Crossing"]) for row in rows)

    def test_chicago_census_is_summed_over_shelters(self, figures: pl.DataFrame, real_data: Path) -> None:
        sums: dict[date, float] = defaultdict(float)
        for row in read(real_data / "reception/chicago_shelter_census.csv"):
            sums[date.fromisoformat(row["date"])] += float(row["total_staying_in_shelter"])
        found = embedded(figures, "reception.chicago.in-shelters")
        assert {day: found[day] for day in sums if day < date(2024, 12, 22)} == {
            day: total for day, total in sums.items() if day < date(2024, 12, 22)
        }
