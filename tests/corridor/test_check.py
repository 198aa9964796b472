# ruff: noqa: E501 - rows of tables are as long as they are
"""What the check of a corridor folder tells its keeper."""

from __future__ import annotations

from pathlib import Path

import pytest

from corredor.corridor import Finding, check_folder
from tests.corridor.folders import change, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "valley")


def only(findings: list[Finding]) -> tuple[str, str, int, str, str]:
    assert len(findings) == 1, [str(finding) for finding in findings]
    found = findings[0]
    return str(found.severity), found.file, found.line, found.field, found.value


class TestGoodFolder:
    @pytest.mark.parametrize("packed", [False, True])
    def test_nothing_is_found(self, tmp_path: Path, packed: bool) -> None:
        assert check_folder(make_folder(tmp_path / "valley", packed=packed)) == []

    def test_order_of_columns_is_free(self, folder: Path) -> None:
        path = folder / "sites.csv"
        rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
        path.write_text("".join(",".join(reversed(row)) + "\n" for row in rows), encoding="utf-8")
        assert check_folder(folder) == []

    def test_optional_columns_and_files_may_be_missing(self, folder: Path) -> None:
        change(
            folder, "crossings.csv", "place,facility,modes,hours,port_code,capacity_per_day,note,source", ""
        )
        text = "place,facility,modes\npoe.river.bridge-1,bridge,foot vehicle\npoe.river.rail,rail,rail\n"
        (folder / "crossings.csv").write_text(text + "poe.river.rail-east,rail,rail\n", encoding="utf-8")
        assert check_folder(folder) == []


