"""The brief as Markdown."""

from __future__ import annotations

import re
from datetime import date

import pytest

from corredor.brief.markdown import escape, markdown
from tests.brief.conftest import Make

DAY = date(2023, 12, 28)


def test_marks_are_made_plain() -> None:
    assert escape("a*b_c`d [e](f) <g> |h| #i \\j") == "a\\*b\\_c\\`d \\[e\\](f) \\<g\\> \\|h\\| \\#i \\\\j"


@pytest.mark.parametrize("lang", ["en", "es"])
class TestBrief:
    def test_one_title_then_sections(self, make: Make, lang: str) -> None:
        text = markdown(make(DAY, lang=lang))
        headings = re.findall(r"^(#+) ", text, re.MULTILINE)
        assert headings[0] == "#"
        assert set(headings[1:]) == {"##"}
        assert len(headings) == 13
        assert "\n\n\n" not in text

    def test_every_row_of_the_table_has_every_column(self, make: Make, lang: str) -> None:
        rows = [row for row in markdown(make(DAY, lang=lang)).split("\n") if row.startswith("|")]
        assert len(rows) == 15
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
        assert rows[1] == "| --- | ---: | ---: | ---: |"

    def test_each_line_is_an_item_with_its_source(self, make: Make, lang: str) -> None:
        brief = make(DAY, lang=lang)
        text = markdown(brief)
        for line in (*brief.crossings, *brief.groups, *brief.reception):
            assert f"- **{escape(line.words.subject)}**" in text
            assert line.citation is not None
            assert escape(line.citation.publisher) in text
        assert "](https://" in text
