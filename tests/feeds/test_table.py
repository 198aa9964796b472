from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.errors import FeedError
from corredor.feeds.table import Column, expand, read_count, read_day, read_month, read_table

COLUMNS = (
    Column("port", ("Port Name",)),
    Column("value", ("Value", "Count")),
    Column("note", ("Note",), False),
)


def read(data: bytes):
    return read_table(data, "file.csv", COLUMNS)


class TestWhatIsNotTheTable:
    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"", "empty"),
            (b"\xef\xbb\xbf \r\n", "empty"),
            (
                b"<!DOCTYPE html><html><head><title>Service\nunavailable</title></head></html>",
                "Service unavailable",
            ),
            (b"\n  <html><body>Access denied</body></html>", "a web page"),
            (b"PK\x03\x04rest of a workbook", "a workbook"),
            (b"%PDF-1.7", "a PDF"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "not a text file"),
            (b"Port Name,Value\r\n", "without any row"),
            (b"Harbour,Value\r\nEagle Pass,3\r\n", 'no column "Port Name" among "Harbour", "Value"'),
            (gzip.compress(b"Port Name,Value\nEagle Pass,3\n" * 99)[:40], "cut short"),
            (b"\x1f\x8bnot gzip at all", "cut short"),
        ],
    )
    def test_gets_one_line_that_says_what_was_found_and_what_was_expected(self, data, told):
        with pytest.raises(FeedError) as error:
            read(data)
        assert told in str(error.value)
        assert str(error.value).startswith("file.csv: ")
        assert error.value.accepted
        assert "\n" not in str(error.value)

    def test_a_file_that_expands_without_end_is_refused(self, monkeypatch):
        monkeypatch.setattr("corredor.feeds.table.MAX_BYTES", 1000)
        with pytest.raises(FeedError, match="more than"):
            expand(gzip.compress(b"a" * 2000), "bomb.gz")


class TestEncodingsAndLayouts:
    @pytest.mark.parametrize(
        ("codec", "notices"),
        [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 1), ("cp1252", 1)],
    )
    def test_names_with_accents_survive(self, codec, notices):
        table = read("Port Name,Value\nJuárez,3\n".encode(codec))
        assert table.rows[0]["port"] == "Juárez"
        assert len(table.notices) == notices

    def test_gzip_is_read_whatever_the_name(self):
        assert read(gzip.compress(b"Port Name,Value\nRoma,3\n")).rows[0]["value"] == "3"

    def test_header_spelling_order_and_extra_columns_do_not_matter(self):
        table = read(b"\xef\xbb\xbfCOUNT,extra,port_name\r\n7,x,Roma\r\n")
        assert table.rows[0]["port"] == "Roma"
        assert table.rows[0]["value"] == "7"
        assert table.rows[0]["note"] == ""
        assert table.columns == {"port", "value"}

    def test_tab_separated(self):
        assert read(b"Port Name\tValue\nRoma\t3\n").rows[0]["value"] == "3"

    def test_lines_count_blank_and_broken_ones(self):
        table = read(b'Port Name,Value\n\n"A\nB",1\nRoma\n')
        assert [row.line for row in table.rows] == [4, 5]
        assert table.rows[1]["value"] == ""


class TestCells:
    @given(st.integers(0, 10**14))
    def test_a_count_reads_back_however_it_is_written(self, number):
        assert read_count(str(number)) == read_count(f"{number:,}") == read_count(f" {number}.0 ") == number

    @pytest.mark.parametrize(
        "text", ["", "-1", "1.5", "1,2", "12,34", "D", "1e3", "٣", "NaN", "1 000", "9" * 16]
    )
    def test_what_is_no_count_is_none(self, text):
        assert read_count(text) is None

    @pytest.mark.parametrize(
        "text",
        [
            "2024-01",
            "2024-01-01",
            "2024-01-31T00:00:00.000",
            "Jan 2024",
            "January 2024",
            "Jan-24",
            "01/01/2024",
            "01/01/2024 12:00:00 AM",
        ],
    )
    def test_months(self, text):
        assert read_month(text) == date(2024, 1, 1)

    @pytest.mark.parametrize("text", ["", "2024-13", "Foo 2024", "13/01/2024", "2024", "FYTD"])
    def test_no_months(self, text):
        assert read_month(text) is None

    @pytest.mark.parametrize(
        "text",
        [
            "2023-12-28",
            "2023-12-28T10:00",
            "12/28/2023",
            "Thu, 12/28/2023",
            "28 December 2023",
            "Dec 28, 2023",
        ],
    )
    def test_days(self, text):
        assert read_day(text) == date(2023, 12, 28)

    @pytest.mark.parametrize("text", ["", "28/12/2023", "2023-02-30", "yesterday"])
    def test_no_days(self, text):
        assert read_day(text) is None
