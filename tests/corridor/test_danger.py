"""Distances and danger weights, against slow and obvious ones."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor import Corridor, Crossing, Leg, Place, read_corridor
from corredor.corridor.danger import (
    WINDOW,
    Incidents,
    Way,
    corridor_dangers,
    danger_weights,
    modes_of,
)
from corredor.corridor.geo import great_circle_km, line_distance_km, line_length_km
from corredor.errors import InputError
from tests.reference import danger as slow

points = st.tuples(st.floats(7, 34), st.floats(-118, -77))


def incidents(*rows: tuple[float, float, float, str]) -> Incidents:
    table = np.array([row[:3] for row in rows], dtype=float).reshape(-1, 3)
    return Incidents(table[:, :2], table[:, 2], tuple(row[3] for row in rows))


class TestDistance:
    def test_a_known_one(self) -> None:
        # A degree of a great circle of the mean earth is 111.195 km.
        assert great_circle_km(0, 0, 0, 1) == pytest.approx(111.195, abs=1e-3)

    @given(points, points)
    def test_it_agrees_with_the_obvious_way(self, one: tuple[float, float], two: tuple[float, float]) -> None:
        assert float(great_circle_km(*one, *two)) == pytest.approx(slow.haversine(one, two), abs=1e-9)

    @settings(max_examples=40)
    @given(points, st.lists(points, min_size=2, max_size=3))
    def test_to_a_line_it_agrees_too(
        self, point: tuple[float, float], line: list[tuple[float, float]]
    ) -> None:
        found = float(line_distance_km([point], line)[0])
        tried = slow.distance(point, line, 2000)
        longest = max(slow.haversine(a, b) for a, b in pairwise(line))
        assert found <= tried + 1e-6
        assert tried - found <= longest / 2000 + 1e-6

    def test_a_line_without_length_is_a_point(self) -> None:
        assert line_distance_km([[10, -90]], [[11, -90], [11, -90]])[0] == pytest.approx(111.195, abs=1e-3)

    def test_a_line_is_as_long_as_its_segments(self) -> None:
        assert line_length_km([[0, 0], [0, 1], [0, 3]]) == pytest.approx(3 * 111.195, abs=1e-2)


class TestCauses:
    def test_the_modes_that_a_cause_concerns(self) -> None:
        assert modes_of("Drowning") == {"foot"}
        harsh = "Harsh environmental conditions / lack of adequate shelter, food, water"
        assert modes_of(harsh) == {"foot"}
        transport = "Vehicle accident / death linked to hazardous transport"
        assert modes_of(transport) == {"car", "bus", "truck", "rail"}
        everything = {"foot", "car", "bus", "truck", "rail"}
        assert modes_of("Mixed or unknown") == everything
        assert modes_of("Drowning,Violence") == everything
        assert modes_of(f"{transport},Drowning") == everything


class TestWeights:
    line = ((25.0, -100.0), (26.0, -100.0))

    def test_dead_per_hundred_km_and_year(self) -> None:
        found = danger_weights([Way("foot", 200, self.line)], incidents((25.5, -100, 6, "Drowning")), 3)
        assert found == [pytest.approx(1.0)]

    def test_a_short_leg_gathers_from_the_whole_reach(self) -> None:
        ways = [Way("foot", 1, ((25.5, -100), (25.51, -100)))]
        assert danger_weights(ways, incidents((25.5, -100, 6, "Drowning")), 3) == [pytest.approx(4.0)]

    def test_nothing_recorded_near_is_no_weight(self) -> None:
        assert danger_weights([Way("foot", 200, self.line)], incidents((28, -100, 6, "Drowning")), 3) == [
            None
        ]
        assert danger_weights([Way("foot", 200, self.line)], incidents(), 3) == [None]

    def test_a_cause_of_another_mode_does_not_count(self) -> None:
        ways = [Way("rail", 100, self.line), Way("air", 100, self.line)]
        assert danger_weights(ways, incidents((25.5, -100, 6, "Drowning")), 1) == [None, None]

    def test_a_window_without_length_is_refused(self) -> None:
        with pytest.raises(InputError, match="window"):
            danger_weights([], incidents(), 0)

    def test_incidents_must_be_of_one_length(self) -> None:
        with pytest.raises(InputError, match="unequal"):
            Incidents(np.zeros((2, 2)), np.zeros(1), ("Drowning",))

    near = st.tuples(st.floats(24.5, 26.5), st.floats(-100.5, -99.5))

    @settings(max_examples=25)
    @given(
        st.lists(st.tuples(near, near), min_size=1, max_size=4),
        st.lists(st.tuples(near, st.integers(1, 9)), max_size=5),
    )
    def test_shares_add_up_and_agree_with_the_obvious_way(
        self,
        lines: list[tuple[tuple[float, float], tuple[float, float]]],
        dead: list[tuple[tuple[float, float], int]],
    ) -> None:
        recorded = incidents(*((*point, float(number), "Violence") for point, number in dead))
        found = danger_weights([Way("foot", 1000, line) for line in lines], recorded, 1)
        distances = [min(float(line_distance_km([point], line)[0]) for line in lines) for point, _ in dead]
        total = sum(n for (_, n), km in zip(dead, distances, strict=True) if km <= 25)
        assert sum(weight or 0 for weight in found) * 10 == pytest.approx(total)
        if all(abs(km - 25) > 1 for km in distances) and len(lines) == 1:
            tried = slow.weights([(1000, lines[0])], [(point, float(n)) for point, n in dead], 1)
            assert [w or 0 for w in found] == pytest.approx([w or 0 for w in tried])

    def test_two_ways_share_by_distance(self) -> None:
        ways = [(300.0, self.line), (150.0, ((25.0, -99.9), (26.0, -99.9)))]
        dead = [((25.5, -100.1), 10.0), ((25.2, -99.95), 3.0), ((25.9, -100.2), 1.0)]
        recorded = incidents(*((*point, number, "Violence") for point, number in dead))
        found = danger_weights([Way("foot", km, line) for km, line in ways], recorded, 2)
        assert found == pytest.approx(slow.weights(ways, dead, 2), rel=1e-3)


class TestCorridor:
    def test_legs_without_coordinates_have_no_weight(self) -> None:
        places = {
            "a": Place("a", "A", "town", lat=25.0, lon=-100.0),
            "b": Place("b", "B", "town", lat=26.0, lon=-100.0),
            "c": Place("c", "C", "region"),
        }
        legs = tuple(
            Leg(f"{one}--{two}.foot", one, two, "foot", 200, "reported") for one, two in ("ab", "bc", "ad")
        )
        corridor = Corridor("x", "X", "UTC", places, legs)
        window = (date(2014, 1, 1), date(2018, 1, 1))
        found = corridor_dangers(corridor, incidents((25.5, -100, 8, "Drowning")), window)
        assert found == {"a--b.foot": pytest.approx(1.0, rel=1e-3), "b--c.foot": None, "a--d.foot": None}

    def test_ways_over_gates_and_after_processing_take_no_share(self) -> None:
        spots = {
            "town.a": "town",
            "gate.b": "crossing",
            "wild.c": "crossing",
            "city.d": "city",
            "hub.e": "hub",
        }
        places = {name: Place(name, name, kind, lat=25.5, lon=-100.0) for name, kind in spots.items()}
        crossings = {
            "gate.b": Crossing("gate.b", "gate", ("foot",)),
            "wild.c": Crossing("wild.c", "between-ports", ("foot",)),
        }
        pairs = [("town.a", "gate.b"), ("town.a", "wild.c"), ("gate.b", "city.d"), ("hub.e", "city.d")]
        legs = tuple(Leg(f"{a}--{b}.foot", a, b, "foot", 100, "reported") for a, b in pairs)
        corridor = Corridor("x", "X", "UTC", places, legs, crossings)
        found = corridor_dangers(corridor, incidents((25.5, -100, 8, "Drowning")))
        assert [leg for leg, weight in found.items() if weight is not None] == ["town.a--wild.c.foot"]

    def test_the_embedded_weights_follow_from_the_recorded_incidents(self, real_data: Path) -> None:
        rows = pl.read_csv(real_data / "incidents" / "missing_migrants_corridor.csv", try_parse_dates=True)
        rows = rows.filter(pl.col("t").is_between(*WINDOW, closed="left"))
        points = rows.select("lat", "lon").to_numpy().astype(float)
        recorded = Incidents(points, rows.get_column("dead").to_numpy(), tuple(rows.get_column("cause")))
        corridor = read_corridor()
        found = corridor_dangers(corridor, recorded)
        assert sum(weight is not None for weight in found.values()) > 50
        for leg in corridor.legs:
            weight = found[leg.id]
            assert leg.danger == (None if weight is None else pytest.approx(weight, rel=0.01, abs=0.005)), (
                leg.id
            )