# file, what stands there, what is put there, then severity, line, field and value of the finding it makes
Slip = tuple[str, str, str, str, int, str, str]
DECLARED: list[Slip] = [
    ("legs.csv", "bus,2300", "bus,many", "error", 5, "km", "many"),
    ("legs.csv", "bus,2300", "bus,-5", "error", 5, "km", "-5"),
    ("legs.csv", "bus,2300", "bus,", "error", 5, "km", ""),
    ("legs.csv", "mon wed fri", "monday", "error", 2, "service_days", "monday"),
    ("legs.csv", "30,0.4", "-30,0.4", "error", 2, "speed_kmh", "-30"),
    ("legs.csv", "x1.25,80", "x,80", "error", 5, "km_basis", "geodesic x"),
    ("legs.csv", "gt.start--mx.north.foot,gt.start,mx.north", "gt.start--mx.sea.foot,gt.start,mx.sea", "error", 3, "to", "mx.sea"),
    ("places.csv", "14.68,-92.14", "94.68,-92.14", "error", 2, "lat", "94.68"),
    ("places.csv", "Start,Inicio,origin", "Start,Inicio,village", "error", 2, "kind", "village"),
    ("places.csv", "port.river,sector.river,,txdot", "port.nowhere,sector.river,,txdot", "error", 5, "part_of", "port.nowhere"),
    ("crossings.csv", "06:00-22:00", "early", "error", 2, "hours", "early"),
    ("crossings.csv", "foot vehicle", "foot horse", "error", 2, "modes", "foot horse"),
    ("crossings.csv", "2303,,,", "2303,-1,,", "error", 2, "capacity_per_day", "-1"),
    ("series.csv", "month,flow", "fortnight,flow", "error", 2, "frequency", "fortnight"),
    ("series.csv", "port.river", "port.sea", "error", 2, "place", "port.sea"),
    ("events.csv", "2023-12-18T08:00-06:00", "2023-12-18T08:00", "error", 2, "at", "2023-12-18T08:00"),
    ("events.csv", "day,2023-12-20,false", "day,2023-12-20,no", "error", 3, "known_at_assumed", "no"),
    ("statements.csv", "false,A paper,2023-12-21", "false,A paper,21 Dec", "error", 2, "said_on", "21 Dec"),
    ("statements.csv", "port.river,up", "port.river,upward", "error", 2, "direction", "upward"),
    ("evidence.csv", "met,promise.1", "met,promise.9", "error", 2, "commitment", "promise.9"),
    ("sites.csv", "city.lake", "city.sea", "error", 2, "city", "city.sea"),
    ("sites.csv", ",,14000", ",,-14000", "error", 2, "occupied", "-14000"),
    ("sources.csv", "official statement", "statement", "error", 3, "kind", "statement"),
]  # fmt: skip
OWN: list[Slip] = [
    ("legs.csv", "bus,2300", "bus,900", "error", 5, "km", "900"),
    ("legs.csv", "bus,2300", "bus,12000", "warning", 5, "km", "12000"),
    ("legs.csv", "mx.north.foot,gt.start,mx.north", "gt.start.foot,gt.start,gt.start", "error", 3, "to", "gt.start"),
    ("legs.csv", "gt.start--mx.north.foot", "gt.start--mx.north.bus", "error", 3, "id", "gt.start--mx.north.bus"),
    ("legs.csv", "bridge-1.foot,mx.north,poe.river.bridge-1,foot", "bridge-1.rail,mx.north,poe.river.bridge-1,rail", "warning", 4, "mode", "rail"),
    ("places.csv", "28.70,-100.52,America/Monterrey", "28.70,-100.52,America/Nowhere", "error", 3, "zone", "America/Nowhere"),
    ("places.csv", "28.70,-100.52,America/Monterrey", "28.70,-100.52,", "error", 3, "zone", ""),
    ("places.csv", "MX,Coahuila,28.70,-100.52", "MX,Coahuila,,-100.52", "error", 3, "lat", ""),
    ("places.csv", "MX,Coahuila", "HN,Coahuila", "warning", 3, "lat", "28.7 -100.52"),
    ("places.csv", "poe.river.rail,sector", "poe.river.rail-east,sector", "error", 7, "part_of", "poe.river.rail-east"),
    ("places.csv", "sector.river,,bts", "city.lake,,bts", "error", 4, "sector", "city.lake"),
    ("places.csv", "txdot:River I", "cbp:230301", "error", 5, "aliases", "cbp:230301"),
    ("places.csv", "Inicio,origin", "Inicio,town", "error", 0, "kind", ""),
    ("pathways.csv", "2023-01-12,,100", "2023-01-12,2022-01-12,100", "error", 2, "to", "2022-01-12"),
    ("pathways.csv", "145,2023-06-01", "145,2023-01-12", "error", 3, "from", "2023-06-08"),
    ("events.csv", "poe.river.rail,rail", "poe.river.tunnel,rail", "error", 2, "place", "poe.river.tunnel"),
    ("events.csv", "2023-12-20,day,2023-12-20", ",day,2023-12-20", "error", 3, "precision", "day"),
    ("events.csv", "2023-12-20,day", "2023-12-20,unknown", "error", 3, "at", "2023-12-20"),
    ("events.csv", "2023-12-20,day", "2023-12-20,minute", "warning", 3, "precision", "minute"),
    ("events.csv", "2023-12-20,day", "2023-12-32,day", "error", 3, "at", "2023-12-32"),
    ("statements.csv", "9000,10000", "11000,10000", "error", 2, "quantity_high", "10000.0"),
    ("statements.csv", "2023-12-18,2023-12-19", "2023-12-18,2023-12-18", "error", 2, "period_end", "2023-12-18"),
    ("groups.csv", "14.68,-92.14", ",-92.14", "error", 2, "lat", ""),
    ("groups.csv", "14.68,-92.14", "14.68,", "error", 2, "lon", ""),
    ("groups.csv", "6000,8000", "9000,8000", "error", 2, "size_high", "8000.0"),
    ("sites.csv", "source,note", "source,remark", "warning", 1, "remark", "remark"),
    ("figures/agency.csv", "2023-11-20,,,agency", "2023-11-20,,,nobody", "error", 2, "source", "nobody.release"),
    ("figures/agency.csv", "2023-11-01,100", "2023-10-15,100", "warning", 2, "end", "agency.crossings.month"),
    ("figures/agency.csv", ",100,", ",none,", "error", 2, "value", "none"),
    ("figures/agency.csv", "later-vintage", "late", "error", 4, "flags", "late"),
    ("figures/agency.csv", "agency.crossings.month", "agency.arrivals.month", "error", 2, "series", "agency.arrivals.month"),
]  # fmt: skip


def rounds(slips: list[Slip]) -> list[list[Slip]]:
    """The slips in as few rounds as there can be with one slip to a file: a check is not quick."""
    found: list[list[Slip]] = []
    for slip in slips:
        for each in found:
            if slip[0] not in {other[0] for other in each}:
                each.append(slip)
                break
        else:
            found.append([slip])
    return found


class TestOneSlipToAFile:
    @pytest.mark.parametrize("slips", [*rounds(DECLARED), *rounds(OWN)], ids=lambda slips: slips[0][2])
    def test_each_is_one_finding_with_its_place(self, folder: Path, slips: list[Slip]) -> None:
        for file, old, new, *_ in slips:
            change(folder, file, old, new)
        found = {(str(f.severity), f.file, f.line, f.field, f.value) for f in check_folder(folder)}
        assert found == {(severity, file, *rest) for file, _, _, severity, *rest in slips}

    def test_the_line_says_what_is_expected(self, folder: Path) -> None:
        change(folder, "legs.csv", "bus,2300", "bus,-5")
        line = "error: legs.csv, line 5, km: '-5', expected a number, at least 0"
        assert [str(found) for found in check_folder(folder)] == [line]


