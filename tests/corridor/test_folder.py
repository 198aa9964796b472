"""A corridor folder in: the network, the batch for the record, and what a bad row becomes."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from corredor.corridor import (
    Corridor,
    corridor_batch,
    embedded_folder,
    folder_digest,
    read_corridor,
    write_descriptor,
)
from corredor.corridor.descriptor import descriptor_text
from corredor.corridor.folder import read_head
from corredor.corridor.tables import TABLES
from corredor.errors import CorridorError
from corredor.record.entries import (
    FIGURE_FRAME,
    Commitment,
    Event,
    Evidence,
    Flag,
    GroupReport,
    Precision,
    Series,
    SiteReport,
    Source,
    SourceKind,
    Statement,
)
from tests.corridor.folders import FILES, change, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "valley")


@pytest.fixture
def corridor(folder: Path) -> Corridor:
    return read_corridor(folder)


class TestTables:
    @pytest.mark.parametrize(
        ("name", "entry"),
        [
            ("sources", Source),
            ("series", Series),
            ("events", Event),
            ("statements", Statement),
            ("commitments", Commitment),
            ("evidence", Evidence),
            ("groups", GroupReport),
            ("sites", SiteReport),
        ],
    )
    def test_the_columns_of_an_entry_are_its_fields(self, name: str, entry: type) -> None:
        assert {column.name for column in TABLES[name].columns} == {field.name for field in fields(entry)}

    def test_there_is_no_such_column(self) -> None:
        with pytest.raises(KeyError):
            TABLES["places"].column("altitude")


class TestNetwork:
    def test_what_a_place_is(self, corridor: Corridor) -> None:
        bridge = corridor.places["poe.river.bridge-1"]
        assert (bridge.kind, bridge.lat, bridge.part_of) == ("crossing", 28.705, "port.river")
        assert (bridge.label(), bridge.label("es")) == ("River Bridge 1", "Puente 1")
        assert corridor.places["mx.north"].route == ("western", "gulf")
        assert corridor.name_of("mx.north", "es") == "North"
        assert corridor.name_of("mx.nowhere") == "mx.nowhere"

    def test_a_place_by_what_a_publisher_calls_it(self, corridor: Corridor) -> None:
        found = corridor.by_alias("txdot", "RIVER I ")
        assert found is corridor.places["poe.river.bridge-1"]
        assert corridor.by_alias("bts", "2303") is corridor.places["port.river"]
        assert corridor.by_alias("bts", "River I") is None

    def test_modes_of_a_crossing_are_plain(self, corridor: Corridor) -> None:
        assert corridor.crossings["poe.river.bridge-1"].modes == ("foot", "car", "bus", "truck")

    def test_ways_onward(self, corridor: Corridor) -> None:
        assert corridor.neighbours("gt.start") == ("mx.north",)
        assert [leg.mode for leg in corridor.legs_from("gt.start", {"foot"})] == ["foot"]
        assert corridor.reachable("mx.north") == {"mx.north", "poe.river.bridge-1", "city.lake"}
        assert corridor.reachable("mx.north", {"foot"}) == {"mx.north", "poe.river.bridge-1"}
        assert corridor.reachable("city.lake") == {"city.lake"}

    def test_facilities_of_a_port_at_any_depth(self, corridor: Corridor) -> None:
        names = [place.id for place in corridor.facilities_of("port.river")]
        assert names == ["poe.river.bridge-1", "poe.river.rail", "poe.river.rail-east"]
        assert [place.id for place in corridor.facilities_of("poe.river.rail")] == ["poe.river.rail-east"]
        assert [place.id for place in corridor.parts_of("port.river")] == names[:2]

    def test_capacity_of_a_pathway_as_it_was_known(self, corridor: Corridor) -> None:
        place, may, july = "poe.river.bridge-1", date(2023, 5, 1), date(2023, 7, 1)
        assert corridor.capacity(place, may) == 100
        assert corridor.capacity(place, july) == 145
        assert corridor.capacity(place, july, datetime(2023, 5, 20, tzinfo=UTC)) == 100
        assert corridor.capacity(place, date(2022, 1, 1)) is None

    def test_a_bad_row_is_refused_with_its_place(self, folder: Path) -> None:
        change(folder, "legs.csv", "bus,2300", "bus,far")
        with pytest.raises(CorridorError, match=r"legs.csv, line 5, km: 'far', expected a number"):
            read_corridor(folder)

    def test_a_moment_that_is_none_is_refused(self, folder: Path) -> None:
        change(folder, "pathways.csv", "145,2023-06-01", "145,2023-06-31")
        with pytest.raises(CorridorError, match="2023-06-31"):
            read_corridor(folder)


class TestBatch:
    def test_every_table_comes_over(self, folder: Path) -> None:
        batch = corridor_batch(folder)
        assert batch.rejections == []
        kinds = ("sources", "series", "events", "statements", "commitments", "evidence", "groups", "sites")
        counts = {kind: len(getattr(batch, kind)) for kind in kinds}
        assert counts == dict.fromkeys(kinds, 1) | {"sources": 2, "events": 2}
        assert batch.sources[0].kind is SourceKind.OFFICIAL_STATISTICS
        assert batch.statements[0].quantity_high == 10000
        assert batch.sites[0].capacity is None

    def test_a_date_ends_or_starts_in_its_zone(self, folder: Path) -> None:
        rail, bridge = corridor_batch(folder).events
        assert rail.at == datetime(2023, 12, 18, 14, tzinfo=UTC)
        assert rail.known_at == datetime(2023, 12, 18, 5, tzinfo=UTC)  # end of the 17th in New York
        assert bridge.at == datetime(2023, 12, 20, 6, tzinfo=UTC)  # start of the day in Chicago
        assert bridge.precision is Precision.DAY

    def test_figures_have_the_declared_frame(self, folder: Path) -> None:
        figures = corridor_batch(folder).figures
        assert dict(figures.schema) == dict(FIGURE_FRAME)
        first, second, third = figures.iter_rows(named=True)
        assert first["known_at"] == datetime(2023, 11, 21, 6, tzinfo=UTC)  # end of the 20th in Chicago
        assert second["known_at"] == datetime(2023, 12, 22, 19, tzinfo=UTC)
        assert (first["flags"], second["flags"]) == (0, Flag.PROVISIONAL | Flag.KNOWN_AT_ASSUMED)
        assert (third["flags"], third["rounded_to"], third["line"]) == (Flag.LATER_VINTAGE, 10, 4)

    def test_packed_figures_are_the_same(self, folder: Path, tmp_path: Path) -> None:
        packed = corridor_batch(make_folder(tmp_path / "packed", packed=True)).figures
        assert packed.equals(corridor_batch(folder).figures)

    def test_bad_rows_are_listed_and_the_others_kept(self, folder: Path) -> None:
        change(folder, "events.csv", "2023-12-20,day", "2023-12-32,day")
        change(folder, "figures/agency.csv", ",100,", ",-,")
        change(folder, "series.csv", "port.river,month", "port.river,fortnight")
        batch = corridor_batch(folder)
        assert {(r.file, r.line, r.field) for r in batch.rejections if "figures" not in r.file} == {
            ("events.csv", 3, "at"),
            ("series.csv", 2, "frequency"),
        }
        assert {r.line for r in batch.rejections if "figures" in r.file} == {2, 3, 4}
        assert len(batch.events) == 1
        assert batch.figures.is_empty()

    def test_an_unknown_zone_is_a_bad_row(self, folder: Path) -> None:
        change(folder, "series.csv", "America/Chicago", "America/Nowhere")
        fields_found = {(r.file, r.field) for r in corridor_batch(folder).rejections}
        assert ("series.csv", "zone") in fields_found

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("2023-11-01,100", "2023-10-01,100", "end"),
            (",100,,,", ",,,,", "value"),
            (",100,,,", ",,9,5,", "low"),
            (",100,,,", ",inf,,,", "value"),
            ("2023-11-20", "yesterday", "known_at"),
            ("2023-11-20", "2023-11-20T10:00", "known_at"),
            ("2024-02-13,10", "2024-02-13,-10", "rounded_to"),
            ("2023-10-01,", "2023-10,", "start"),
        ],
    )
    def test_a_figure_that_cannot_be(self, folder: Path, old: str, new: str, field: str) -> None:
        change(folder, "figures/agency.csv", old, new)
        batch = corridor_batch(folder)
        assert [r.field for r in batch.rejections] == [field]
        assert batch.figures.height == 2

    def test_figures_without_a_column(self, folder: Path) -> None:
        change(folder, "figures/agency.csv", "known_at", "published")
        with pytest.raises(CorridorError, match="known_at"):
            corridor_batch(folder)


class TestDescriptor:
    def test_it_lists_every_file(self, folder: Path) -> None:
        found = json.loads(write_descriptor(folder).read_text(encoding="utf-8"))
        paths = {resource["path"] for resource in found["resources"]}
        assert paths == {*FILES, "figures/agency.csv"}
        assert (found["name"], found["corredor"]) == ("valley", {"zone": "America/New_York"})

    def test_packed_files_say_so(self, tmp_path: Path) -> None:
        found = json.loads((make_folder(tmp_path / "v", packed=True) / "datapackage.json").read_text())
        packed = [resource for resource in found["resources"] if resource.get("compression") == "gz"]
        assert [resource["path"] for resource in packed] == ["figures/agency.csv.gz"]

    def test_frictionless_reads_it(self, folder: Path) -> None:
        from frictionless import Package

        report = Package(str(folder / "datapackage.json")).validate()
        assert report.valid, report.flatten(["title", "note"])


class TestDigest:
    def test_it_changes_with_the_content_only(self, folder: Path) -> None:
        before = folder_digest(folder)
        (folder / "notes.txt").write_text("not of the folder", encoding="utf-8")
        assert folder_digest(folder) == before
        change(folder, "figures/agency.csv", ",100,", ",101,")
        assert folder_digest(folder) != before


class TestEmbedded:
    def test_its_descriptor_is_made_from_the_tables(self) -> None:
        folder = embedded_folder()
        written = (folder / "datapackage.json").read_text(encoding="utf-8")
        assert written == descriptor_text(folder, read_head(folder))

    def test_it_is_small(self) -> None:
        files = [path for path in embedded_folder().rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) < 6_000_000

    def test_the_check_finds_no_error(self) -> None:
        from corredor.corridor import Severity, check_folder

        found = [str(finding) for finding in check_folder() if finding.severity is Severity.ERROR]
        assert found == []

    def test_every_row_goes_into_the_record(self) -> None:
        batch = corridor_batch()
        assert batch.rejections == []
        assert batch.figures.height > 100_000
        assert len(batch.events) == 26
        assert batch.figures.select(pl.col("known_at").is_null().any()).item() is False

    def test_receiving_cities_are_reached_from_the_darien(self) -> None:
        corridor = read_corridor()
        reached = corridor.reachable("co.acandi")
        assert {"city.nyc", "city.chicago", "city.denver", "poe.eagle-pass.bridge-2"} <= reached
