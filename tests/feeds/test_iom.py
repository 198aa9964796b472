from __future__ import annotations

from datetime import date

import pytest

from corredor.errors import FeedError
from corredor.feeds.iom import incidents, parse
from tests.feeds.helpers import document, lines_of, values

REDUCED = "t,type,route,geo,dead,cause,lon,lat\n"
FULL = (
    "Main ID,Incident ID,Incident Type,Region of Incident,Incident Date,Incident Year,Month,Number of Dead,"
    "Minimum Estimated Number of Missing,Total Number of Dead and Missing,Cause of Death,Country of Incident,"
    "Migration Route,Location of Incident,Coordinates\n"
)
USA, MEX = (f"iom.deaths-and-disappearances.{region}.month" for region in ("united-states", "mexico"))


class TestReducedTable:
    TEXT = (
        REDUCED
        + "2023-01-06,Incident,Central American Route,USA,1.0,Drowning,-110.4,31.7\n"
        + "2023-01-20,Split Incident,Central American Route,USA,2.0,Drowning,-110.4,31.7\n"
        + "2023-03-02,Incident,Central American Route,USA,4.0,Violence,-110.4,31.7\n"
        + "2023-02-10,Cumulative Incident,Central American Route,MEX,30.0,Mixed or unknown,-99.0,19.0\n"
        + "2023-02-11,Incident,Central American Route,PAN,3.0,Drowning,-77.5,8.5\n"
        + "2023-02-11,Incident,Central American Route,PAN,9.0,Drowning,-81.0,8.5\n"
        + "2023-02-11,Incident,Central Mediterranean Route,LBY,8.0,Drowning,-85.0,15.0\n"
    )

    def test_months_by_region_with_zeros_between(self):
        batch = parse(document(self.TEXT))
        found = values(batch)
        assert [found[USA, date(2023, month, 1)] for month in (1, 2, 3)] == [3, 0, 4]
        assert found["iom.deaths-and-disappearances.darien.month", date(2023, 2, 1)] == 3
        assert not any(key == MEX for key, _ in found)
        assert "1 cumulative incidents left out of the months" in batch.notices[0]
        assert "2 incidents outside" in batch.notices[1]

    def test_incidents_keep_everything_with_their_place(self):
        read = incidents(document(self.TEXT))
        assert len(read) == 7
        assert (read[0].lon, read[0].lat, read[0].dead, read[0].day) == (-110.4, 31.7, 1, date(2023, 1, 6))
        assert [one.cumulative for one in read].count(True) == 1

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            ("06.01.2023,Incident,R,USA,1,Drowning,-110,31", "date"),
            ("2023-01-06,Incident,R,USA,some,Drowning,-110,31", "dead and missing"),
            ("2023-01-06,Incident,R,USA,,Drowning,-110,31", "dead and missing"),
            ("2023-01-06,Incident,R,USA,1,Drowning,west,31", "coordinates"),
            ("2023-01-06,Incident,R,USA,1,Drowning,-110,131", "coordinates"),
        ],
    )
    def test_bad_rows_leave_the_months_out(self, row, field):
        batch = parse(document(self.TEXT + row + "\n"))
        assert lines_of(batch) == [(9, field)]
        assert batch.figures.is_empty()


class TestDownload:
    def test_latitude_comes_first_and_the_total_counts_dead_and_missing(self):
        row = '2023.MMP1,1,Incident,North America,"Thu, 01/19/2023",2023,January,1,2,3,Drowning,Mexico,'
        text = (
            FULL
            + row
            + 'US-Mexico border crossing,"Rio Bravo near Piedras Negras, Mexico","28.70, -100.51"\n'
        )
        assert values(parse(document(text))) == {(MEX, date(2023, 1, 1)): 3}
        assert (incidents(document(text))[0].lat, incidents(document(text))[0].lon) == (28.70, -100.51)

    def test_older_header_without_country_or_total(self):
        text = (
            "Web ID,Region of Incident,Reported Date,Number Dead,Minimum Estimated Number of Missing,"
            "Cause of Death,Location Description,Location Coordinates,Migration Route,Incident Type\n"
            '7,Central America,"January 19, 2019",1,,Drowning,"Rio Grande, Mexico",,R,Incident\n'
        )
        assert values(parse(document(text))) == {(MEX, date(2019, 1, 1)): 1}
        assert incidents(document(text))[0].lon is None

    def test_a_changed_header(self):
        with pytest.raises(FeedError, match="the header has changed"):
            parse(document(FULL.replace("Cause of Death", "Why") + "x\n"))


def test_real_file(real_data):
    data = (real_data / "incidents/missing_migrants_corridor.csv").read_bytes()
    batch = parse(document(data))
    assert not batch.rejections
    assert len(incidents(document(data))) == 6_338
    # 129 months, January 2014 to September 2024, for each of three regions.
    assert len(batch.figures) == 3 * 129
    assert batch.figures["value"].sum() == 7_544