class TestNetwork:
    def test_one_way_twice(self, folder: Path) -> None:
        change(
            folder,
            "legs.csv",
            "gt.start--mx.north.foot,gt.start,mx.north,foot",
            "gt.start--mx.north.rail,gt.start,mx.north,rail",
        )
        assert {found.field for found in check_folder(folder)} == {"id"}

    def test_a_city_that_no_leg_leads_to(self, folder: Path) -> None:
        change(
            folder,
            "legs.csv",
            "mx.north--poe.river.bridge-1.foot,mx.north,poe.river.bridge-1",
            "mx.north--poe.river.rail.foot,mx.north,poe.river.rail",
        )
        found = [finding for finding in check_folder(folder) if finding.file == "places.csv"]
        assert only(found) == ("error", "places.csv", 9, "id", "city.lake")

    def test_a_stretch_between_ports_is_long(self, folder: Path) -> None:
        change(folder, "crossings.csv", "bridge-1,bridge", "bridge-1,between-ports")
        change(folder, "legs.csv", "bus,2300", "bus,900")
        assert check_folder(folder) == []

    def test_a_row_for_a_place_that_is_no_crossing(self, folder: Path) -> None:
        change(folder, "crossings.csv", "poe.river.rail-east", "city.lake")
        found = {(finding.file, finding.line, finding.field) for finding in check_folder(folder)}
        assert found == {("crossings.csv", 4, "place"), ("legs.csv", 5, "mode"), ("places.csv", 7, "id")}

    def test_an_id_that_stands_twice(self, folder: Path) -> None:
        path = folder / "sources.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
        found = {(finding.file, finding.line, finding.field) for finding in check_folder(folder)}
        assert found == {("sources.csv", 4, "id")}


class TestFigures:
    def test_they_wait_until_every_series_has_its_zone(self, folder: Path) -> None:
        change(folder, "series.csv", "America/Chicago", "America/Nowhere")
        change(folder, "figures/agency.csv", ",100,", ",none,")
        assert only(check_folder(folder)) == ("error", "series.csv", 2, "zone", "America/Nowhere")

    def test_a_row_twice_is_a_warning(self, folder: Path) -> None:
        path = folder / "figures" / "agency.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
        assert only(check_folder(folder))[:4] == ("warning", "figures/agency.csv", 5, "series")

    def test_two_values_of_one_release_are_an_error(self, folder: Path) -> None:
        path = folder / "figures" / "agency.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join([*lines, lines[1].replace(",100,", ",101,")]), encoding="utf-8")
        assert only(check_folder(folder))[:4] == ("error", "figures/agency.csv", 5, "series")

    def test_a_partial_period_may_be_short(self, folder: Path) -> None:
        change(
            folder,
            "figures/agency.csv",
            "2023-11-01,100,,,2023-11-20,,,",
            "2023-10-15,100,,,2023-11-20,,partial,",
        )
        assert check_folder(folder) == []


class TestFiles:
    def test_no_such_folder(self, tmp_path: Path) -> None:
        assert "no such folder" in only(check_folder(tmp_path / "none"))[4]

    def test_no_descriptor(self, folder: Path) -> None:
        (folder / "datapackage.json").unlink()
        assert only(check_folder(folder))[1:3] == ("datapackage.json", 0)

    @pytest.mark.parametrize(
        "text", ["{", "[]", '{"name": "x"}', '{"name": "x", "corredor": {"zone": "Mars"}}']
    )
    def test_a_descriptor_that_says_nothing(self, folder: Path, text: str) -> None:
        (folder / "datapackage.json").write_text(text, encoding="utf-8")
        assert only(check_folder(folder))[1:3] == ("datapackage.json", 0)

    def test_a_required_table_is_missing(self, folder: Path) -> None:
        (folder / "places.csv").unlink()
        assert "places.csv" in {found.file for found in check_folder(folder) if not found.line}

    def test_a_required_column_is_missing(self, folder: Path) -> None:
        change(folder, "events.csv", "id,place,mode", "id,place,modus")
        found = only(check_folder(folder))
        assert found[1] == "events.csv"
        assert "mode" in found[4]

    def test_a_file_that_is_not_text(self, folder: Path) -> None:
        (folder / "sites.csv").write_bytes(b"\xff\xfe\x00site")
        assert "sites.csv" in {found.file for found in check_folder(folder)}

    def test_figures_that_are_not_compressed_text(self, folder: Path) -> None:
        (folder / "figures" / "more.csv.gz").write_bytes(b"\x1f\x8b broken")
        assert "figures/more.csv.gz" in {found.file for found in check_folder(folder)}

    def test_a_row_with_too_many_cells(self, folder: Path) -> None:
        change(folder, "sites.csv", "2023-12-28,agency.release,", "2023-12-28,agency.release,,more")
        assert only(check_folder(folder))[1:3] == ("sites.csv", 2)

    def test_a_file_that_the_descriptor_does_not_list(self, folder: Path) -> None:
        (folder / "figures" / "agency.csv").rename(folder / "figures" / "other.csv")
        found = {(str(finding.severity), finding.value) for finding in check_folder(folder)}
        assert found == {("warning", "figures/other.csv"), ("error", "figures/agency.csv")}
