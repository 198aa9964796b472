"""The brief as plain text: what a person reads at a terminal or in a mail."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from corredor.brief.text import WIDTH, plain_text, styled_lines
from tests.brief.conftest import TODAY, Make

DAY = date(2023, 12, 28)
VARIANTS = [
    (DAY, None, None),
    (DAY, date(2023, 12, 20), TODAY),
    (date(2024, 1, 5), None, None),
    (date(2024, 1, 31), DAY, None),
    (TODAY, None, None),
]


class TestLayout:
    @pytest.mark.parametrize("lang", ["en", "es"])
    @pytest.mark.parametrize(("day", "since", "hindsight"), VARIANTS)
    def test_fits_a_hundred_columns(
        self, make: Make, day: date, since: date | None, hindsight: datetime | None, lang: str
    ) -> None:
        text = plain_text(make(day, since=since, hindsight=hindsight, lang=lang))
        rows = text.split("\n")
        assert WIDTH == 100
        assert [row for row in rows if len(row) > 100] == []
        assert [row for row in rows if row != row.rstrip()] == []
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), "no control characters, no colour"
        assert "\n\n\n" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        # Rows that go on are set in by three columns, never by one or four; only a table's header by more.
        assert {len(row) - len(row.lstrip(" ")) for row in rows if not row.startswith(" " * 10)} <= {0, 3}

    def test_order_of_the_sections(self, make: Make) -> None:
        text = plain_text(make(DAY))
        headings = [row for row in text.split("\n") if row and row == row.upper() and row[0].isalpha()]
        starts = ["ENCOUNTERS", "BY SECTOR", "WHAT COMES", "MONTH BY", "LATEST", "FURTHER", "CROSSINGS"]
        starts += ["GROUPS", "RECEIVING", "WHAT WAS SAID", "WHAT WAS PROMISED", "WHAT TO WATCH"]
        assert [heading.startswith(start) for heading, start in zip(headings, starts, strict=True)] == [
            True
        ] * len(starts)

    def test_findings_come_first(self, make: Make) -> None:
        brief = make(DAY)
        head = plain_text(brief).split("\n\n")[1].replace("\n", " ")
        assert head == " ".join(brief.headlines)

    def test_every_line_of_the_brief_is_there(self, make: Make) -> None:
        brief = make(DAY)
        text = " ".join(plain_text(brief).split())
        told = (*brief.crossings, *brief.groups, *brief.reception, *brief.commitments, *brief.watch)
        for line in told:
            for piece in (line.words.subject, line.words.value, line.words.compared, line.words.call):
                assert " ".join(piece.split()) in text
            if line.citation:
                assert line.citation.publisher in text

    def test_columns_stand_under_each_other(self, make: Make) -> None:
        rows = plain_text(make(DAY)).split("\n")
        first = next(index for index, row in enumerate(rows) if row.startswith("Border Patrol, southwest  "))
        columns = [row.index("expected") for row in rows[first : first + 3]]
        assert len(set(columns)) == 1
        ends = [re.search(r"[\d,]+(?=  expected)", row) for row in rows[first : first + 3]]
        assert len({match.end() for match in ends if match}) == 1

    def test_a_sentence_is_not_cut(self, make: Make) -> None:
        brief = make(DAY)
        text = " ".join(plain_text(brief).split())
        for line in brief.statements[:10]:
            assert " ".join(line.words.value.split()) in text
        assert f"and {len(brief.statements) - 10} more in the JSON" in text


class TestSmallPrint:
    def test_source_and_when_it_became_known(self, make: Make) -> None:
        text = " ".join(plain_text(make(DAY)).split())
        assert "U.S. Customs and Border Protection, known 22 Dec 2023" in text
        assert "Servicio Nacional de Migración de Panamá, known 20 Dec 2023 (assumed)" in text
        assert "first release 22 Dec 2023" in text
        assert "final value, release date assumed" in text
        assert "Dec 2023 due around 19 Jan" in text

    def test_what_counts_as_a_range_is_said(self, make: Make) -> None:
        text = " ".join(plain_text(make(DAY)).split())
        assert "15 series were judged together." in text
        assert "95% of past errors" in text

    def test_the_moment_and_its_zone(self, make: Make) -> None:
        assert plain_text(make(DAY)).split("\n")[1] == (
            "What was known at the end of 28 Dec 2023, time of New York"
        )

    def test_a_moment_within_a_day_is_not_called_its_end(self, make: Make) -> None:
        row = plain_text(make(datetime(2023, 12, 28, 19, 30, tzinfo=UTC))).split("\n")[1]
        assert "end of" not in row
        assert "28 Dec 2023" in row
        assert "14:30" in row

    def test_hindsight_stands_at_the_end(self, make: Make) -> None:
        text = plain_text(make(DAY, hindsight=date(2024, 1, 31)))
        heading = "WHAT BECAME KNOWN LATER, UP TO 31 JAN 2024"
        assert heading in text
        assert text.index("WHAT TO WATCH") < text.index(heading)
        assert "came in at 249,785: outside the 80% range, inside the 95% range" in " ".join(text.split())


class TestStyles:
    def test_colour_is_for_status_only(self, make: Make) -> None:
        alerts = [line.text for line in styled_lines(make(DAY)) if line.style == "alert"]
        assert alerts
        assert all(re.search(r"\b(closed|limited|since)\b", text) for text in alerts)
        assert not any("Eagle Pass rail bridge" in text for text in alerts)

    def test_styled_and_plain_say_the_same(self, make: Make) -> None:
        brief = make(DAY)
        assert plain_text(brief).rstrip("\n").split("\n") == [
            line.text.rstrip() for line in styled_lines(brief)
        ]
