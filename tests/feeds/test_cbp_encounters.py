from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.errors import FeedError
from corredor.feeds.cbp_encounters import parse
from corredor.record.entries import FIGURE_FRAME, Flag
from tests.feeds.helpers import RELEASED, document, lines_of, values

HEAD = (
    "Fiscal Year,Month Grouping,Month (abbv),Component,Demographic,"
    "Citizenship Grouping,Title of Authority,Encounter Type,Encounter Count\n"
)
ROWS = (
    "2024,FYTD,NOV,U.S. Border Patrol,Single Adults,Mexico,Title 8,Apprehensions,30\n"
    "2024,FYTD,NOV,U.S. Border Patrol,FMUA,Venezuela,Title 8,Apprehensions,20\n"
    "2024,FYTD,NOV,Office of Field Operations,FMUA,Mexico,Title 8,Inadmissibles,5\n"
    "2024,Remaining,SEP,U.S. Border Patrol,FMUA,Mexico,Title 8,Apprehensions,7\n"
)
TOTAL = "cbp.encounters.southwest.total.month"
USBP = "cbp.encounters.southwest.usbp.month"
NOV, SEP = date(2023, 11, 1), date(2024, 9, 1)


class TestSums:
    def test_by_component_and_nationality_in_the_calendar_month(self):
        found = values(parse(document(HEAD + ROWS)))
        assert found[TOTAL, NOV] == 55
        assert found[USBP, NOV] == 50
        assert found["cbp.encounters.southwest.ofo.month", NOV] == 5
        assert found["cbp.encounters.southwest.total.nationality.mexico.month", NOV] == 35
        assert found["cbp.encounters.southwest.usbp.nationality.venezuela.month", NOV] == 20

    def test_month_grouping_is_no_filter(self):
        assert values(parse(document(HEAD + ROWS)))[TOTAL, SEP] == 7

    @given(st.permutations(ROWS.splitlines(keepends=True)))
    def test_order_of_rows_does_not_matter(self, rows):
        assert values(parse(document(HEAD + "".join(rows)))) == values(parse(document(HEAD + ROWS)))

    def test_figures_fit_the_declared_frame_and_name_series_and_source(self):
        batch = parse(document(HEAD + ROWS))
        assert dict(batch.figures.schema) == FIGURE_FRAME
        assert {one.key for one in batch.series} == set(batch.figures["series"])
        assert set(batch.figures["source"]) == {source.id for source in batch.sources}
        assert batch.figures["known_at"].unique().to_list() == [RELEASED]
        assert batch.figures["flags"].unique().to_list() == [0]


class TestHeaders:
    def test_current_year_in_words(self):
        text = HEAD + ROWS.replace("2024,", "2025 (FYTD),")
        assert values(parse(document(text)))[TOTAL, date(2024, 11, 1)] == 55

    def test_sum_of_encounter_count_and_citizenship(self):
        text = HEAD.replace("Encounter Count", "Sum of Encounter Count").replace(
            "Citizenship Grouping", "Citizenship"
        )
        assert values(parse(document(text + ROWS)))[TOTAL, NOV] == 55

    def test_nationwide_keeps_the_southwest_and_gives_sectors_and_field_offices(self):
        text = (
            "Fiscal Year,Month Grouping,Month (abbv),Component,Land Border Region,Area of Responsibility,"
            "AOR (Abbv),Demographic,Citizenship,Title of Authority,Encounter Type,Encounter Count\n"
            "2024,FYTD,NOV,U.S. Border Patrol,Southwest Land Border,Del Rio Sector,DRT,FMUA,"
            '"CHINA, PEOPLES REPUBLIC OF",Title 8,Apprehensions,11\n'
            "2024,FYTD,NOV,Office of Field Operations,Southwest Land Border,Laredo Field Office,Laredo,FMUA,"
            "MEXICO,Title 8,Inadmissibles,4\n"
            "2024,FYTD,NOV,U.S. Border Patrol,Northern Land Border,Swanton Sector,SWB,FMUA,"
            "MEXICO,Title 8,Apprehensions,900\n"
            "2024,FYTD,NOV,Office of Field Operations,Other,San Diego Field Office,San Diego,FMUA,"
            "MEXICO,Title 8,Inadmissibles,800\n"
        )
        batch = parse(document(text))
        found = values(batch)
        assert found[TOTAL, NOV] == 15
        assert found["cbp.encounters.sector.del-rio.month", NOV] == 11
        assert found["cbp.encounters.field-office.laredo.month", NOV] == 4
        assert found["cbp.encounters.southwest.usbp.nationality.china.month", NOV] == 11
        assert "cbp.encounters.field-office.san-diego.month" not in batch.figures["series"]
        assert batch.notices == ("2 rows outside the southwest land border left out",)

    def test_field_office_or_sector_without_region(self):
        text = (
            "Fiscal Year,Month,Component,Field Office / Sector,Encounter Count\n"
            "2021,October,U.S. Border Patrol,Tucson Sector,9\n"
            "2021,October,U.S. Border Patrol,Blaine Sector,5\n"
        )
        found = values(parse(document(text)))
        assert found["cbp.encounters.sector.tucson.month", date(2020, 10, 1)] == 9
        assert found[TOTAL, date(2020, 10, 1)] == 9

    def test_a_changed_header_names_what_is_missing_and_found(self):
        with pytest.raises(FeedError, match='no column "Encounter Count" among "Fiscal Year"'):
            parse(document(HEAD.replace("Encounter Count", "Events") + ROWS))


