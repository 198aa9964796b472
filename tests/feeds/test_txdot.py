from __future__ import annotations

from datetime import date

import pytest

from corredor.feeds.txdot import parse
from tests.feeds.helpers import document, lines_of, values

HEAD = "ID,Year,Month,Region,POE,Crossing,Modes,Northbound Crossing\n"
PLACES = {
    "Bridge of the Americas": "poe.el-paso.bota",
    "Juárez-Lincoln International Bridge": "poe.laredo.juarez-lincoln",
}


def places(authority: str, name: str) -> str | None:
    return PLACES.get(name) if authority == "txdot" else None


def row(month="1", crossing="Bridge of the Americas", mode="Commercial Trucks", count="34638", year="2008"):
    return f"id,{year},{month},El Paso,El Paso,{crossing},{mode},{count}\n"


def read(text: str):
    return parse(document(HEAD + text, places=places))


class TestRows:
    def test_modes_and_places(self):
        text = row() + row(mode="Pedestrians/ Bicyclists", crossing="Juárez-Lincoln International Bridge")
        batch = read(text)
        assert values(batch) == {
            ("txdot.trucks.el-paso.bota.month", date(2008, 1, 1)): 34_638,
            ("txdot.pedestrians.laredo.juarez-lincoln.month", date(2008, 1, 1)): 34_638,
        }
        assert batch.series[0].place == "poe.el-paso.bota"

    def test_structural_zeros_are_left_out_and_true_ones_stay(self):
        batch = read(row(mode="Railcars", count="0") + row() + row(month="2", count="0"))
        assert values(batch) == {
            ("txdot.trucks.el-paso.bota.month", date(2008, 1, 1)): 34_638,
            ("txdot.trucks.el-paso.bota.month", date(2008, 2, 1)): 0,
        }
        assert batch.notices == ("1 zeros left out: the crossing never had that mode in this file",)

    def test_an_unknown_crossing_is_named(self):
        batch = read(row() + row(crossing="New Bridge"))
        assert len(batch.figures) == 1
        assert "no place of the corridor has the alias txdot:New Bridge" in batch.notices[0]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"mode": "Camels"}, "Modes"),
            ({"year": "08"}, "Year"),
            ({"month": "13"}, "Month"),
            ({"count": "-"}, "Northbound Crossing"),
        ],
    )
    def test_bad_rows(self, change, field):
        assert lines_of(read(row(**change))) == [(2, field)]


def test_real_file(real_data):
    data = (real_data / "crossings/texas_bridges_monthly.csv").read_bytes()
    batch = parse(document(data, places=lambda authority, name: f"poe.texas.{len(name)}-{name[:3].lower()}"))
    assert not batch.rejections
    assert len(batch.series) == 90
    # 32,155 rows less 14,469 zeros of the 75 crossings and modes that never had traffic.
    assert len(batch.figures) == 17_686
    eagle_pass = f"txdot.cars.texas.{len('Eagle Pass International Bridge')}-eag.month"
    months = [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1)]
    assert [values(batch)[eagle_pass, month] for month in months] == [99_269, 551, 97_235]
