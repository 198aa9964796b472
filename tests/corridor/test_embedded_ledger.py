"""The embedded ledger: events, statements, commitments, evidence, groups, sites and their sources."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from corredor.corridor import (
    Corridor,
    State,
    Status,
    corridor_batch,
    embedded_folder,
    read_corridor,
    status_at,
)
from corredor.moment import end_of_day, parse_moment
from corredor.record.entries import Batch, Change, Precision

NEW_YORK = "America/New_York"
# Documented in docs/explanation/ledger.md.
STATES = {
    "announced",
    "started",
    "in force",
    "continued",
    "partly",
    "met",
    "claimed",
    "consistent",
    "disputed",
    "not sustained",
    "not met",
}
DIRECTIONS = {"", "up", "down", "high", "record", "near record"}
LEDGER = ("events", "statements", "commitments", "evidence", "groups", "sites")
BRIDGE_1 = ("poe.eagle-pass.bridge-1", "vehicle", "northbound")


def rows(table: str) -> list[dict[str, str]]:
    """The rows of one of the folder's tables, as text."""
    with (embedded_folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def batch() -> Batch:
    """The embedded folder as a load."""
    return corridor_batch(embedded_folder())


@pytest.fixture(scope="module")
def corridor() -> Corridor:
    """The embedded corridor."""
    return read_corridor()


def status(batch: Batch, corridor: Corridor, crossing: tuple[str, str, str], at: str, as_of: str) -> Status:
    """The status at one moment as known at another, both given as a user would."""
    return status_at(
        batch.events,
        corridor,
        crossing,
        at=parse_moment(at, NEW_YORK),
        as_of=parse_moment(as_of, NEW_YORK),
    )


class TestEvents:
    def test_all_twenty_six(self, batch: Batch) -> None:
        assert len(batch.events) == len({event.id for event in batch.events}) == 26

    def test_instants_are_in_the_zone_of_the_place(self, corridor: Corridor) -> None:
        for row in rows("events"):
            if len(row["at"]) > 10:
                at = datetime.fromisoformat(row["at"])
                there = at.astimezone(ZoneInfo(corridor.places[row["place"]].zone))
                assert at.utcoffset() == there.utcoffset(), row["id"]

    def test_precision_says_what_the_instant_is(self) -> None:
        for row in rows("events"):
            written = {0: "unknown", 10: "day"}.get(len(row["at"]), "minute")
            assert row["precision"] == written, row["id"]

    def test_a_day_starts_in_the_zone_of_the_place(self, batch: Batch) -> None:
        lukeville = next(event for event in batch.events if event.id == "2023-12-04.lukeville.closed")
        assert lukeville.at == datetime(2023, 12, 4, 7, tzinfo=UTC)
        assert lukeville.precision is Precision.DAY

    @pytest.mark.parametrize(
        ("event", "instant"),
        [
            ("2023-12-18.eagle-pass.rail.closed", "2023-12-18T14:00Z"),
            ("2023-12-18.el-paso.rail.closed", "2023-12-18T15:00Z"),
            ("2023-12-22.eagle-pass.rail.open", "2023-12-22T19:00Z"),
            ("2023-12-22.el-paso.rail.open", "2023-12-22T19:00Z"),
            ("2023-09-23.eagle-pass.rail.open", "2023-09-23T05:00Z"),
            ("2023-09-23.el-paso.rail.open", "2023-09-23T05:00Z"),
            ("2023-11-27.lukeville.limited", "2023-11-27T21:00Z"),
            ("2024-01-04.eagle-pass.bridge-1.open", "2024-01-04T13:00Z"),
            ("2024-01-04.nogales.morley.open", "2024-01-04T17:00Z"),
        ],
    )
    def test_local_eastern_and_central_hours_are_told_apart(
        self, batch: Batch, event: str, instant: str
    ) -> None:
        assert next(e.at for e in batch.events if e.id == event) == datetime.fromisoformat(instant)

    def test_each_is_known_within_days_of_its_instant(self, batch: Batch) -> None:
        for event in batch.events:
            if event.at is not None:
                assert abs((event.known_at - event.at).total_seconds()) < 5 * 86400, event.id

    def test_no_known_at_is_assumed(self, batch: Batch) -> None:
        assert not [event.id for event in batch.events if event.known_at_assumed]

    def test_notes_stand_in_both_languages_and_say_a_direction_that_was_not_stated(
        self, batch: Batch
    ) -> None:
        assert all(event.note and event.note_es for event in batch.events)
        silent = [event.id for event in batch.events if "does not say which direction" in event.note]
        assert len(silent) == 11
        assert all(event.direction == "all" for event in batch.events if event.id in silent)


class TestStatus:
    @pytest.mark.parametrize("place", ["poe.eagle-pass.rail", "poe.el-paso.rail", "poe.el-paso.rail-bnsf"])
    def test_rail_closed_for_five_days_in_december(
        self, batch: Batch, corridor: Corridor, place: str
    ) -> None:
        rail = (place, "rail", "all")
        assert status(batch, corridor, rail, "2023-12-16", "2023-12-16").change is State.OPEN
        assert status(batch, corridor, rail, "2023-12-20", "2023-12-20").change is State.CLOSED
        assert status(batch, corridor, rail, "2023-12-28", "2023-12-28").change is State.OPEN

    @pytest.mark.parametrize(
        "crossing",
        [
            BRIDGE_1,
            ("poe.lukeville.lukeville", "all", "all"),
            ("poe.san-ysidro.pedwest", "foot", "all"),
            ("poe.nogales.morley", "foot", "all"),
        ],
    )
    def test_four_closed_on_the_28th(
        self, batch: Batch, corridor: Corridor, crossing: tuple[str, str, str]
    ) -> None:
        assert status(batch, corridor, crossing, "2023-12-28", "2023-12-28").change is State.CLOSED
        assert status(batch, corridor, crossing, "2024-01-05", "2024-01-01").change is State.CLOSED
        assert status(batch, corridor, crossing, "2024-01-05", "2024-01-02").change is State.OPEN

    def test_morley_gate_has_no_start(self, batch: Batch, corridor: Corridor) -> None:
        found = status(batch, corridor, ("poe.nogales.morley", "foot", "all"), "2023-12-28", "2023-12-28")
        assert found.since is None
        assert found.since_precision is Precision.UNKNOWN

    def test_bridge_1_is_closed_northbound_only(self, batch: Batch, corridor: Corridor) -> None:
        southbound = (BRIDGE_1[0], "vehicle", "southbound")
        on_foot = (BRIDGE_1[0], "foot", "northbound")
        for crossing in (southbound, on_foot):
            assert status(batch, corridor, crossing, "2023-12-28", "2023-12-28").change is State.OPEN

    def test_bridge_1_closed_in_september_without_a_start(self, batch: Batch, corridor: Corridor) -> None:
        found = status(batch, corridor, BRIDGE_1, "2023-09-24", "2023-09-24")
        assert (found.change, found.since) == (State.CLOSED, None)

    def test_a_closure_is_not_known_before_it_was_announced(self, batch: Batch, corridor: Corridor) -> None:
        lukeville = ("poe.lukeville.lukeville", "all", "all")
        assert status(batch, corridor, lukeville, "2023-12-05", "2023-11-30").change is State.LIMITED
        assert status(batch, corridor, lukeville, "2023-12-05", "2023-12-01").change is State.CLOSED


class TestSources:
    @pytest.mark.parametrize("table", LEDGER)
    def test_every_source_is_there(self, table: str) -> None:
        known = {row["id"] for row in rows("sources")}
        assert {row["source"] for row in rows(table)} <= known

    def test_nothing_is_known_before_its_source_was_published(self) -> None:
        published = {row["id"]: row["published_at"] for row in rows("sources")}
        for table in LEDGER:
            for row in rows(table):
                day = published[row["source"]]
                assert not day or row["known_at"][:10] >= day, (table, row["id"])

    def test_sorted_and_without_doubles(self) -> None:
        ids = [row["id"] for row in rows("sources")]
        assert ids == sorted(set(ids))


class TestStatements:
    def test_the_list_and_the_article(self, batch: Batch) -> None:
        article = [s for s in batch.statements if s.source == "press.adn-america.2023-12-28"]
        assert len(batch.statements) - len(article) == 65
        assert len(article) == 8

    def test_one_sentence_in_each_language(self, batch: Batch) -> None:
        for statement in batch.statements:
            for text in (statement.summary, statement.summary_es):
                assert re.fullmatch(r"[A-ZÁÉÍÓÚ].*\.", text), statement.id
            assert bool(statement.conflict) == bool(statement.conflict_es), statement.id
            assert statement.direction in DIRECTIONS, statement.id

    def test_none_is_known_before_it_was_said(self, batch: Batch) -> None:
        for statement in batch.statements:
            assert statement.known_at >= end_of_day(statement.said_on, NEW_YORK), statement.id

    def test_three_counts_of_18_december_stand_side_by_side(self, batch: Batch) -> None:
        day = [
            s
            for s in batch.statements
            if s.period_start == date(2023, 12, 18)
            and s.period_end == date(2023, 12, 19)
            and s.place == "region.southwest"
        ]
        assert {11000, 12600, 14509} <= {s.quantity_low for s in day}
        assert all(s.conflict for s in day)

    def test_ranges_are_ranges(self, batch: Batch) -> None:
        for s in batch.statements:
            if s.quantity_low is not None and s.quantity_high is not None:
                assert s.quantity_low <= s.quantity_high, s.id
            if s.period_start and s.period_end:
                assert s.period_start < s.period_end, s.id

    def test_no_word_takes_sides(self) -> None:
        for table in (*LEDGER, "sources"):
            for row in rows(table):
                said = {key: text for key, text in row.items() if key != "url"}
                plain = re.sub(r"“[^”]*”|«[^»]*»", "", " ".join(said.values()))
                assert not re.search(r"(?i)\billeg|\bilegal|\bsurge\b|\bflood|\bcrisis", plain), row["id"]


class TestCommitments:
    def test_all_with_both_languages(self, batch: Batch) -> None:
        assert len(batch.commitments) == 33
        for c in batch.commitments:
            assert all((c.party_es, c.action, c.action_es, c.subject, c.subject_es, c.due, c.due_es)), c.id
            assert c.due_on is None or c.due_on >= c.made_on, c.id

    def test_none_is_known_before_it_was_made(self, batch: Batch) -> None:
        for c in batch.commitments:
            assert c.known_at >= end_of_day(c.made_on, NEW_YORK), c.id

    def test_evidence_follows_its_commitment(self, batch: Batch) -> None:
        made = {c.id: c for c in batch.commitments}
        for e in batch.evidence:
            assert e.state in STATES, e.id
            assert all((e.text, e.text_es)), e.id
            assert e.dated >= made[e.commitment].made_on, e.id
            assert e.known_at >= max(made[e.commitment].known_at, end_of_day(e.dated, NEW_YORK)), e.id

    def test_a_reading_of_28_december_knows_no_outcome_of_january(self, batch: Batch) -> None:
        then = end_of_day(date(2023, 12, 28), NEW_YORK)
        first = [e for e in batch.evidence if e.commitment == "c01" and e.known_at <= then]
        assert [e.state for e in first] == ["partly"]
        assert {e.id for e in batch.evidence if e.known_at <= then} == {
            "c01.e1",
            "c02.e1",
            "c11.e1",
            "c30.e1",
            "c32.e1",
            "c33.e1",
        }


class TestGroups:
    def test_a_hundred_reports_of_nine_groups(self, batch: Batch) -> None:
        assert len(batch.groups) == 100
        assert len({report.group for report in batch.groups}) == 9

    def test_none_is_known_before_its_day(self, batch: Batch) -> None:
        for report in batch.groups:
            assert report.known_at >= end_of_day(report.on, NEW_YORK), report.id

    def test_place_and_position_agree(self, batch: Batch, corridor: Corridor) -> None:
        for report in batch.groups:
            if report.place:
                place = corridor.places[report.place]
                assert report.lat == pytest.approx(place.lat, abs=0.05), report.id
                assert report.lon == pytest.approx(place.lon, abs=0.05), report.id

    def test_the_28th_does_not_know_mapastepec(self, batch: Batch) -> None:
        then = end_of_day(date(2023, 12, 28), NEW_YORK)
        known = [r for r in batch.groups if r.known_at <= then and r.place]
        december = [r for r in known if r.group == "caravan.2023-12-exodo-de-la-pobreza"]
        assert max(december, key=lambda r: (r.on, r.id)).place == "mx.villa-comaltitlan"

    def test_sizes_and_names(self, batch: Batch) -> None:
        for report in batch.groups:
            assert report.name_es
            if report.size_low is not None and report.size_high is not None:
                assert report.size_low <= report.size_high


class TestSites:
    def test_each_receiving_city_once_at_least_with_its_capacity_unknown(
        self, batch: Batch, corridor: Corridor
    ) -> None:
        cities = {place.id for place in corridor.places.values() if place.kind == "city"}
        assert {site.city for site in batch.sites} == cities
        assert all(site.capacity is None and "unknown" in site.note for site in batch.sites)

    def test_what_was_known_of_three_cities_on_the_28th(self, batch: Batch) -> None:
        then = end_of_day(date(2023, 12, 28), NEW_YORK)
        known = sorted((s for s in batch.sites if s.known_at <= then), key=lambda s: s.on)
        latest = {s.city: s.occupied for s in known}
        assert latest["city.chicago"] == 15028
        assert latest["city.denver"] == 4000
        assert latest["city.nyc"] == 65900


class TestAgainstTheFiles:
    def test_events_match_the_table(self, real_data: Path, batch: Batch) -> None:
        change = {"suspended": Change.CLOSED, "closed": Change.CLOSED, "embargo": Change.CLOSED}
        change |= {"resumed": Change.OPEN, "reduced": Change.LIMITED, "partly resumed": Change.LIMITED}
        with (real_data / "events" / "crossing_status_events.csv").open(encoding="utf-8", newline="") as file:
            wanted = sorted(
                str(change.get(row["event"], Change.CLOSED if "already" in row["event"] else Change.LIMITED))
                for row in csv.DictReader(file)
            )
        assert sorted(str(event.change) for event in batch.events) == wanted

    def test_quantities_match_the_table(self, real_data: Path, batch: Batch) -> None:
        with (real_data / "statements" / "statements.csv").open(encoding="utf-8", newline="") as file:
            table = {row["statement_id"].lower(): row for row in csv.DictReader(file)}
        for statement in batch.statements[: len(table)]:
            # s62 says "below 13,000": an upper end only.
            if statement.id == "s62":
                continue
            row = table[statement.id]
            low = float(row["quantity_low"]) if row["quantity_low"] else None
            high = float(row["quantity_high"]) if row["quantity_high"] else None
            assert (statement.quantity_low, statement.quantity_high) == (low, high), statement.id

    def test_groups_match_the_table(self, real_data: Path, batch: Batch) -> None:
        with (real_data / "groups" / "caravans.csv").open(encoding="utf-8", newline="") as file:
            # The one place that was not named stands as its region, which reads the same in Spanish.
            wanted = [
                (row["place"].removesuffix(" coast (place not named)"), row["size_low"], row["size_high"])
                for row in csv.DictReader(file)
            ]
        found = [
            (r.place_name, *(f"{size:g}" if size is not None else "" for size in (r.size_low, r.size_high)))
            for r in batch.groups
        ]
        assert found == wanted