class TestOverlaps:
    def test_a_row_twice_in_one_file_counts_once(self):
        batch = parse(document(HEAD + ROWS + ROWS.replace("FYTD", "Remaining")))
        assert values(batch) == values(parse(document(HEAD + ROWS)))
        assert "4 rows repeated" in batch.notices[0]

    def test_two_counts_of_one_part_leave_the_months_sums_out(self):
        batch = parse(document(HEAD + ROWS + ROWS.splitlines()[0].replace(",30", ",31")))
        assert lines_of(batch) == [(6, "Encounter Count")]
        assert "30 on line 2" in batch.rejections[0].expected
        assert {start for _, start in values(batch)} == {SEP}

    def test_overlapping_years_are_two_vintages_of_one_period_never_added(self):
        older = parse(document(HEAD + ROWS))
        newer = parse(document(HEAD + ROWS.replace(",30", ",33"), known_at=datetime(2024, 2, 26, tzinfo=UTC)))
        both = pl.concat([older.figures, newer.figures]).filter(series=USBP, start=NOV)
        assert both["value"].to_list() == [50, 53]
        assert both["known_at"].n_unique() == 2


class TestBadRows:
    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("2024,FYTD,NOV", "twenty,FYTD,NOV", "Fiscal Year"),
            ("2024,FYTD,NOV", "2024,FYTD,XXX", "Month (abbv)"),
            ("U.S. Border Patrol", "Coast Guard", "Component"),
            (",30", ",many", "Encounter Count"),
            (",30", ",-3", "Encounter Count"),
            (",30", "", "Encounter Count"),
        ],
    )
    def test_are_listed_and_spoil_the_sums_they_belong_to(self, old, new, field):
        first, rest = ROWS.split("\n", 1)
        batch = parse(document(HEAD + first.replace(old, new) + "\n" + rest))
        assert lines_of(batch) == [(2, field)]
        assert (TOTAL, NOV) not in values(batch)
        assert any("no figure for" in notice for notice in batch.notices)


class TestOthers:
    OTHER = "2024,FYTD,NOV,U.S. Border Patrol,FMUA,Other,Title 8,Apprehensions,8\n"
    STEM = "cbp.encounters.southwest.usbp.nationality"

    def test_beside_many_nationalities(self):
        found = values(parse(document(HEAD + ROWS + self.OTHER)))
        assert found[f"{self.STEM}.other.month", NOV] == 8

    def test_beside_the_four_of_the_southwest_file_is_another_quantity(self):
        found = values(parse(document(HEAD + ROWS.replace("Venezuela", "Honduras") + self.OTHER)))
        assert found[f"{self.STEM}.other-than-four.month", NOV] == 8
        assert (f"{self.STEM}.other.month", NOV) not in found


class TestKnownAt:
    def test_an_assumed_lag_is_flagged(self):
        key = "cbp.encounters.southwest.total.nationality.mexico.month"
        figures = parse(document(HEAD + ROWS, known_at=None)).figures.filter(series=key, start=NOV)
        # 20 December in New York ends at 05:00 UTC on the 21st.
        assert figures["known_at"].to_list() == [datetime(2023, 12, 21, 5, tzinfo=UTC)]
        assert figures["flags"].to_list() == [Flag.KNOWN_AT_ASSUMED | Flag.LATER_VINTAGE]

    def test_totals_with_true_vintages_get_no_assumed_release(self):
        batch = parse(document(HEAD + ROWS, known_at=None))
        assert TOTAL not in batch.figures["series"]
        assert "southwest totals left out" in batch.notices[0]


def test_real_file(real_data):
    data = (real_data / "encounters/sbo-encounters-fy22-fy24.csv").read_bytes()
    batch = parse(document(data))
    found = values(batch)
    assert not batch.rejections
    assert not batch.notices
    assert found[TOTAL, NOV] == 242_399
    assert found[USBP, NOV] == 191_106
    assert found[TOTAL, date(2023, 12, 1)] == 301_981
    assert found[USBP, date(2024, 1, 1)] == 124_215
    assert len(batch.figures) == 36 * 18
