"""The status of crossings: what a duty officer relies on when reading that a bridge is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.corridor import Corridor, Crossing, Place, Replay, State, merge_statuses, status_at, statuses
from corredor.corridor.status import merge_modes
from corredor.errors import InputError
from corredor.record.entries import Change, Event, Precision
from tests.reference import replay

PLACES = {
    "port.a": Place("port.a", "A", "port"),
    "poe.a.rail": Place("poe.a.rail", "A rail", "crossing", part_of="port.a"),
    "poe.a.rail-east": Place("poe.a.rail-east", "A rail east", "crossing", part_of="poe.a.rail"),
    "poe.a.bridge": Place("poe.a.bridge", "A bridge", "crossing", part_of="port.a"),
}
CROSSINGS = {
    "poe.a.rail": Crossing("poe.a.rail", "rail", ("rail",)),
    "poe.a.rail-east": Crossing("poe.a.rail-east", "rail", ("rail",)),
    "poe.a.bridge": Crossing("poe.a.bridge", "bridge", ("foot", "car", "bus", "truck")),
}
CORRIDOR = Corridor("a", "A", "America/New_York", PLACES, crossings=CROSSINGS)
START = datetime(2023, 12, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def event(
    name: str, change: str, at: float | None, known: float, place: str = "poe.a.bridge", mode: str = "all",
    direction: str = "all",
) -> Event:  # fmt: skip
    precision = Precision.UNKNOWN if at is None else Precision.MINUTE
    moment = None if at is None else day(at)
    return Event(name, place, mode, direction, Change(change), moment, precision, day(known), False, "s")


def state(
    events: Sequence[Event], at: float, as_of: float, place: str = "poe.a.bridge", mode: str = "foot"
) -> str:
    found = status_at(events, CORRIDOR, (place, mode, "northbound"), at=day(at), as_of=day(as_of))
    return str(found.change)


class TestStatus:
    def test_without_events_a_place_is_open(self) -> None:
        assert state([], 1, 1) == "open"

    def test_the_newest_in_force_counts(self) -> None:
        events = [event("1", "closed", 3, 2), event("2", "open", 7, 6)]
        assert [state(events, at, 10) for at in (2, 3, 6.9, 7)] == ["open", "closed", "closed", "open"]

    def test_an_announced_reopening_is_known_but_not_in_force(self) -> None:
        events = [event("1", "closed", 3, 2), event("2", "open", 7, 5)]
        assert state(events, 8, 4) == "closed"
        assert state(events, 8, 5) == "open"
        assert state(events, 6, 5) == "closed"

    def test_vehicles_are_cars_buses_and_trucks(self) -> None:
        events = [event("1", "closed", 3, 2, mode="vehicle")]
        modes = ("foot", "car", "bus", "truck", "vehicle", "all")
        assert [state(events, 4, 4, mode=mode) for mode in modes] == ["open", *["closed"] * 5]

    def test_one_direction_leaves_the_other_alone(self) -> None:
        events = [event("1", "closed", 3, 2, direction="northbound")]
        ready = Replay(events, CORRIDOR, day(4))
        asked = {way: ready.status("poe.a.bridge", "car", way, day(4)) for way in ("southbound", "all")}
        assert asked["southbound"].change is State.OPEN
        assert asked["all"].change is State.CLOSED

    def test_an_event_on_the_whole_holds_for_its_parts(self) -> None:
        events = [event("1", "closed", 3, 2, place="poe.a.rail")]
        assert state(events, 4, 4, place="poe.a.rail-east", mode="rail") == "closed"
        assert state(events, 4, 4, place="port.a", mode="rail") == "open"

    def test_of_several_modes_the_most_restrictive_answers(self) -> None:
        events = [event("1", "limited", 1, 1, mode="foot"), event("2", "closed", 1, 1, mode="truck")]
        assert state(events, 4, 4, mode="all") == "closed"

    def test_a_naive_instant_is_refused(self) -> None:
        with pytest.raises(InputError, match="no zone"):
            Replay([], CORRIDOR, day(1)).status("poe.a.bridge", "foot", "all", datetime(2023, 12, 1))  # noqa: DTZ001


class TestUnknownInstant:
    closed = event("1", "closed", None, 5)

    def test_it_is_in_force_from_when_it_was_known(self) -> None:
        found = status_at([self.closed], CORRIDOR, ("poe.a.bridge", "foot", "all"), at=day(6), as_of=day(6))
        assert (found.change, found.since, found.since_precision) == (State.CLOSED, None, Precision.UNKNOWN)
        assert found.known_at == day(5)

    def test_earlier_it_is_unknown(self) -> None:
        assert state([self.closed], 4, 6) == "unknown"

    def test_earlier_another_event_says(self) -> None:
        assert state([self.closed, event("0", "limited", 2, 2)], 4, 6) == "limited"

    def test_before_it_was_known_nothing_is(self) -> None:
        assert state([self.closed], 4, 4.5) == "open"


class TestTies:
    same = (event("1", "closed", 3, 2), event("2", "limited", 3, 2))

    def test_later_known_counts(self) -> None:
        assert state([event("1", "closed", 3, 4), event("2", "open", 3, 2)], 5, 5) == "closed"

    def test_later_recorded_counts(self) -> None:
        recorded = {"1": day(9), "2": day(8)}
        found = Replay(self.same, CORRIDOR, day(5), recorded).status(
            "poe.a.bridge", "foot", "northbound", day(5)
        )
        assert found.change is State.CLOSED


class TestList:
    def test_it_names_what_is_not_open_and_what_has_just_reopened(self) -> None:
        events = [
            event("1", "closed", 1, 1, place="poe.a.rail"),
            event("2", "open", 10, 10, place="poe.a.rail"),
            event("3", "closed", 2, 2, mode="vehicle", direction="northbound"),
        ]
        found = statuses(events, CORRIDOR, day(12), day(12))
        lines = {(s.place, s.mode, s.direction, str(s.change)) for s in found}
        assert lines == {
            ("poe.a.rail", "rail", "northbound", "open"),
            ("poe.a.rail", "rail", "southbound", "open"),
            *(("poe.a.bridge", mode, "northbound", "closed") for mode in ("car", "bus", "truck")),
        }
        later = statuses(events, CORRIDOR, day(30), day(30))
        assert {s.place for s in later} == {"poe.a.bridge"}
        merged = [
            (m.place, m.modes, m.direction, str(m.status.change)) for m in merge_statuses(found, CORRIDOR)
        ]
        assert merged == [
            ("poe.a.rail", ("rail",), "all", "open"),
            ("poe.a.bridge", ("vehicle",), "northbound", "closed"),
        ]

    def test_modes_in_the_fewest_words(self) -> None:
        bridge = CROSSINGS["poe.a.bridge"].modes
        assert merge_modes(["truck", "car", "bus"], bridge) == ("vehicle",)
        assert merge_modes(["truck", "car", "bus", "foot"], bridge) == ("all",)
        assert merge_modes(["truck", "car", "bus", "foot"]) == ("vehicle", "foot")
        assert merge_modes(["car", "foot"], bridge) == ("foot", "car")
        assert merge_modes(["rail"], ("rail",)) == ("rail",)


moments = st.integers(0, 20)
events_strategy = st.lists(
    st.builds(
        event,
        name=st.uuids().map(str),
        change=st.sampled_from([str(change) for change in Change]),
        at=st.none() | moments,
        known=moments,
        place=st.sampled_from(list(PLACES)),
        mode=st.sampled_from(["foot", "car", "truck", "rail", "vehicle", "all"]),
        direction=st.sampled_from(["northbound", "southbound", "all"]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


class TestReplay:
    @given(events_strategy, st.data(), moments, moments)
    def test_shuffled_events_give_the_same_status(
        self, events: list[Event], data: st.DataObject, at: int, as_of: int
    ) -> None:
        shuffled = data.draw(st.permutations(events))
        assert statuses(events, CORRIDOR, day(at), day(as_of)) == statuses(
            shuffled, CORRIDOR, day(at), day(as_of)
        )

    @given(events_strategy, moments, moments)
    def test_it_agrees_with_the_obvious_way(self, events: list[Event], at: int, as_of: int) -> None:
        ready = Replay(events, CORRIDOR, day(as_of))
        for place in PLACES:
            for mode in ("foot", "truck", "rail"):
                found = ready.status(place, mode, "northbound", day(at))
                slow = replay.status(events, CORRIDOR, (place, mode, "northbound"), day(at), day(as_of))
                assert (str(found.change), found.event_id) == slow

    @given(events_strategy, moments, moments)
    def test_what_becomes_known_later_changes_nothing(self, events: list[Event], at: int, as_of: int) -> None:
        known = [one for one in events if one.known_at <= day(as_of)]
        assert statuses(events, CORRIDOR, day(at), day(as_of)) == statuses(
            known, CORRIDOR, day(at), day(as_of)
        )
