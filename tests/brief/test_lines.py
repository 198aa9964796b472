"""What the lines of the brief hold: facts by id and number, each with its source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from corredor.brief import Brief
from corredor.brief.model import Line, WatchLine
from corredor.corridor import Corridor
from corredor.corridor.status import State
from corredor.record.entries import Flag
from tests.brief.conftest import TODAY, At, Make

DAY = date(2023, 12, 28)
DATES = [date(2023, 12, 20), DAY, date(2024, 1, 5), TODAY]
SECTORS = {"sector.rio-grande-valley"} | {
    f"sector.{name}"
    for name in (
        [
            "san-diego",
            "el-centro",
            "yuma",
            "tucson",
            "el-paso",
            "big-bend",
            "del-rio",
            "laredo",
            "rio-grande-valley",
        ]
    )
}


def lines(brief: Brief) -> Iterator[Line]:
    """Every line of the brief, those of ``changes`` and ``later`` too."""
    for name in type(brief).model_fields:
        value = getattr(brief, name)
        for each in value if isinstance(value, tuple) else ():
            if isinstance(each, Line):
                yield each
    if brief.later is not None:
        yield from brief.later.changes


def crossings(brief: Brief) -> dict[str, tuple[str, str, str]]:
    """Status, modes and direction by place."""
    return {line.place: (line.status.value, " ".join(line.modes), line.direction) for line in brief.crossings}


class TestEveryLine:
    @pytest.mark.parametrize("day", DATES, ids=str)
    def test_has_its_source_and_when_it_became_known(self, make: Make, at: At, day: date) -> None:
        known = at(day).sources
        for line in lines(make(day)):
            if isinstance(line, WatchLine) and line.kind in ("threshold", "group"):
                continue  # about what is not known yet
            if isinstance(line, WatchLine) and line.words.subject == "No reopening announced":
                continue
            assert line.citation is not None, line
            source = known[line.citation.source]
            assert (line.citation.title, line.citation.publisher) == (source.title, source.publisher)
            assert line.citation.known_at.tzinfo is not None

    def test_changes_and_later_too(self, make: Make) -> None:
        brief = make(DAY, since=date(2023, 12, 20), hindsight=TODAY)
        assert brief.changes
        assert brief.later
        assert all(line.citation is not None for line in (*brief.changes, *brief.later.changes))

    @pytest.mark.parametrize("day", DATES, ids=str)
    def test_places_are_ids_of_the_corridor(self, make: Make, embedded_corridor: Corridor, day: date) -> None:
        brief = make(day)
        counts = (*brief.flows, *brief.parts, *brief.upstream, *brief.weekly)
        named = [line.place for line in counts] + [line.place for line in brief.crossings]
        named += [line.place for line in brief.reception] + [line.place for line in brief.forecasts]
        named += [line.crossing for line in brief.groups if line.crossing]
        named += [place for line in brief.watch if line.kind == "crossing" for place in line.about.split()]
        assert named
        assert [place for place in named if place not in embedded_corridor.places] == []

    @pytest.mark.parametrize("day", DATES, ids=str)
    def test_says_something(self, make: Make, day: date) -> None:
        for line in lines(make(day)):
            assert line.words.subject
            for text in line.words.model_dump().values():
                assert text == text.strip()
                assert not any(odd in text for odd in ("  ", "None", "{", "\n", "· ·", "()"))

    def test_a_release_date_that_we_assume_is_said_to_be(self, make: Make, at: At) -> None:
        brief = make(DAY)
        situation = at(DAY)
        counts: list[Any] = [*brief.flows, *brief.parts, *brief.upstream, *brief.weekly, *brief.reception]
        panel = situation.panel([line.series for line in counts])
        flags = {(row["series"], row["start"]): Flag(row["flags"]) for row in panel.iter_rows(named=True)}
        assumed = {line.series: line.citation.assumed for line in counts}
        assert assumed == {
            line.series: bool(flags[line.series, line.start] & Flag.KNOWN_AT_ASSUMED) for line in counts
        }
        assert set(assumed.values()) == {True, False}


class TestCounts:
    def test_headline_series(self, make: Make) -> None:
        found = {line.series.split(".")[3]: line.value for line in make(DAY).flows}
        assert found == {"usbp": 191113, "ofo": 51305, "total": 242418}
        assert {line.place for line in make(DAY).flows} == {"region.southwest"}

    def test_parts_are_the_nine_sectors(self, make: Make) -> None:
        brief = make(DAY)
        assert {line.place for line in brief.parts} == SECTORS
        assert len(brief.parts) == 9
        assert {line.start for line in brief.parts} == {date(2023, 11, 1)}

    def test_sectors_sum_to_the_southwest_of_a_later_vintage(self, make: Make) -> None:
        assert all(line.later_vintage for line in make(DAY).parts)
        assert sum(line.value or 0 for line in make(DAY).parts) == 191106

    def test_upstream(self, make: Make) -> None:
        found = {line.place: line.value for line in make(DAY).upstream}
        assert found == {"region.darien": 37231, "region.honduras": 59787, "region.mexico": 97204}

    def test_verdicts_of_the_closed_list_with_their_interval(self, make: Make) -> None:
        brief = make(DAY)
        for line in (*brief.flows, *brief.parts, *brief.upstream):
            verdict = line.verdict
            assert verdict is not None
            assert line.value is not None
            low, high = verdict.interval.low95, verdict.interval.high95
            assert low is not None
            assert high is not None
            assert low < high
            if verdict.call == "within usual variation":
                assert low <= line.value <= high
            assert verdict.looked_at == 15
            assert verdict.call in line.words.call
        assert all(line.verdict is None for line in brief.weekly)

    def test_history_is_thirteen_months_of_each_headline_series(self, make: Make) -> None:
        brief = make(DAY)
        for line in brief.flows:
            months = [row.start for row in brief.history if row.series == line.series]
            assert len(months) == 13
            assert months == sorted(months)
            assert months[-1] == line.start
            assert months[0] == date(2022, 11, 1)
        assert all(row.revision == row.value - row.first_value for row in brief.history)

    def test_three_months_are_forecast(self, make: Make) -> None:
        brief = make(DAY)
        assert [(line.series, line.horizon) for line in brief.forecasts] == [
            (line.series, horizon) for line in brief.flows for horizon in (1, 2, 3)
        ]
        for line in brief.forecasts:
            bounds = line.interval
            assert bounds.low95 is not None
            assert bounds.low80 is not None
            assert bounds.high80 is not None
            assert bounds.high95 is not None
            assert bounds.low95 < bounds.low80 < line.median < bounds.high80 < bounds.high95

    def test_every_figure_is_a_number(self, make: Make) -> None:
        brief = make(DAY).model_dump(mode="json")
        named = ["value", "low", "high", "first_value", "median", "size_low", "size_high", "capacity"]
        named += ("quantity_low", "quantity_high", "rounded_to", "crossing_km", "revision")
        found = [
            row[name]
            for rows in brief.values()
            if isinstance(rows, list)
            for row in rows
            if isinstance(row, dict)
            for name in named
            if row.get(name) is not None
        ]
        assert len(found) > 150
        assert {type(value) for value in found} == {float}


class TestCrossings:
    def test_on_28_december(self, make: Make) -> None:
        assert crossings(make(DAY)) == {
            "poe.eagle-pass.bridge-1": ("closed", "vehicle", "northbound"),
            "poe.lukeville.lukeville": ("closed", "all", "all"),
            "poe.nogales.morley": ("closed", "foot", "all"),
            "poe.san-ysidro.pedwest": ("closed", "foot", "all"),
            "rail.ferromex": ("limited", "rail", "northbound"),
            "poe.eagle-pass.rail": ("open", "rail", "all"),
            "poe.el-paso.rail": ("open", "rail", "all"),
        }

    def test_since_when(self, make: Make) -> None:
        found = {line.place: line for line in make(DAY).crossings}
        assert found["poe.eagle-pass.bridge-1"].since == datetime(2023, 11, 27, 21, tzinfo=UTC)
        assert found["poe.eagle-pass.bridge-1"].days == 31
        assert found["poe.eagle-pass.rail"].since == datetime(2023, 12, 22, 19, tzinfo=UTC)
        assert found["poe.el-paso.rail"].since == datetime(2023, 12, 22, 19, tzinfo=UTC)
        # One instant, said in the clock of each place.
        assert found["poe.eagle-pass.rail"].words.compared == "since 22 Dec 2023, 13:00 CST"
        assert found["poe.el-paso.rail"].words.compared == "since 22 Dec 2023, 12:00 MST"

    def test_a_start_that_is_not_known(self, make: Make) -> None:
        morley = next(line for line in make(DAY).crossings if line.place == "poe.nogales.morley")
        assert (morley.since, morley.days, morley.precision.value) == (None, None, "unknown")
        assert morley.words.compared == "start not known"

    def test_on_20_december_rail_was_closed(self, make: Make) -> None:
        found = crossings(make(date(2023, 12, 20)))
        assert found["poe.eagle-pass.rail"][0] == "closed"
        assert found["poe.el-paso.rail"][0] == "closed"

    def test_the_reopening_is_watched_once_it_is_announced(self, make: Make) -> None:
        def watched(day: date) -> set[str]:
            return {line.about for line in make(day).watch if line.on == date(2024, 1, 4)}

        assert not watched(date(2024, 1, 1))
        assert "poe.eagle-pass.bridge-1" in watched(date(2024, 1, 2))
        assert crossings(make(date(2024, 1, 2)))["poe.eagle-pass.bridge-1"][0] == "closed"

    def test_no_reopening_is_said_to_be_announced_before_it_was(self, make: Make) -> None:
        def unannounced(day: date) -> str:
            subject = "No reopening announced"
            return next((line.about for line in make(day).watch if line.words.subject == subject), "")

        assert "poe.lukeville.lukeville" in unannounced(date(2024, 1, 1))
        assert "poe.lukeville.lukeville" not in unannounced(date(2024, 1, 2))

    def test_after_4_january_they_are_open_again_and_then_no_news(self, make: Make) -> None:
        shut = {place for place, found in crossings(make(DAY)).items() if found[0] == "closed"}
        soon, later = crossings(make(date(2024, 1, 5))), crossings(make(date(2024, 1, 31)))
        assert {soon[place][0] for place in shut} == {"open"}
        assert not shut & set(later)

    def test_closed_before_limited_before_open(self, make: Make) -> None:
        ranks = {State.CLOSED: 0, State.LIMITED: 1, State.OPEN: 2}
        found = [ranks[line.status] for line in make(DAY).crossings]
        assert found == sorted(found)

    def test_the_change_is_told(self, make: Make) -> None:
        told = make(DAY, since=date(2023, 12, 20)).changes
        assert told is not None
        calls = {line.about: line.words.call for line in told if line.kind == "status"}
        assert calls == {"poe.eagle-pass.rail": "was closed", "poe.el-paso.rail": "was closed"} | {
            place: "was open" for place in calls if place not in ("poe.eagle-pass.rail", "poe.el-paso.rail")
        }
        assert "poe.eagle-pass.rail" in calls


class TestPeople:
    def test_the_group_on_its_way(self, make: Make) -> None:
        (group,) = make(DAY).groups
        assert group.on == date(2023, 12, 26)
        assert group.place_name == "Villa Comaltitlán"
        assert group.crossing is not None
        assert group.crossing.startswith("poe.")
        assert group.crossing_km is not None
        assert 1000 < group.crossing_km < 1500

    def test_where_the_cited_report_gives_a_size_it_is_that_one(self, make: Make, at: At) -> None:
        reports = at(DAY).groups()
        for line in make(DAY).groups:
            assert line.citation is not None
            cited = [
                (row.size_low, row.size_high)
                for row in reports
                if row.source == line.citation.source and row.on == line.on and row.size_low
            ]
            assert not cited or (line.size_low, line.size_high) in cited

    def test_a_month_later_it_is_no_news(self, make: Make) -> None:
        assert all((date(2024, 1, 31) - line.on).days <= 21 for line in make(date(2024, 1, 31)).groups)

    def test_capacity_of_the_cities_is_unknown_and_said_to_be(self, make: Make) -> None:
        brief = make(DAY)
        assert {line.place for line in brief.reception} >= {"city.nyc", "city.chicago", "city.denver"}
        assert all(line.capacity is None for line in brief.reception)
        stocks = [line for line in brief.reception if "arrivals" not in line.series]
        assert all("capacity unknown" in line.words.compared for line in stocks)
        assert "Capacity unknown." in brief.headlines[-1]

    def test_an_old_count_says_so(self, make: Make) -> None:
        for line in make(DAY).reception:
            age = (DAY - line.start).days
            assert (f"count is {age} days old" in line.words.detail) is (age > 14)


class TestLedger:
    def test_statements_of_the_last_two_weeks_newest_first(self, make: Make) -> None:
        days = [line.said_on for line in make(DAY).statements]
        assert len(days) > 20
        assert days == sorted(days, reverse=True)
        assert all(0 <= (DAY - day).days <= 14 for day in days)

    def test_commitments_without_evidence_past_their_date_are_overdue(self, make: Make) -> None:
        for line in (*make(DAY).commitments, *make(date(2024, 1, 31)).commitments):
            if line.overdue:
                assert line.evidence == ()
                assert line.due_on is not None
                assert "overdue" in line.words.call
            if not line.evidence:
                assert "no evidence yet" in line.words.call

    def test_evidence_comes_with_its_day(self, make: Make) -> None:
        before = {line.commitment: line for line in make(date(2024, 1, 2)).commitments}
        after = {line.commitment: line for line in make(date(2024, 1, 31)).commitments}
        both = before.keys() & after.keys()
        assert any(len(after[key].evidence) > len(before[key].evidence) for key in both)
        for line in after.values():
            assert all(item.citation.known_at.date() <= date(2024, 2, 1) for item in line.evidence)
            assert [item.dated for item in line.evidence] == sorted(item.dated for item in line.evidence)

    def test_what_is_due_soon_is_watched(self, make: Make) -> None:
        due = [line for line in make(DAY).watch if line.kind == "commitment"]
        assert [(line.on, line.citation is not None) for line in due] == [(date(2024, 1, 31), True)]


class TestWatch:
    def test_thresholds_are_where_the_verdict_changes(self, make: Make) -> None:
        brief = make(DAY)
        watched = {line.about: line for line in brief.watch if line.kind == "threshold"}
        assert set(watched) == {line.series for line in brief.flows}
        for flow in brief.flows:
            assert watched[flow.series].on == flow.next_due
            assert watched[flow.series].words.subject.endswith("Dec 2023")
