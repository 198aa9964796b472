"""The brief as one page: whole in itself, readable by people, browsers and screen readers."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

import pytest

from corredor.brief.html import html
from corredor.brief.language import Language
from corredor.brief.sections import sections
from corredor.corridor.selection import read_selection
from tests.brief.conftest import At, Make

DAY = date(2023, 12, 28)
VOID = {"meta", "br", "hr", "img", "input", "link"}


@dataclass
class Page(HTMLParser):
    """What a browser would find in a page; a tag that is closed wrongly is an error."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append((tag, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.open and re.fullmatch(r"h[1-6]", self.open[-1]):
            tag, sofar = self.headings[-1]
            self.headings[-1] = (tag, sofar + data)

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def pages(make: Make, at: At) -> dict[str, str]:
    """The page in both languages."""
    return {lang: html(make(DAY, lang=lang), at(DAY)) for lang in ("en", "es")}


@pytest.mark.parametrize("lang", ["en", "es"])
class TestPage:
    def test_is_whole_in_itself(self, pages: dict[str, str], lang: str) -> None:
        page = parsed(pages[lang])
        names = {tag for tag, _ in page.tags}
        assert not names & {"script", "link", "iframe", "img", "object", "embed", "image", "use", "form"}
        assert page.attributes("src") == []
        fetched = [
            value
            for tag, attributes in page.tags
            for name, value in attributes.items()
            if tag != "a" and name.endswith("href")
        ]
        assert fetched == []
        assert "@import" not in pages[lang]
        assert "url(" not in pages[lang].replace("url(#", "")
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]

    def test_links_lead_to_sources_or_sections(self, pages: dict[str, str], lang: str) -> None:
        page = parsed(pages[lang])
        links = [attributes["href"] for tag, attributes in page.tags if tag == "a" and "href" in attributes]
        identifiers = page.attributes("id")
        assert len(links) > 30
        for link in links:
            assert link.startswith(("https://", "http://")) or link.removeprefix("#") in identifiers

    def test_identifiers_are_used_once(self, pages: dict[str, str], lang: str) -> None:
        # A browser would take the first: clips of one picture would cut another.
        found = parsed(pages[lang]).attributes("id")
        assert sorted(set(found)) == sorted(found)

    def test_language_title_and_headings(self, make: Make, pages: dict[str, str], lang: str) -> None:
        page, brief = parsed(pages[lang]), make(DAY, lang=lang)
        assert page.tags[0] == ("html", {"lang": lang})
        assert page.headings[0] == ("h1", brief.title)
        told = [section.heading for section in sections(Language(lang), brief)]
        assert [text for tag, text in page.headings if tag == "h2"] == told
        levels = [int(tag[1]) for tag, _ in page.headings]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert f"<title>{brief.title}</title>" in pages[lang]

    def test_every_picture_says_what_it_shows_and_its_source(self, pages: dict[str, str], lang: str) -> None:
        text = pages[lang]
        figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
        assert len(figures) == 3
        source = {"en": "Source", "es": "Fuente"}[lang]
        for figure in figures:
            assert re.match(r'<figure[^>]* role="img"[^>]* aria-label="[^"]{5,}"', figure)
            assert figure.count("<svg") == 1
            assert source in figure

    def test_counts_of_the_pictures_stand_in_tables(
        self, make: Make, pages: dict[str, str], lang: str
    ) -> None:
        found = re.findall(r"<details>.*?</details>", pages[lang], flags=re.DOTALL)
        assert [part.count("<tr>") for part in found] == [37, 37]  # a header and 36 months
        brief = make(DAY, lang=lang)
        assert f"<td>{brief.flows[0].words.value}</td>" in found[0]
        assert all(f"<td>{line.words.value}</td>" in found[1] for line in brief.parts)

    def test_titles_of_the_pictures_are_findings(self, make: Make, pages: dict[str, str], lang: str) -> None:
        first = make(DAY, lang=lang).flows[0]
        shown = re.sub(r"<[^>]+>", "", pages[lang])
        assert f"{first.words.subject}: {first.words.value}, {first.words.call}" in shown

    def test_everything_told_is_there(self, make: Make, pages: dict[str, str], lang: str) -> None:
        brief = make(DAY, lang=lang)
        text = " ".join("".join(parsed(pages[lang]).text).split())
        assert all(" ".join(headline.split()) in text for headline in brief.headlines)
        for section in sections(Language(lang), brief):
            for line in section.lines:
                for piece in (line.words.value, line.words.compared, line.words.call):
                    assert " ".join(piece.split()) in text

    def test_months_are_a_table_with_headers(self, pages: dict[str, str], lang: str) -> None:
        page = parsed(pages[lang])
        scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
        assert scopes.count("col") >= 4
        assert scopes.count("row") >= 13


class TestMap:
    def test_names_whose_land_it_shows_and_only_then(self, make: Make, at: At) -> None:
        situation, outline = at(DAY), read_selection().outline
        brief = make(DAY)
        assert "land: Natural Earth 1:50m" in html(brief, situation, outline)
        assert "Natural Earth" not in html(brief, situation)


class TestChanges:
    def test_a_brief_of_changes_has_no_pictures(self, make: Make, at: At) -> None:
        brief = make(DAY, since=date(2023, 12, 20))
        text = html(brief, at(DAY))
        parsed(text)
        assert "<svg" not in text
        assert "New or changed since 20 Dec 2023" in text
