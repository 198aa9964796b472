"""The Spanish brief is complete: every text said, every text of the data, every date and format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.brief import Brief
from corredor.brief.language import Language, UntranslatedError, catalogue
from corredor.brief.markdown import markdown
from corredor.brief.sections import sections
from corredor.brief.text import plain_text
from corredor.corridor.selection import PARTS, matching, read_selection
from corredor.moment import zone
from tests.brief.conftest import TODAY, At, Make
from tests.brief.texts import said

DAY = date(2023, 12, 28)
SINGLE, PAIRS = said()
# Words that no Spanish sentence holds; a name of an outlet, a title or a party may.
ENGLISH = re.compile(
    r"\b(?:the|of|and|with|within|known|closed|open|since|about|people|from|due|release|said|what|which|"
    r"reported|crossing|expected|usual|no|not|first|sector of|nationwide|arrivals|month|week|border)\b",
    re.IGNORECASE,
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class TestCatalogue:
    def test_the_source_says_texts(self) -> None:
        assert len(SINGLE) > 80
        assert len(PAIRS) >= 5
        assert {"expected {range}", "no evidence yet", "Contents", "closed"} <= SINGLE

    @pytest.mark.parametrize("text", sorted(SINGLE))
    def test_has_every_text_with_the_same_fields(self, text: str) -> None:
        message = catalogue("es").get(text)
        assert message is not None, "add it to src/corredor/locale/es/LC_MESSAGES/corredor.po"
        assert isinstance(message.string, str)
        assert message.string.strip()
        assert not message.fuzzy
        assert fields(message.string) == fields(text)

    @pytest.mark.parametrize("pair", sorted(PAIRS), ids=lambda pair: pair[0])
    def test_has_every_text_for_one_and_for_many(self, pair: tuple[str, str]) -> None:
        message = catalogue("es").get(pair[0])
        assert message is not None
        assert message.id == pair
        assert isinstance(message.string, tuple)
        for spanish, english in zip(message.string, pair, strict=True):
            assert spanish.strip()
            assert fields(spanish) <= fields(english) | {"n"}
        assert fields(message.string[1]) == fields(pair[1])

    def test_holds_nothing_that_is_never_said(self) -> None:
        held = {message.id for message in catalogue("es") if message.id}
        assert sorted(map(str, held - SINGLE - PAIRS)) == []

    def test_a_text_that_it_lacks_is_an_error(self) -> None:
        with pytest.raises(UntranslatedError, match="no es text for 'Never said'"):
            Language("es")("Never said")
        with pytest.raises(UntranslatedError, match="no es texts for 'one bridge'"):
            Language("es").count("one bridge", "{n} bridges", 2)

    def test_it_is_spanish(self) -> None:
        same = {"{number} (first {first})", "unknown"}
        for message in catalogue("es"):
            texts = [message.string] if isinstance(message.string, str) else message.string or []
            for text in texts:
                assert message.id not in same or text != message.id
                without = re.sub(r"\{\w+\}|--\w+ \w+|corredor brief|Natural Earth", "", text)
                assert not ENGLISH.search(re.sub(r"\bno\b", "", without, flags=re.IGNORECASE)), text


class TestLanguage:
    def test_dates_and_numbers(self) -> None:
        english, spanish = Language("en"), Language("es")
        assert (english.day(DAY), spanish.day(DAY)) == ("28 Dec 2023", "28 dic 2023")
        assert (english.day(DAY, year=False), spanish.day(DAY, year=False)) == ("28 Dec", "28 dic")
        assert english.long_day(DAY) == "28 December 2023"
        assert spanish.long_day(DAY) == "28 de diciembre de 2023"
        assert (english.month(DAY), spanish.month(DAY)) == ("Dec 2023", "dic 2023")
        assert (english.city("America/New_York"), spanish.city("America/New_York")) == (
            "New York",
            "Nueva York",
        )
        instant = datetime(2023, 12, 22, 19, tzinfo=UTC)
        assert english.clock(instant, zone("America/Chicago")) == "22 Dec 2023, 13:00 CST"
        assert spanish.clock(instant, zone("America/Chicago")) == "22 dic 2023, 13:00 CST"
        assert english.number(191113.0) == "191,113"

    @pytest.mark.parametrize(
        ("low", "high", "english", "spanish"),
        [
            (6000, 8000, "6,000–8,000", "6,000–8,000"),
            (6000, 6000, "6,000", "6,000"),
            (None, None, "unknown", "desconocido"),
            (300, None, "at least 300", "al menos 300"),
            (None, 8000, "up to 8,000", "hasta 8,000"),
        ],
    )
    def test_ranges(self, low: float | None, high: float | None, english: str, spanish: str) -> None:
        assert Language("en").between(low, high) == english
        assert Language("es").between(low, high) == spanish

    def test_one_and_many(self) -> None:
        for one, many in PAIRS:
            found = {name: "3" for name in fields(one) | fields(many) if name != "n"}
            assert Language("en").count(one, many, 1, **found) != Language("en").count(one, many, 2, **found)
            assert Language("es").count(one, many, 1, **found) != Language("es").count(one, many, 2, **found)


class TestData:
    """Every text of the data that a Spanish brief can show has its Spanish."""

    @pytest.mark.parametrize(
        ("table", "pairs"),
        [
            ("events", [("note", "note_es")]),
            ("statements", [("summary", "summary_es"), ("conflict", "conflict_es")]),
            ("commitments", [(name, f"{name}_es") for name in ("party", "action", "subject", "due")]),
            ("evidence", [("text", "text_es")]),
            ("groups", [("name", "name_es")]),
            ("sites", [("name", "name_es")]),
        ],
    )
    def test_entries(self, at: At, table: str, pairs: list[tuple[str, str]]) -> None:
        reading: Callable[[], list[Any]] = getattr(at(TODAY), table)
        rows = reading()
        assert rows
        missing = [
            (row.id, english)
            for row in rows
            for english, spanish in pairs
            if getattr(row, english) and not getattr(row, spanish)
        ]
        assert missing == []

    def test_speakers_who_are_not_named_and_roles_of_those_who_are(self, at: At) -> None:
        rows = at(TODAY).statements()
        bodies = {source.publisher for source in at(TODAY).sources.values()} | {row.outlet for row in rows}
        bodies |= {"Association of American Railroads", "Consejo Nacional Agropecuario", "Coparmex"}
        assert [
            row.speaker for row in rows if not row.named and not row.speaker_es and row.speaker not in bodies
        ] == []
        assert [row.id for row in rows if row.named and row.role and not row.role_es] == []

    def test_series_of_the_brief(self, at: At) -> None:
        selection = read_selection()
        assert selection is not None
        series = {row.key: row for row in at(TODAY).series(None)}
        shown = [key for part in PARTS for key in matching(getattr(selection, part), series)]
        assert len(shown) > 20
        for key in shown:
            english, spanish = selection.labels.get(key, (series[key].title, series[key].title_es))
            assert english
            assert spanish

    def test_places_with_a_number_or_a_common_word(self, at: At) -> None:
        corridor = at(TODAY).corridor
        told = {event.place for event in at(TODAY).events()}
        common = re.compile(r"\b(bridge|crossing|gate|sector|rail|trains|port)\b", re.IGNORECASE)
        missing = [
            place
            for place in sorted(told)
            if common.search(corridor.name_of(place, "es")) and "Sector" not in corridor.name_of(place, "es")
        ]
        assert missing == []


def own_words(brief: Brief) -> Iterator[str]:
    """What the brief says in its own words and the data's: names of sources, outlets and places left out."""
    yield from (brief.title, *brief.headlines)
    for section in sections(Language("es"), brief):
        yield section.heading
        yield section.foot
        yield from section.table.header if section.table else ()
        for line in section.lines:
            words = line.words
            yield from (words.value, words.compared, words.call, words.detail)
            yield words.subject if section.id in ("flows", "parts", "crossings", "watch") else ""


