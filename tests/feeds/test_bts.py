from __future__ import annotations

from datetime import date

import pytest

from corredor.errors import FeedError
from corredor.feeds.bts import parse
from tests.feeds.helpers import document, lines_of, values

HEAD = "Port Name,State,Port Code,Border,Date,Measure,Value,Latitude,Longitude,Point\n"
TAIL = ",28.705,-100.512,POINT (-100.5 28.7)\n"


def row(port="Eagle Pass", month="Jan 2024", measure="Trucks", value="7", border="US-Mexico Border"):
    return f"{port},Texas,2303,{border},{month},{measure},{value}{TAIL}"


class TestRows:
    def test_a_row_is_a_figure_with_its_line(self):
        batch = parse(document(HEAD + row()))
        assert values(batch) == {("bts.trucks.eagle-pass.month", date(2024, 1, 1)): 7}
        assert batch.figures["line"].to_list() == [2]
        assert batch.series[0].place == "port.eagle-pass"

    @pytest.mark.parametrize("month", ["Jan 2024", "2024-01-01T00:00:00.000", "01/01/2024 12:00:00 AM"])
    def test_dates_of_every_export(self, month):
        assert next(iter(values(parse(document(HEAD + row(month=month))))))[1] == date(2024, 1, 1)

    def test_full_containers_are_loaded_ones(self):
        text = (
            HEAD
            + row(measure="Rail Containers Full", month="Dec 2019")
            + row(measure="Rail Containers Loaded")
        )
        batch = parse(document(text))
        assert [one.key for one in batch.series] == ["bts.rail-containers-loaded.eagle-pass.month"]
        assert len(batch.figures) == 2

    def test_an_explicit_zero_stays_and_a_missing_month_stays_missing(self):
        found = values(parse(document(HEAD + row(value="0") + row(month="Mar 2024"))))
        assert found == {
            ("bts.trucks.eagle-pass.month", date(2024, 1, 1)): 0,
            ("bts.trucks.eagle-pass.month", date(2024, 3, 1)): 7,
        }

    def test_the_northern_border_is_left_out(self):
        batch = parse(document(HEAD + row() + row(port="Detroit", border="US-Canada Border")))
        assert len(batch.figures) == 1
        assert batch.notices == ("1 rows of another border left out",)

    def test_socrata_field_names(self):
        text = "port_name,state,port_code,border,date,measure,value,latitude,longitude,point\n" + row()
        assert len(parse(document(text)).figures) == 1


class TestDuplicates:
    def test_an_exact_repeat_counts_once(self):
        batch = parse(document(HEAD + row() + row()))
        assert len(batch.figures) == 1
        assert not batch.rejections
        assert batch.notices == ("1 row repeated an earlier one exactly and counted once: line 3",)

    def test_a_conflict_takes_neither_and_lists_both(self):
        batch = parse(document(HEAD + row(value="0") + row(month="Feb 2024") + row(value='"2,175"')))
        assert "2,175" not in str(values(batch))
        assert [start for _, start in values(batch)] == [date(2024, 2, 1)]
        assert lines_of(batch) == [(2, "Value"), (4, "Value")]

    def test_a_conflict_names_the_other_line(self):
        batch = parse(document(HEAD + row(value="0") + row(value="2175")))
        assert lines_of(batch) == [(2, "Value"), (3, "Value")]
        assert "2,175 on line 3" in batch.rejections[0].expected
        assert batch.figures.is_empty()
        assert not batch.sources


class TestBadRows:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"measure": "Camels"}, "Measure"),
            ({"month": "Smarch 2024"}, "Date"),
            ({"value": "n/a"}, "Value"),
            ({"port": " "}, "Port Name"),
        ],
    )
    def test_are_listed(self, change, field):
        batch = parse(document(HEAD + row() + row(**change)))
        assert lines_of(batch) == [(3, field)]
        assert len(batch.figures) == 1

    def test_a_changed_header(self):
        with pytest.raises(FeedError, match='no column "Measure"'):
            parse(document(HEAD.replace("Measure", "Kind") + row()))


def test_real_file(real_data):
    data = (real_data / "crossings/bts_border_crossing_us_mexico.csv.gz").read_bytes()
    batch = parse(document(data))
    # 93,260 rows less six exact repeats and the two of the one conflict (Sasabe, February 2021).
    assert len(batch.figures) == 93_252
    assert [(bad.line, bad.value) for bad in batch.rejections] == [(5241, "0"), (8770, "2175")]
    assert len({one.place for one in batch.series}) == 28
    found = values(batch)
    assert found["bts.rail-containers-loaded.eagle-pass.month", date(2023, 12, 1)] == 13_612
    assert found["bts.trains.eagle-pass.month", date(2023, 12, 1)] == 237
    assert ("bts.pedestrians.san-ysidro.month", date(2024, 1, 1)) not in found
    assert sum(value == 0 for value in found.values()) == 24_132
