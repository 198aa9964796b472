"""OHSS, the Border Patrol's older wide table, and its weekly one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from corredor.errors import FeedError
from corredor.feeds import ohss, usbp
from corredor.feeds.document import SECTORS
from corredor.record.entries import Flag
from tests.feeds.helpers import document, lines_of, values

NOV = date(2023, 11, 1)


class TestOhss:
    HEAD = "month,sector,encounters\n"

    def test_southwest_sectors_are_rounded_and_others_left_out(self):
        batch = ohss.parse(document(self.HEAD + '2023-11,"Del Rio, TX",42950\n2023-11,"Blaine, WA",230\n'))
        assert values(batch) == {("ohss.encounters.sector.del-rio.month", NOV): 42_950}
        assert batch.figures["rounded_to"].to_list() == [10.0]
        assert batch.series[0].place == "sector.del-rio"
        assert "1 rows of sectors" in batch.notices[0]

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            ('2023-11,"Del Rio, TX",42953', "encounters"),
            ('2023-11,"Del Rio, TX",D', "encounters"),
            ('NOV,"Del Rio, TX",10', "month"),
            ('2023-11,"",10', "sector"),
        ],
    )
    def test_bad_rows(self, row, field):
        assert lines_of(ohss.parse(document(self.HEAD + row + "\n"))) == [(2, field)]

    def test_real_file(self, real_data):
        batch = ohss.parse(document((real_data / "encounters/usbp_ohss_sector_monthly.csv").read_bytes()))
        assert len(batch.figures) == 9 * 300
        assert not batch.rejections
        assert values(batch)["ohss.encounters.sector.big-bend.month", date(1999, 10, 1)] == 770


class TestWideTable:
    COLUMNS = sorted(name.replace("-", "_") for name in SECTORS)
    HEAD = "month," + ",".join(COLUMNS) + ",southwest_border,fy,cy\n"

    def row(self, month="10", fy="2000", cy="1999", first="1", total="9"):
        return f"{month},{first},1,1,1,1,1,1,1,1,{total},{fy},{cy}\n"

    def test_the_month_column_is_the_calendar_month(self):
        batch = usbp.parse_sectors(document(self.HEAD + self.row() + self.row(month="9", cy="2000")))
        found = values(batch)
        assert found["usbp.encounters.southwest.month", date(1999, 10, 1)] == 9
        assert found["usbp.encounters.sector.big-bend.month", date(2000, 9, 1)] == 1
        assert len(batch.series) == 10
        assert not batch.notices

    @pytest.mark.parametrize(
        "change", [{"month": "13"}, {"cy": "2000"}, {"fy": "1999"}, {"month": "Oct"}, {"cy": ""}]
    )
    def test_a_fiscal_year_that_does_not_fit_is_a_bad_row(self, change):
        batch = usbp.parse_sectors(document(self.HEAD + self.row(**change)))
        assert lines_of(batch) == [(2, "month")]
        assert batch.figures.is_empty()

    def test_bad_cells_and_sums_that_do_not_add_up_are_told(self):
        bad = usbp.parse_sectors(document(self.HEAD + self.row(first="x")))
        assert lines_of(bad) == [(2, "big_bend")]
        assert lines_of(usbp.parse_sectors(document(self.HEAD + self.row(total="?")))) == [
            (2, "southwest_border")
        ]
        told = usbp.parse_sectors(document(self.HEAD + self.row(total="10")))
        assert told.notices == ("line 2: the sectors add up to 9, southwest_border says 10",)

    def test_real_file(self, real_data):
        path = real_data / "encounters/usbp_sector_monthly_fy2000_fy2020.csv"
        batch = usbp.parse_sectors(document(path.read_bytes()))
        found = values(batch)
        assert len(batch.figures) == 252 * 10
        assert not batch.rejections
        assert not batch.notices
        assert found["usbp.encounters.southwest.month", date(1999, 10, 1)] == 91_410
        assert found["usbp.encounters.sector.del-rio.month", date(2020, 9, 1)] == 6_354


class TestWeekly:
    HEAD = "week_start_monday,usbp_encounters_nationwide,n_source_parts,note\n"

    def test_flags_and_assumed_release(self):
        text = self.HEAD + "2023-12-18,64186,1,single\n2009-09-28,5192,1,partial week\n"
        batch = usbp.parse_weekly(document(text, known_at=None))
        rows = {row["start"]: row for row in batch.figures.iter_rows(named=True)}
        assert rows[date(2023, 12, 18)]["end"] == date(2023, 12, 25)
        # Ten days after Sunday the 24th: the end of 3 January in New York.
        assert rows[date(2023, 12, 18)]["known_at"] == datetime(2024, 1, 4, 5, tzinfo=UTC)
        assert Flag(rows[date(2009, 9, 28)]["flags"]) & Flag.PARTIAL
        assert not Flag(rows[date(2023, 12, 18)]["flags"]) & Flag.PARTIAL

    def test_an_unreliable_week_is_left_out_with_a_notice(self):
        batch = usbp.parse_weekly(document(self.HEAD + "2019-09-30,15562,3,unreliable: summed\n"))
        assert batch.figures.is_empty()
        assert "week of 2019-09-30 left out" in batch.notices[0]

    def test_a_week_starts_on_monday(self):
        batch = usbp.parse_weekly(document(self.HEAD + "2023-12-19,1,1,\n2023-12-18,x,1,\n"))
        assert lines_of(batch) == [(2, "week_start_monday"), (3, "usbp_encounters_nationwide")]

    def test_real_file(self, real_data):
        batch = usbp.parse_weekly(document((real_data / "encounters/usbp_weekly.csv").read_bytes()))
        found = values(batch)
        assert len(batch.figures) == 781
        weeks = [
            found["usbp.encounters.nationwide.week", date(*day)] for day in ((2023, 12, 11), (2024, 1, 1))
        ]
        assert weeks == [60_116, 23_049]


@pytest.mark.parametrize("parse", [ohss.parse, usbp.parse_sectors, usbp.parse_weekly])
def test_another_table_is_refused(parse):
    with pytest.raises(FeedError, match="the header has changed"):
        parse(document("a,b\n1,2\n"))
