"""The brief shows figures as they stood at its moment, and nothing that became known later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.brief import Brief, make_brief
from corredor.brief.markdown import markdown
from corredor.brief.text import plain_text
from corredor.corridor.selection import Selection, read_selection
from corredor.errors import InputError
from tests.brief.conftest import TODAY, At, Make

DAY = date(2023, 12, 28)
USBP = "cbp.encounters.southwest.usbp.month"
TOTAL = "cbp.encounters.southwest.total.month"
NOVEMBER = date(2023, 11, 1)


def numbers(node: Any) -> Iterator[float]:
    """Every number of the JSON."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from numbers(each)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield float(node)


def moments(node: Any, path: str = "") -> Iterator[tuple[str, datetime]]:
    """Every moment at which something became known, with where it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name.endswith("known_at") and value is not None:
                yield f"{path}.{name}", datetime.fromisoformat(value)
            else:
                yield from moments(value, f"{path}.{name}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from moments(value, f"{path}[{index}]")


def as_json(brief: Brief) -> Any:
    return json.loads(brief.model_dump_json())


def flow(brief: Any, key: str) -> Any:
    return next(line for line in brief["flows"] if line["series"] == key)


def month(brief: Any, key: str, start: date) -> Any:
    found = [row for row in brief["history"] if (row["series"], row["start"]) == (key, start.isoformat())]
    assert len(found) == 1
    return found[0]


class TestNovember2023AsKnownOn28December:
    def test_first_releases(self, make: Make) -> None:
        brief = as_json(make(DAY))
        for key, value in ((USBP, 191113), (TOTAL, 242418)):
            line = flow(brief, key)
            assert (line["start"], line["end"], line["value"]) == ("2023-11-01", "2023-12-01", value)
            assert (line["first_value"], line["later_vintage"]) == (value, False)
            # The release of Friday 22 December is known at the end of that day in Washington.
            assert datetime.fromisoformat(line["first_known_at"]) == datetime(2023, 12, 23, 5, tzinfo=UTC)

    def test_the_later_values_are_nowhere(self, make: Make) -> None:
        brief = make(DAY)
        assert not {191106.0, 242399.0} & set(numbers(as_json(brief)))
        for text in (plain_text(brief), markdown(brief), brief.model_dump_json()):
            assert "191,106" not in text
            assert "242,399" not in text

    @pytest.mark.parametrize("lang", ["en", "es"])
    def test_a_reader_sees_them_first(self, make: Make, lang: str) -> None:
        brief = make(DAY, lang=lang)
        assert "191,113" in brief.headlines[0]
        assert "242,418" in plain_text(brief)

    def test_before_the_release_it_is_october_that_is_newest(self, make: Make) -> None:
        line = flow(as_json(make(date(2023, 12, 21))), USBP)
        assert (line["start"], line["value"]) == ("2023-10-01", 188778)


class TestRevisions:
    def test_later_the_later_values_and_the_revision_are_shown(self, make: Make) -> None:
        brief = as_json(make(TODAY))
        row = month(brief, USBP, NOVEMBER)
        assert (row["first_value"], row["value"], row["revision"]) == (191113, 191106, -7)
        total = month(brief, TOTAL, NOVEMBER)
        assert (total["first_value"], total["value"]) == (242418, 242399)

    def test_a_reader_sees_both(self, make: Make) -> None:
        assert "191,106 (first 191,113)" in plain_text(make(TODAY))

    def test_until_it_was_published_there_is_none(self, make: Make) -> None:
        row = month(as_json(make(date(2024, 1, 31))), USBP, NOVEMBER)
        assert (row["first_value"], row["value"], row["revision"]) == (191113, 191113, 0)

    def test_since_lists_the_revised_figure(self, make: Make) -> None:
        brief = as_json(make(date(2024, 12, 31), since=DAY))
        revised = {
            (line["about"], line["words"]["subject"][-8:]): (line["before"], line["after"])
            for line in brief["changes"]
            if line["kind"] == "revised figure"
        }
        assert revised[USBP, "Nov 2023"] == (191113, 191106)
        assert revised[TOTAL, "Nov 2023"] == (242418, 242399)
        assert all(before != after for before, after in revised.values())

    def test_a_revision_is_told_in_words(self, make: Make) -> None:
        text = plain_text(make(date(2024, 12, 31), since=DAY))
        assert "191,106" in text
        assert "revised, was 191,113" in text

    def test_a_new_figure_is_not_called_revised(self, make: Make) -> None:
        changes = as_json(make(date(2024, 1, 31), since=DAY))["changes"]
        december = [
            line for line in changes if line["about"] == USBP and "Dec 2023" in line["words"]["subject"]
        ]
        assert [(line["kind"], line["before"]) for line in december] == [("new figure", None)]


class TestHindsight:
    @pytest.mark.parametrize(
        ("start", "usbp", "total"),
        [(date(2023, 12, 1), 249740, 301981), (date(2024, 1, 1), 124215, 176195)],
    )
    def test_what_came_stands_beside_the_forecast(
        self, make: Make, start: date, usbp: int, total: int
    ) -> None:
        brief = as_json(make(DAY, hindsight=TODAY))
        found = {
            line["series"]: line["outcome"]["value"]
            for line in brief["forecasts"]
            if line["start"] == start.isoformat()
        }
        assert (found[USBP], found[TOTAL]) == (usbp, total)

    def test_inside_agrees_with_the_intervals(self, make: Make) -> None:
        lines = as_json(make(DAY, hindsight=TODAY))["forecasts"]
        assert len(lines) == 9
        for line in lines:
            outcome, interval = line["outcome"], line["interval"]
            for level in ("80", "95"):
                inside = interval[f"low{level}"] <= outcome["value"] <= interval[f"high{level}"]
                assert outcome[f"inside{level}"] is inside
        # Not all alike, or the test above would hold for a constant.
        assert {line["outcome"]["inside80"] for line in lines} == {True, False}

    def test_words_agree_with_the_numbers(self, make: Make) -> None:
        for line in make(DAY, hindsight=TODAY).forecasts:
            assert line.outcome is not None
            assert f"{line.outcome.value:,.0f}" in line.words.call
            said = "outside both" not in line.words.call and "outside the 80%" not in line.words.call
            assert said is line.outcome.inside80
            assert ("outside both" in line.words.call) is (not line.outcome.inside95)

    def test_hindsight_changes_nothing_else(self, make: Make) -> None:
        plain, later = as_json(make(DAY)), as_json(make(DAY, hindsight=TODAY))
        for line in later["forecasts"]:
            line["outcome"], line["words"]["call"] = None, ""
        assert later.pop("later") is not None
        assert plain.pop("later") is None
        assert later == plain

    def test_without_it_no_outcome_is_known(self, make: Make) -> None:
        assert all(line.outcome is None and line.words.call == "" for line in make(DAY).forecasts)

    def test_as_far_as_hindsight_reaches(self, make: Make) -> None:
        brief = make(DAY, hindsight=date(2024, 1, 31))
        outcomes = {line.start: line.outcome for line in brief.forecasts if line.series == USBP}
        assert outcomes[date(2023, 12, 1)] is not None
        assert outcomes[date(2024, 1, 1)] is None
        assert outcomes[date(2024, 2, 1)] is None
        first = outcomes[date(2023, 12, 1)]
        assert first is not None
        assert (first.value, first.first_value) == (249785, 249785)

    def test_what_came_later_is_known_after_the_brief(self, make: Make) -> None:
        brief = make(DAY, hindsight=date(2024, 1, 31))
        assert brief.later is not None
        known = [line.citation.known_at for line in brief.later.changes if line.citation]
        # A status changes by an event known before, once its instant comes; all else became known later.
        fresh = [
            line.citation.known_at for line in brief.later.changes if line.citation and line.kind != "status"
        ]
        assert len(known) > 20
        assert min(fresh) > brief.as_of
        assert max(known) <= brief.later.until


class TestNothingLater:
    @given(day=st.dates(date(2022, 1, 1), date(2024, 12, 31)), since=st.none() | st.integers(1, 400))
    @settings(max_examples=4)
    def test_no_known_at_is_after_the_moment(self, make: Make, day: date, since: int | None) -> None:
        brief = make(day, since=day - timedelta(days=since) if since else None)
        found = list(moments(as_json(brief)))
        assert found
        assert [(path, moment) for path, moment in found if moment > brief.as_of] == []

    def test_no_period_ends_after_the_moment_in_the_counts(self, make: Make) -> None:
        for lines in (make(DAY).flows, make(DAY).parts, make(DAY).upstream, make(DAY).weekly):
            assert all(line.end <= DAY + timedelta(days=1) for line in lines)

    def test_forecasts_begin_after_the_newest_figure(self, make: Make) -> None:
        for line in make(DAY).forecasts:
            assert line.start >= date(2023, 12, 1)
            assert line.horizon in (1, 2, 3)


class TestMoments:
    def test_since_must_be_before(self, at: At) -> None:
        with pytest.raises(InputError, match="not before"):
            make_brief(at(DAY), since=at(DAY))

    def test_hindsight_must_not_be_before(self, at: At) -> None:
        with pytest.raises(InputError, match="before the moment of the brief"):
            make_brief(at(DAY), hindsight=at(date(2023, 12, 27)))

    def test_unknown_language(self, at: At) -> None:
        with pytest.raises(InputError, match=r"unknown language 'fr' \(one of en, es\)"):
            make_brief(at(DAY), lang="fr")

    def test_before_anything_was_known(self, make: Make) -> None:
        brief = make(date(1990, 1, 1))
        assert (brief.flows, brief.crossings, brief.history, brief.statements) == ((), (), (), ())
        assert brief.headlines == ("No figures are known at this moment.", "No crossing is reported closed.")
        assert plain_text(brief).startswith("Corridor brief, 1 January 1990\n")

    def test_two_moments_that_know_the_same_say_nothing_new(self, at: At) -> None:
        one, other = datetime(2023, 12, 28, 15, tzinfo=UTC), datetime(2023, 12, 28, 15, 1, tzinfo=UTC)
        brief = make_brief(at(other), selection=read_selection(), since=at(one))
        assert brief.changes == ()
        assert "Nothing is new or changed." in plain_text(brief)

    def test_a_selection_of_its_own(self, at: At) -> None:
        brief = make_brief(at(DAY), selection=Selection(headline=("cbp.encounters.sector.yuma.*",)))
        assert [line.place for line in brief.flows] == ["sector.yuma"]
        assert (brief.parts, brief.upstream, brief.weekly, brief.reception) == ((), (), (), ())
