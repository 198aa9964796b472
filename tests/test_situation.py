"""What a room may rely on when it reads a Situation: nothing later, and what came in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor import Corridor, Place, State, corridor_batch, read_corridor
from corredor.errors import InputError
from corredor.moment import end_of_day, parse_moment
from corredor.record import Batch, open_record
from corredor.record.entries import (
    FIGURE_FRAME,
    Change,
    Event,
    Frequency,
    Precision,
    Series,
    SeriesKind,
    Source,
    SourceKind,
)
from corredor.situation import Situation, difference
from tests.corridor.folders import make_folder
from tests.reference import replay

EASTERN = "America/New_York"


def moment(text: str) -> datetime:
    return parse_moment(text, EASTERN)


@pytest.fixture(scope="module")
def embedded() -> Iterator[Situation]:
    """The embedded corridor without its figures: what is told of crossings needs none."""
    batch = corridor_batch()
    ledger = Batch(
        name="embedded",
        sources=batch.sources,
        events=batch.events,
        groups=batch.groups,
        statements=batch.statements,
        commitments=batch.commitments,
        evidence=batch.evidence,
    )
    with open_record(":memory:") as record:
        record.load(ledger)
        yield Situation(record, read_corridor(), moment("2023-12-28"))


class TestEmbeddedStatus:
    def change(self, situation: Situation, place: str, mode: str, direction: str = "northbound") -> str:
        return str(situation.status(place, mode, direction).change)

    @pytest.mark.parametrize("place", ["poe.eagle-pass.rail", "poe.el-paso.rail"])
    def test_the_rail_bridges_close_and_reopen(self, embedded: Situation, place: str) -> None:
        days = ["2023-12-17", "2023-12-20", "2023-12-28"]
        found = [self.change(embedded.at(moment(day)), place, "rail") for day in days]
        assert found == ["open", "closed", "open"]

    def test_both_bridges_at_el_paso_follow(self, embedded: Situation) -> None:
        then = embedded.at(moment("2023-12-20"))
        bridges = [place.id for place in then.corridor.facilities_of("poe.el-paso.rail")]
        assert len(bridges) == 2
        assert {self.change(then, bridge, "rail") for bridge in bridges} == {"closed"}

    def test_on_28_december(self, embedded: Situation) -> None:
        assert self.change(embedded, "poe.eagle-pass.bridge-1", "vehicle") == "closed"
        assert self.change(embedded, "poe.eagle-pass.bridge-1", "foot") == "open"
        assert self.change(embedded, "poe.eagle-pass.bridge-1", "vehicle", "southbound") == "open"
        assert self.change(embedded, "poe.lukeville.lukeville", "all", "all") == "closed"
        assert self.change(embedded, "poe.san-ysidro.pedwest", "foot") == "closed"
        morley = embedded.status("poe.nogales.morley", "foot", "northbound")
        assert (morley.change, morley.since, morley.since_precision) == (
            State.CLOSED,
            None,
            Precision.UNKNOWN,
        )
        listed = {(status.place, str(status.change)) for status in embedded.statuses()}
        assert {
            ("poe.eagle-pass.bridge-1", "closed"),
            ("poe.lukeville.lukeville", "closed"),
            ("poe.san-ysidro.pedwest", "closed"),
            ("poe.nogales.morley", "closed"),
            ("poe.eagle-pass.rail", "open"),
            ("poe.el-paso.rail", "open"),
        } <= listed

    @pytest.mark.parametrize(
        ("place", "mode"),
        [
            ("poe.eagle-pass.bridge-1", "vehicle"),
            ("poe.lukeville.lukeville", "all"),
            ("poe.san-ysidro.pedwest", "foot"),
            ("poe.nogales.morley", "foot"),
        ],
    )
    def test_the_reopening_of_4_january_is_known_once_announced(
        self, embedded: Situation, place: str, mode: str
    ) -> None:
        after = moment("2024-01-05")
        before, told = embedded.at(moment("2024-01-01")), embedded.at(moment("2024-01-02"))
        assert before.status(place, mode, "northbound", after).change is State.CLOSED
        assert told.status(place, mode, "northbound").change is State.CLOSED
        assert told.status(place, mode, "northbound", after).change is State.OPEN

    def test_the_difference_over_christmas(self, embedded: Situation) -> None:
        found = difference(embedded.at(moment("2023-12-20")), embedded)
        changes = {(c.now.place, str(c.was.change), str(c.now.change)) for c in found.statuses}
        assert changes == {
            ("poe.eagle-pass.rail", "closed", "open"),
            ("poe.el-paso.rail", "closed", "open"),
            ("poe.nogales.morley", "open", "closed"),
        }
        assert found.groups
        assert found.statements
        assert found.commitments
        for told in (found.events, found.groups, found.statements, found.commitments):
            assert all(found.earlier < entry.known_at <= found.later for entry in told)

    def test_an_unknown_place_is_refused(self, embedded: Situation) -> None:
        with pytest.raises(InputError, match="unknown place"):
            embedded.status("poe.nowhere", "foot", "all")


@pytest.fixture
def valley(tmp_path: Path) -> Iterator[Situation]:
    folder = make_folder(tmp_path / "valley")
    with open_record(":memory:") as record:
        record.load(corridor_batch(folder))
        yield Situation(record, read_corridor(folder), moment("2023-12-28"))


class TestReadings:
    key = "agency.crossings.month"

    def test_everything_is_read_as_of_the_moment(self, valley: Situation) -> None:
        assert valley.figures(self.key).get_column("value").to_list() == [100, 120]
        assert valley.panel([self.key]).height == valley.panel().height == 2
        assert valley.vintages(self.key).height == 2
        assert [one.key for one in valley.series("agency.*")] == [self.key]
        assert set(valley.sources) == {"gazetteer", "agency.release"}
        counts = [len(reading()) for reading in (valley.events, valley.statements, valley.commitments)]
        assert counts == [2, 1, 1]
        assert (len(valley.groups()), len(valley.sites()), valley.evidence()) == (1, 1, [])

    def test_of_two_events_alike_the_later_recorded_counts(self, valley: Situation) -> None:
        first = valley.events()[-1]
        again = replace(first, id="0.corrected", change=Change.LIMITED)
        valley.record.load(Batch("again", events=[again]))
        assert first.change is Change.CLOSED
        assert valley.at(valley.as_of).status(first.place, "car", "northbound").change is State.LIMITED

    def test_a_leg_has_a_status_too(self, valley: Situation) -> None:
        assert valley.status("gt.start--mx.north.rail", "rail", "northbound").change is State.OPEN

    def test_what_was_recorded_later_can_be_left_out(self, valley: Situation) -> None:
        early = Situation(valley.record, valley.corridor, valley.as_of, datetime(2000, 1, 1, tzinfo=UTC))
        assert early.panel().is_empty()
        assert early.events() == []

    def test_a_naive_moment_is_refused(self, valley: Situation) -> None:
        with pytest.raises(InputError, match="no zone"):
            valley.at(datetime(2023, 12, 28))  # noqa: DTZ001


class TestDifference:
    def test_new_and_revised_figures(self, valley: Situation) -> None:
        found = difference(valley.at(moment("2023-12-01")), valley)
        assert found.new_figures.get_column("value").to_list() == [120]
        assert found.revised_figures.is_empty()
        later = difference(valley, valley.at(moment("2024-03-01")))
        row = later.revised_figures.row(0, named=True)
        assert (row["old_value"], row["value"], row["start"]) == (120, 90, date(2023, 11, 1))
        assert row["old_known_at"] == datetime(2023, 12, 22, 19, tzinfo=UTC)
        assert later.new_figures.is_empty()
        assert [one.id for one in later.evidence] == ["promise.1.met"]

    def test_only_the_series_asked(self, valley: Situation) -> None:
        assert difference(valley.at(moment("2023-12-01")), valley, []).new_figures.is_empty()

    def test_a_status_that_changed(self, valley: Situation) -> None:
        found = difference(valley.at(moment("2023-12-17")), valley)
        changed = {(c.now.place, c.now.mode, c.now.direction) for c in found.statuses}
        assert ("poe.river.rail", "rail", "southbound") in changed
        assert ("poe.river.bridge-1", "bus", "northbound") in changed
        assert {str(c.was.change) for c in found.statuses} == {"open"}

    def test_between_a_situation_and_itself_there_is_none(self, valley: Situation) -> None:
        assert difference(valley, valley).empty
        assert not difference(valley.at(moment("2023-12-01")), valley).empty

    def test_moments_in_the_wrong_order_are_refused(self, valley: Situation) -> None:
        with pytest.raises(InputError, match="lies before"):
            difference(valley, valley.at(moment("2023-12-01")))

    def test_a_withdrawn_figure_is_told(self, valley: Situation) -> None:
        row = valley.vintages(TestReadings.key).row(0, named=True)
        valley.record.retract(
            "figure", row["id"], reason="withdrawn", mistake="publisher", known_at=moment("2024-01-10")
        )
        found = difference(valley, valley.at(moment("2024-01-20")))
        assert found.withdrawn_figures.get_column("value").to_list() == [100]


SOURCE = Source("s", "S", "P", SourceKind.PRESS)
SERIES = Series("x", "X", "m", "people", "a", Frequency.DAY, SeriesKind.FLOW, "P", "UTC")
ZERO = datetime(2023, 1, 1, tzinfo=UTC)


@cache
def corridor() -> Corridor:
    return Corridor("a", "A", "UTC", {"a": Place("a", "A", "crossing")})


figures = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 99), st.integers(0, 30)),
    max_size=12,
    unique_by=lambda row: (row[0], row[2]),
)
events = st.lists(
    st.tuples(st.sampled_from(list(Change)), st.none() | st.integers(0, 30), st.integers(0, 30)), max_size=8
)


def load(rows: list[tuple[int, int, int]], told: list[tuple[Change, int | None, int]]) -> Batch:
    frame = pl.DataFrame(
        {
            "series": ["x"] * len(rows),
            "start": [date(2022, 1, 1) + timedelta(days=period) for period, _, _ in rows],
            "end": [date(2022, 1, 2) + timedelta(days=period) for period, _, _ in rows],
            "value": [float(value) for _, value, _ in rows],
            "low": [None] * len(rows),
            "high": [None] * len(rows),
            "known_at": [ZERO + timedelta(days=known) for _, _, known in rows],
            "rounded_to": [None] * len(rows),
            "flags": [0] * len(rows),
            "source": ["s"] * len(rows),
            "line": [0] * len(rows),
        },
        schema=FIGURE_FRAME,
    )
    entries = [
        Event(
            id=f"e.{number}",
            place="a",
            mode="all",
            direction="all",
            change=change,
            at=None if at is None else ZERO + timedelta(days=at),
            precision=Precision.UNKNOWN if at is None else Precision.MINUTE,
            known_at=ZERO + timedelta(days=known),
            known_at_assumed=False,
            source="s",
        )
        for number, (change, at, known) in enumerate(told)
    ]
    return Batch("p", sources=[SOURCE], series=[SERIES], figures=frame, events=entries)


class TestAsOf:
    @settings(max_examples=25)
    @given(figures, events, st.integers(0, 31))
    def test_nothing_that_became_known_later_is_returned(
        self,
        rows: list[tuple[int, int, int]],
        told: list[tuple[Change, int | None, int]],
        when: int,
    ) -> None:
        as_of = ZERO + timedelta(days=when)
        newest = {period: value for period, value, known in sorted(rows, key=lambda r: r[2]) if known <= when}
        batch = load(rows, told)
        with open_record(":memory:") as record:
            record.load(batch, recorded_at=ZERO)
            seen = Situation(record, corridor(), as_of)
            assert seen.panel().get_column("value").to_list() == [newest[period] for period in sorted(newest)]
            assert seen.vintages("x").get_column("known_at").le(as_of).all()
            known = [event for event in batch.events if event.known_at <= as_of]
            assert {event.id for event in seen.events()} == {event.id for event in known}
            for day in (0, when, 31):
                at = ZERO + timedelta(days=day)
                slow = replay.status(known, corridor(), ("a", "foot", "northbound"), at, as_of)
                assert str(seen.status("a", "foot", "northbound", at).change) == slow[0]


def test_a_day_ends_in_the_corridor_s_zone() -> None:
    assert moment("2023-12-28") == end_of_day(date(2023, 12, 28), EASTERN)


@pytest.mark.parametrize(
    ("mode", "direction", "said"),
    [
        ("submarine", "northbound", "unknown mode 'submarine'"),
        ("rail", "sideways", "unknown direction 'sideways'"),
        ("truck", "northbound", "takes no truck"),
    ],
)
def test_a_status_that_nobody_can_know_is_refused(
    embedded: Situation, mode: str, direction: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        embedded.status("poe.eagle-pass.rail", mode, direction)
