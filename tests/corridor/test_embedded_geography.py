"""The embedded corridor's places and ways: nothing published is missing; lengths and zones are right."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, deque
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from corredor.corridor import Corridor, Leg, Place, check_folder, embedded_folder, read_corridor
from corredor.corridor.geo import great_circle_km
from corredor.record.names import slug

TRUNK = (
    "arriaga ixtepec matias-romero jesus-carranza medias-aguas tierra-blanca cordoba orizaba apizaco "
    "lecheria huehuetoca queretaro"
)
BRANCHES = {
    "western": "queretaro celaya irapuato guadalajara tepic mazatlan culiacan los-mochis navojoa "
    "ciudad-obregon guaymas hermosillo benjamin-hill caborca puerto-penasco mexicali",
    "central": "queretaro celaya irapuato leon aguascalientes zacatecas fresnillo torreon jimenez chihuahua "
    "villa-ahumada ciudad-juarez",
    "gulf": "queretaro san-luis-potosi saltillo monterrey nuevo-laredo",
}
COAST = (
    "tapachula",
    "alvaro-obregon",
    "huixtla",
    "cerro-gordo",
    "villa-comaltitlan",
    "escuintla",
    "acacoyagua",
    "mapastepec",
    "pijijiapan",
    "tonala",
    "arriaga",
    "san-pedro-tapanatepec",
    "santo-domingo-zanatepec",
    "santiago-niltepec",
    "santo-domingo-ingenio",
    "juchitan",
)
BUSED_TO = {
    "city.nyc",
    "city.chicago",
    "city.denver",
    "city.washington-dc",
    "city.philadelphia",
    "city.los-angeles",
}
CBP_ONE = ("brownsville", "hidalgo", "laredo", "eagle-pass", "el-paso", "nogales", "calexico", "san-ysidro")


@pytest.fixture(scope="module")
def corridor() -> Corridor:
    """The embedded corridor."""
    return read_corridor()


@pytest.fixture(scope="module")
def legs(corridor: Corridor) -> dict[str, Leg]:
    """Its legs by id."""
    return {leg.id: leg for leg in corridor.legs}


def towns(names: str) -> list[str]:
    return [f"mx.{name}" for name in names.split()]


def apart(one: Place, other: Place) -> float:
    """Kilometres between two places that have a point."""
    ends = [one.lat, one.lon, other.lat, other.lon]
    return float(great_circle_km(*(end for end in ends if end is not None)))


def place_of(corridor: Corridor, authority: str, name: str) -> str:
    """Id of the place that an authority calls so, or "" where there is none."""
    found = corridor.by_alias(authority, name)
    return found.id if found else ""


def walked(legs: dict[str, Leg], start: str, end: str) -> float:
    """Kilometres on foot along the coast road of Chiapas and Oaxaca."""
    way = COAST[COAST.index(start) : COAST.index(end) + 1]
    return sum(legs[f"mx.{a}--mx.{b}.foot"].km for a, b in pairwise(way))


def test_the_folder_has_no_error() -> None:
    network = {"places.csv", "crossings.csv", "pathways.csv", "legs.csv", "sources.csv"}
    assert [str(found) for found in check_folder(None) if found.file in network] == []


def test_the_page_on_the_corridor_gives_its_real_counts(corridor: Corridor) -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "corridor.md").read_text(encoding="utf-8")
    kinds = Counter(place.kind for place in corridor.places.values())
    modes = Counter(leg.mode for leg in corridor.legs)
    dangerous = sum(leg.danger is not None for leg in corridor.legs)
    assert f"{len(corridor.places)} places and {len(corridor.legs)} legs" in page
    assert f"| origin, town | {kinds['origin'] + kinds['town']} |" in page
    assert f"| region, service | {kinds['region'] + kinds['service']} |" in page
    for kind in ("port", "crossing", "sector", "hub", "city"):
        assert f"| {kind} | {kinds[kind]} |" in page
    for mode, number in modes.items():
        assert f"| {mode} | {number} |" in page
    assert f"{dangerous} legs have a weight" in page


class TestPlaces:
    def test_counts(self, corridor: Corridor) -> None:
        kinds = Counter(place.kind for place in corridor.places.values())
        assert kinds["port"] == 28
        assert kinds["sector"] == 9
        assert kinds["crossing"] == len(corridor.crossings)
        assert kinds["origin"] + kinds["town"] >= 120
        assert set(kinds) == {
            "origin", "town", "port", "crossing", "sector", "hub", "city", "service", "region",
        }  # fmt: skip

    def test_every_point_is_in_its_country_and_has_a_real_zone(self, corridor: Corridor) -> None:
        for place in corridor.places.values():
            if place.lat is not None:
                ZoneInfo(place.zone)
            if place.id.split(".")[0] in ("mx", "gt", "hn", "sv", "ni", "cr", "pa", "co"):
                assert place.country == place.id[:2].upper()

    @pytest.mark.parametrize(
        ("place", "zone"),
        [
            ("mx.ciudad-juarez", "America/Ciudad_Juarez"),
            ("mx.palomas", "America/Ciudad_Juarez"),
            ("mx.ojinaga", "America/Ojinaga"),
            ("mx.chihuahua", "America/Chihuahua"),
            ("mx.nogales", "America/Hermosillo"),
            ("mx.mazatlan", "America/Mazatlan"),
            ("mx.tijuana", "America/Tijuana"),
            ("mx.piedras-negras", "America/Matamoros"),
            ("mx.nuevo-laredo", "America/Matamoros"),
            ("mx.monterrey", "America/Monterrey"),
            ("mx.tapachula", "America/Mexico_City"),
            ("poe.el-paso.rail", "America/Denver"),
            ("poe.presidio.presidio-ojinaga", "America/Chicago"),
            ("poe.eagle-pass.bridge-1", "America/Chicago"),
            ("poe.lukeville.lukeville", "America/Phoenix"),
            ("poe.nogales.morley", "America/Phoenix"),
            ("poe.san-ysidro.pedwest", "America/Los_Angeles"),
            ("poe.santa-teresa.santa-teresa", "America/Denver"),
            ("city.nyc", "America/New_York"),
        ],
    )
    def test_zones(self, corridor: Corridor, place: str, zone: str) -> None:
        assert corridor.places[place].zone == zone

    def test_opposite_towns_and_gates_are_neighbours(self, corridor: Corridor) -> None:
        for leg in corridor.legs:
            if leg.end.startswith(("poe.", "pathway.")):
                a, b = corridor.places[leg.start], corridor.places[leg.end]
                assert apart(a, b) < 45, leg.id

    def test_every_facility_is_part_of_a_port_in_the_same_sector_and_zone(self, corridor: Corridor) -> None:
        for place in corridor.places.values():
            if place.id.startswith("poe."):
                whole = corridor.places[place.part_of]
                port = whole if whole.kind == "port" else corridor.places[whole.part_of]
                assert port.kind == "port"
                assert (place.sector, place.zone) == (port.sector, port.zone), place.id
                assert ("bts", corridor.crossings[place.id].port_code) in port.aliases

    def test_towns_where_caravans_were_reported(self, corridor: Corridor, real_data: Path) -> None:
        known = {slug(place.name): place for place in corridor.places.values()}
        with (real_data / "groups" / "caravans.csv").open(encoding="utf-8", newline="") as handle:
            rows = [row for row in csv.DictReader(handle) if row["lat"]]
        for row in rows:
            name = slug(row["place"]).removeprefix("caitf-").removeprefix("santo-domingo-")
            place = known.get(name) or known.get(f"santo-domingo-{name}")
            assert place is not None, row["place"]
            away = apart(place, replace(place, lat=float(row["lat"]), lon=float(row["lon"])))
            assert away < 6, (row["place"], away)


class TestPublishedCrossings:
    def test_every_port_of_bts_by_name_and_code(self, corridor: Corridor, real_data: Path) -> None:
        path = real_data / "crossings" / "bts_border_crossing_us_mexico.csv.gz"
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as handle:
            ports = {(row["Port Name"], row["Port Code"]) for row in csv.DictReader(handle)}
        assert len(ports) == 28
        for name, code in ports:
            assert place_of(corridor, "bts", name) == f"port.{slug(name)}"
            assert place_of(corridor, "bts", code) == f"port.{slug(name)}"

    def test_every_crossing_of_the_texas_table(self, corridor: Corridor, real_data: Path) -> None:
        folder = real_data / "crossings"
        with (folder / "texas_bridges_monthly.csv").open(encoding="utf-8-sig", newline="") as handle:
            names = {row["Crossing"] for row in csv.DictReader(handle)}
        assert len(names) == 33
        with (folder / "texas_bridge_coordinates.csv").open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                place = corridor.by_alias("txdot", row["Code"])
                assert place is not None, row["Code"]
                assert corridor.by_alias("txdot", row["Border Crossing Name"]) == place
                assert (place.lat, place.lon) == pytest.approx((float(row["Lat"]), float(row["Lon"])))
        for name in names:
            assert place_of(corridor, "txdot", name).startswith("poe."), name

    def test_every_crossing_with_a_wait_at_the_mexican_border(
        self, corridor: Corridor, real_data: Path
    ) -> None:
        ports = json.loads((real_data / "waits" / "bwt_2023-11-10.json").read_text(encoding="utf-8"))["port"]
        numbers = {row["port_number"] for row in ports if row["border"] == "Mexican Border"}
        assert len(numbers) == 49
        for number in numbers:
            assert place_of(corridor, "cbp", number).startswith("poe."), number

    def test_events_name_places_that_are_there(self, corridor: Corridor) -> None:
        with (embedded_folder() / "events.csv").open(encoding="utf-8", newline="") as handle:
            places = {row["place"] for row in csv.DictReader(handle)}
        assert places <= set(corridor.places)
        assert {"poe.eagle-pass.bridge-1", "poe.el-paso.rail", "rail.ferromex"} <= places

    def test_the_two_el_paso_railway_bridges_are_one_crossing(self, corridor: Corridor) -> None:
        for company in ("bnsf", "up"):
            bridge = corridor.places[f"poe.el-paso.rail-{company}"]
            assert bridge.part_of == "poe.el-paso.rail"
            assert corridor.crossings[bridge.id].modes == ("rail",)

    def test_nine_stretches_between_ports(self, corridor: Corridor) -> None:
        stretches = {name for name, one in corridor.crossings.items() if one.facility == "between-ports"}
        sectors = {place.id for place in corridor.places.values() if place.kind == "sector"}
        assert stretches == {name.replace("sector.", "between.") for name in sectors}
        assert len(stretches) == 9


class TestWays:
    def test_counts(self, corridor: Corridor) -> None:
        modes = Counter(leg.mode for leg in corridor.legs)
        assert len(corridor.legs) == sum(modes.values()) >= 350
        assert set(modes) == {"foot", "bus", "truck", "rail", "air"}

    @pytest.mark.parametrize("branch", BRANCHES)
    def test_the_railway_from_arriaga_runs_through_the_towns_in_order(
        self, legs: dict[str, Leg], branch: str
    ) -> None:
        for a, b in [*pairwise(towns(TRUNK)), *pairwise(towns(BRANCHES[branch]))]:
            leg = legs[f"{a}--{b}.rail"]
            assert branch in leg.route, leg.id
            assert leg.operator in ("fit", "ferrosur", "ferromex", "cpkc")
            assert 10 <= (leg.speed_kmh or 0) <= 30

    @pytest.mark.parametrize(
        "way",
        [
            "tenosique palenque teapa coatzacoalcos medias-aguas",
            "benjamin-hill nogales",
            "torreon frontera piedras-negras",
            "saltillo frontera",
            "monterrey reynosa matamoros",
        ],
    )
    def test_side_lines(self, legs: dict[str, Leg], way: str) -> None:
        for a, b in pairwise(towns(way)):
            assert f"{a}--{b}.rail" in legs

    def test_no_train_south_of_arriaga(self, legs: dict[str, Leg]) -> None:
        south = {f"mx.{name}" for name in COAST[: COAST.index("arriaga")]}
        assert not [leg for leg in legs.values() if leg.mode == "rail" and leg.start in south]

    @pytest.mark.parametrize(
        ("end", "reported", "tolerance"),
        [
            ("huixtla", 41.2, 0.05),
            ("villa-comaltitlan", 58, 0.05),
            ("mapastepec", 106, 0.05),
            ("santo-domingo-zanatepec", 311.8, 0.05),
            ("juchitan", 400, 0.05),
        ],
    )
    def test_the_coast_road_is_as_long_as_caravans_found_it(
        self, legs: dict[str, Leg], end: str, reported: float, tolerance: float
    ) -> None:
        assert walked(legs, "tapachula", end) == pytest.approx(reported, rel=tolerance)

    def test_railway_lengths(self, legs: dict[str, Leg]) -> None:
        assert legs["mx.arriaga--mx.ixtepec.rail"].km == 153
        last = sum(
            legs[f"{a}--{b}.rail"].km for a, b in pairwise(towns("chihuahua villa-ahumada ciudad-juarez"))
        )
        assert last == pytest.approx(370, rel=0.05)
        pacific = sum(
            legs[f"{a}--{b}.rail"].km
            for a, b in pairwise(["mx.lecheria", "mx.huehuetoca", *towns(BRANCHES["western"])])
        )
        assert pacific == pytest.approx(2620, rel=0.05)  # 1,627 miles from Mexico City to Mexicali

    def test_trains_take_about_as_long_as_reported(self, legs: dict[str, Leg]) -> None:
        def hours(names: str) -> float:
            found = 0.0
            for a, b in pairwise(towns(names)):
                leg = legs[f"{a}--{b}.rail"]
                assert leg.speed_kmh
                found += leg.km / leg.speed_kmh
            return found

        assert 8.5 <= hours("arriaga ixtepec") <= 16
        assert hours("coatzacoalcos medias-aguas tierra-blanca cordoba orizaba") < 24
        assert hours("chihuahua villa-ahumada ciudad-juarez") == pytest.approx(17, rel=0.1)
        assert hours("lecheria huehuetoca " + BRANCHES["western"]) == pytest.approx(106, rel=0.1)

    def test_every_receiving_city_is_reached_from_every_origin(self, corridor: Corridor) -> None:
        ways: dict[str, set[str]] = {}
        for leg in corridor.legs:
            ways.setdefault(leg.start, set()).add(leg.end)
        cities = {place.id for place in corridor.places.values() if place.kind == "city"}
        assert cities > BUSED_TO
        for origin in (place.id for place in corridor.places.values() if place.kind == "origin"):
            seen, queue = {origin}, deque([origin])
            while queue:
                for place in ways.get(queue.popleft(), set()) - seen:
                    seen.add(place)
                    queue.append(place)
            assert cities <= seen, (origin, cities - seen)

    def test_every_gate_for_walkers_and_every_stretch_has_a_way_in_and_out(self, corridor: Corridor) -> None:
        ends = {leg.end for leg in corridor.legs}
        starts = {leg.start for leg in corridor.legs}
        # BTS lists no traffic of its own there, and no source speaks of arrivals.
        unlinked = {"poe.columbus.antelope-wells"}
        for name, crossing in corridor.crossings.items():
            if "foot" in crossing.modes and name not in unlinked | {"pathway.cbp-one"}:
                assert name in ends & starts, name

    def test_people_are_taken_south_too(self, legs: dict[str, Leg]) -> None:
        assert "mx.piedras-negras--mx.villahermosa.air" in legs
        assert "hub.el-paso--mx.ciudad-juarez.foot" in legs

    def test_danger_has_a_basis_or_is_blank(self, corridor: Corridor) -> None:
        for leg in corridor.legs:
            assert (leg.danger is None) == (not leg.danger_basis)
            if leg.mode == "air" or leg.end.startswith(("poe.", "pathway.", "city.")):
                assert leg.danger is None, leg.id

    def test_the_desert_and_the_river_weigh_more_than_the_coast_road(self, legs: dict[str, Leg]) -> None:
        coast = legs["mx.mapastepec--mx.pijijiapan.foot"].danger or 0.0
        for way in ("mx.piedras-negras--between.del-rio.foot", "mx.sonoyta--between.tucson.foot"):
            assert (legs[way].danger or 0.0) > 5 * coast


class TestPathways:
    @pytest.mark.parametrize(
        ("day", "capacity"),
        [
            (date(2023, 2, 1), None),
            (date(2023, 5, 5), 740),
            (date(2023, 5, 12), 1000),
            (date(2023, 6, 1), 1250),
            (date(2023, 6, 29), 1250),
            (date(2023, 6, 30), 1450),
            (date(2024, 9, 30), 1450),
        ],
    )
    def test_totals_over_the_eight_ports(self, corridor: Corridor, day: date, capacity: int | None) -> None:
        found = [
            row
            for row in corridor.pathways
            if row.place == "pathway.cbp-one" and row.start <= day and (row.end is None or day < row.end)
        ]
        assert [row.capacity_per_day for row in found] == [capacity]

    def test_eight_ports_each_with_dates_that_follow_on(self, corridor: Corridor) -> None:
        for port in CBP_ONE:
            rows = sorted(
                (row for row in corridor.pathways if row.place == f"pathway.cbp-one.{port}"),
                key=lambda row: row.start,
            )
            assert rows[0].start == date(2023, 1, 12)
            assert rows[-1].end is None
            assert all(one.end == two.start for one, two in pairwise(rows))

    def test_a_port_has_a_capacity_only_where_a_source_gives_it(self, corridor: Corridor) -> None:
        known = {
            (row.place.rsplit(".", 1)[1], row.capacity_per_day)
            for row in corridor.pathways
            if row.place != "pathway.cbp-one" and row.capacity_per_day is not None
        }
        assert known == {("san-ysidro", 385), ("brownsville", 380), ("nogales", 100), ("laredo", 0)}