class TestBrief:
    @given(
        day=st.dates(date(2022, 1, 1), date(2024, 12, 31)),
        since=st.none() | st.integers(1, 300),
        hindsight=st.booleans(),
    )
    @settings(max_examples=3)
    def test_every_text_is_translated_on_any_day(
        self, make: Make, day: date, since: int | None, hindsight: bool
    ) -> None:
        before = day - timedelta(days=since) if since else None
        brief = make(day, since=before, hindsight=TODAY if hindsight else None, lang="es")
        assert brief.lang == "es"
        assert plain_text(brief).startswith("Informe del corredor, ")
        assert markdown(brief).startswith("# Informe del corredor, ")

    @pytest.mark.parametrize(
        ("since", "hindsight"),
        [(None, None), (date(2023, 12, 20), TODAY)],
        ids=["full", "changes"],
    )
    def test_no_english_in_it(
        self, make: Make, at: At, since: date | None, hindsight: datetime | None
    ) -> None:
        brief = make(DAY, since=since, hindsight=hindsight, lang="es")
        names = sorted(
            {source.publisher for source in at(TODAY).sources.values()}
            | {row.outlet for row in at(TODAY).statements()},
            key=len,
            reverse=True,
        )
        shown = re.compile("|".join(re.escape(name) for name in names if name))
        found = []
        for text in own_words(brief):
            rest = re.sub(r"«[^»]*»|“[^”]*”", "", shown.sub("", text))
            rest = re.sub(r"\bno\b", "", rest, flags=re.IGNORECASE)
            found += [(match.group(), text) for match in ENGLISH.finditer(rest)]
        assert found == []

    def test_the_same_facts_in_both(self, make: Make) -> None:
        def facts(lang: str) -> object:
            brief = make(DAY, since=date(2023, 12, 20), hindsight=TODAY, lang=lang)
            found = json.loads(brief.model_dump_json())
            # Equal in rank, crossings stand by name, and names differ.
            for line in found["watch"]:
                line["about"] = sorted(line["about"].split())
            return without_words(found)

        assert facts("en") == facts("es")

    def test_headings_differ_in_every_section(self, make: Make) -> None:
        english = {part.id: part.heading for part in sections(Language("en"), make(DAY))}
        spanish = {part.id: part.heading for part in sections(Language("es"), make(DAY, lang="es"))}
        assert list(english) == list(spanish)
        assert [key for key in english if english[key] == spanish[key]] == []


def without_words(node: object) -> object:
    """The JSON without what is told in a language."""
    if isinstance(node, dict):
        told = ("words", "title", "lang", "headlines", "party", "text")
        return {key: without_words(value) for key, value in node.items() if key not in told}
    if isinstance(node, list):
        return sorted((without_words(value) for value in node), key=json.dumps)
    return node


def test_the_catalogue_is_where_babel_looks_for_it() -> None:
    from corredor.brief import language

    assert (language.FOLDER / "es" / "LC_MESSAGES" / "corredor.po").is_file()
    assert Path(language.FOLDER).name == "locale"
