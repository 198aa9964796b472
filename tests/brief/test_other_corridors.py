"""The brief of a corridor that is not the embedded one: its words are data, never markup."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corredor import open_situation
from corredor.brief import make_brief
from corredor.brief.html import html
from corredor.brief.markdown import markdown
from corredor.brief.text import plain_text
from corredor.corridor.selection import Selection
from tests.brief.test_html import parsed
from tests.corridor.folders import change, make_folder

DAY = date(2023, 12, 28)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "valley")


class TestSpecialCharacters:
    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_are_text_on_the_page(self, folder: Path, lang: str) -> None:
        change(folder, "places.csv", "River Bridge 1,Puente 1", "R & <b>B</b> 1,R & <b>B</b> 1")
        change(
            folder,
            "events.csv",
            "2023-12-20,false,agency.release,,",
            "2023-12-20,false,agency.release,<script>x()</script> | *now*,<script>x()</script> | *ya*",
        )
        situation = open_situation(DAY, corridor=folder, record=":memory:")
        brief = make_brief(situation, lang=lang)
        text = html(brief, situation)
        page = parsed(text)
        assert "script" not in {tag for tag, _ in page.tags}
        assert "b" not in {tag for tag, _ in page.tags}
        assert "R & <b>B</b> 1" in "".join(page.text)
        assert "<script>x()</script>" in "".join(page.text)
        # In the picture too: the name of a closed crossing stands on the map.
        picture = text[text.index("<svg") : text.index("</svg>")]
        assert "&lt;b&gt;B&lt;/b&gt;" in picture
        marked = markdown(brief)
        assert "\\<script\\>x()\\</script\\> \\| \\*" in marked
        assert "<script>" not in marked
        assert "R & <b>B</b> 1" in plain_text(brief)

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://a.org/x_(y) z"])
    def test_addresses_are_links_only_where_they_are_web_addresses(self, folder: Path, address: str) -> None:
        change(folder, "sources.csv", "https://example.org/a", f'"{address}"')
        situation = open_situation(DAY, corridor=folder, record=":memory:")
        brief = make_brief(situation)
        links = [
            attributes["href"]
            for tag, attributes in parsed(html(brief, situation)).tags
            if tag == "a" and not attributes["href"].startswith("#")
        ]
        marked = markdown(brief)
        if address.startswith("https:"):
            assert links
            assert "](https://a.org/x_(y) z)" not in marked
            assert "](https://a.org/" in marked
        else:
            assert links == []
            assert address not in marked


class TestWithoutASelection:
    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_monthly_flows_are_the_headline(self, folder: Path, lang: str) -> None:
        for name in ("series.csv", "figures/agency.csv"):
            path = folder / name
            path.write_text(path.read_text(encoding="utf-8").replace("mode=foot", ""), encoding="utf-8")
        situation = open_situation(DAY, corridor=folder, record=":memory:")
        brief = make_brief(situation, lang=lang)
        (line,) = brief.flows
        assert (line.series, line.value, line.provisional) == ("agency.crossings.month", 120, True)
        assert line.verdict is not None
        assert line.verdict.call == "not enough data"
        assert brief.forecasts == ()
        assert brief.parts == ()
        assert {"en": "provisional", "es": "provisional"}[lang] in line.words.detail
        assert {"en": "Crossings", "es": "Cruces"}[lang] in brief.headlines[0]

    def test_a_rounded_figure_and_its_revision(self, folder: Path) -> None:
        situation = open_situation(date(2024, 3, 1), corridor=folder, record=":memory:")
        (line,) = make_brief(situation, selection=Selection(headline=("agency.*",))).flows
        assert (line.value, line.first_value, line.rounded_to) == (90, 120, 10)
        assert line.words.value == "about 90"
        assert "first release 22 Dec 2023: 120, since revised by -30" in line.words.detail

    def test_a_breakdown_is_no_headline(self, folder: Path) -> None:
        assert make_brief(open_situation(DAY, corridor=folder, record=":memory:")).flows == ()

    def test_capacity_of_a_city_where_it_is_known(self, folder: Path) -> None:
        path = folder / "series.csv"
        row = "lake.care,In care,En albergues,in care,people,city.lake,irregular,stock,A,America/Chicago,,\n"
        path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
        path = folder / "figures" / "agency.csv"
        row = "lake.care,2023-12-27,2023-12-28,,900,1000,2023-12-27,,,agency.release\n"
        path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
        change(folder, "sites.csv", "2023-12-28,,14000", "2023-12-28,1500,900")
        situation = open_situation(DAY, corridor=folder, record=":memory:")
        brief = make_brief(situation)
        (line,) = brief.reception
        assert (line.value, line.low, line.high, line.capacity) == (None, 900, 1000, 1500)
        assert line.words.value == "900–1,000"
        assert line.words.compared == "capacity 1,500"
        assert "Capacity unknown" not in " ".join(brief.headlines)
