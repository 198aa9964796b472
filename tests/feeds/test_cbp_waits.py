from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from corredor.errors import FeedError
from corredor.feeds.cbp_waits import parse
from tests.feeds.helpers import document, values

NOTHING = {"operational_status": "N/A", "update_time": {}, "delay_minutes": {}, "lanes_open": {}}
CLOSED = NOTHING | {"operational_status": "Lanes Closed"}
PLACES = {"230301": "poe.eagle-pass.bridge-1", "l24501": "poe.tornillo.fort-hancock"}


def places(authority: str, name: str) -> str | None:
    return PLACES.get(name) if authority == "cbp" else None


def reading(minutes="25", lanes="3", stamp="At 10:00 pm CST", status="delay"):
    return {
        "operational_status": status,
        "update_time": stamp,
        "delay_minutes": minutes,
        "lanes_open": lanes,
    }


def port(number="230301", border="Mexican Border", day="11/9/2023", cars=None, **more):
    return {
        "port_number": number,
        "border": border,
        "port_name": "Eagle Pass",
        "crossing_name": "Bridge I",
        "hours": "7 am-11 pm",
        "date": day,
        "port_status": "Open",
        "pedestrain_automation_type": "Manual",
        "commercial_vehicle_lanes": {"maximum_lanes": "N/A", "standard_lanes": NOTHING, "FAST_lanes": CLOSED},
        "passenger_vehicle_lanes": {
            "maximum_lanes": "6",
            "standard_lanes": cars or reading(),
            "NEXUS_SENTRI_lanes": {},
            "ready_lanes": NOTHING,
        },
        "pedestrian_lanes": {},
    } | more


def whole(*ports, day="2023-11-09", clock="23:30:5"):
    return {
        "last_updated_date": day,
        "last_updated_time": clock,
        "number_of_ports": str(len(ports)),
        "port": list(ports),
    }


def read(content, **more):
    return parse(document(json.dumps(content), places=places, **more))


def xml(content) -> str:
    def write(node) -> str:
        if isinstance(node, dict):
            return "".join(
                "".join(
                    f"<{tag}>{write(one)}</{tag}>" for one in (part if isinstance(part, list) else [part])
                )
                for tag, part in node.items()
            )
        return str(node)

    return f"<?xml version='1.0' encoding='ISO-8859-1'?><border_wait_time>{write(content)}</border_wait_time>"


WAIT = "cbp.wait.eagle-pass.bridge-1.passenger-standard"
LANES = "cbp.lanes-open.eagle-pass.bridge-1.passenger-standard"


class TestFormats:
    def test_the_three_say_the_same(self):
        expected = {(WAIT, date(2023, 11, 9)): 25, (LANES, date(2023, 11, 9)): 3}
        assert values(read(whole(port()))) == expected
        assert values(parse(document(xml(whole(port())), places=places))) == expected
        assert values(read([port()], known_at=datetime(2023, 11, 10, 4, 30, tzinfo=UTC))) == expected

    def test_a_single_port_may_stand_without_its_list(self):
        content = whole() | {"port": port()}
        assert len(read(content).figures) == 2

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"", "empty"),
            (b"<html><title>Maintenance</title></html>", "Maintenance"),
            (b"{", "neither JSON nor XML"),
            (b"[]", "no list of ports"),
            (b'{"error": "rate limit"}', "no list of ports; found error"),
            (b'"text"', "no list of ports"),
            (b"<border_wait_time><port><port_number>2303", "XML cut short"),
            (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "document type"),
            (json.dumps([port(border="Canadian Border")]).encode(), "no port of the Mexican border among 1"),
        ],
    )
    def test_anything_else_is_one_line(self, data, told):
        with pytest.raises(FeedError, match=told):
            parse(document(data, places=places))


class TestReadings:
    def test_missing_closed_and_pending_lanes_have_no_figure(self):
        nothings: list[object] = [{}, "", None, "N/A"]
        for nothing in nothings:
            cars = {"operational_status": "Lanes Closed", "delay_minutes": nothing, "lanes_open": nothing}
            assert (
                read(whole(port(cars=cars), port(number="l24501")))
                .figures["series"]
                .str.contains("fort-hancock")
                .all()
            )

    def test_a_port_number_may_begin_with_a_letter(self):
        batch = read(whole(port(number="l24501")))
        assert batch.series[0].place == "poe.tornillo.fort-hancock"

    def test_what_is_left_out_is_told(self):
        ports = port(), port(number="999999"), port(border="Canadian Border"), port(port_status="Closed")
        notices = " ".join(read(whole(*ports)).notices)
        assert "1 ports of the Canadian border left out" in notices
        assert "1 ports marked Closed, perhaps only out of hours: Eagle Pass Bridge I" in notices
        assert "Eagle Pass Bridge I (999999)" in notices

    def test_closed_ports_are_no_events(self):
        assert not read(whole(port(port_status="Closed"))).events

    @pytest.mark.parametrize(
        ("cars", "field"),
        [
            (reading(minutes="soon"), "delay_minutes"),
            (reading(lanes="-1"), "lanes_open"),
            (reading(stamp="this morning"), "update_time"),
            (reading(stamp="At 10:00 pm XYZ"), "update_time"),
            (reading(stamp={}), "update_time"),
        ],
    )
    def test_bad_readings_name_port_and_lanes(self, cars, field):
        bad = read(whole(port(cars=cars))).rejections
        assert [one.field for one in bad] == [f"port 230301 passenger_vehicle_lanes/standard_lanes/{field}"]


def utc(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2023, 11, day, hour, minute, second, tzinfo=UTC)


class TestInstants:
    @pytest.mark.parametrize(
        ("stamp", "day", "clock", "instant", "local_day"),
        [
            # Zones as named, daylight or standard.
            ("At 10:00 pm CST", "11/9/2023", "23:30:5", utc(10, 4), date(2023, 11, 9)),
            ("At 6:00 pm MST", "11/9/2023", "23:30:5", utc(10, 1), date(2023, 11, 9)),
            ("At Noon PST", "11/9/2023", "23:30:5", utc(9, 20), date(2023, 11, 9)),
            # Midnight of a date that the port has not turned to yet.
            ("At Midnight EST", "11/9/2023", "23:59:0", utc(10, 4, 59), date(2023, 11, 10)),
            # A stamp much later than the answer is yesterday's.
            ("At 11:30 pm CST", "11/9/2023", "1:55:5", utc(9, 5, 30), date(2023, 11, 8)),
            # A stamp a little ahead was public when the answer was.
            ("At 11:00 pm CST", "11/9/2023", "23:30:5", utc(10, 4, 30, 5), date(2023, 11, 9)),
        ],
    )
    def test_are_zone_true_and_never_after_the_answer(self, stamp, day, clock, instant, local_day):
        figures = read(whole(port(cars=reading(stamp=stamp), day=day), clock=clock)).figures
        assert figures["known_at"].unique().to_list() == [instant]
        assert figures["start"].unique().to_list() == [local_day]

    def test_an_answer_without_time_of_its_own_trusts_the_date(self):
        figures = read([port()], known_at=None).figures
        assert figures["known_at"].unique().to_list() == [datetime(2023, 11, 10, 4, tzinfo=UTC)]


def test_real_files(real_data):
    def every(authority: str, name: str) -> str:
        return f"poe.{name}"

    batch = parse(document((real_data / "waits/bwt_2023-11-10.json").read_bytes(), places=every))
    assert not batch.rejections
    assert len(batch.figures) == 132
    assert values(batch)["cbp.wait.250501.passenger-standard", date(2023, 11, 9)] == 5
    assert batch.figures["known_at"].max() == datetime(2023, 11, 10, 6, 55, 5, tzinfo=UTC)
    older = parse(document((real_data / "waits/bwt_2022-10-17.xml").read_bytes(), places=every))
    assert not older.rejections
    assert len(older.figures) == 228
    assert older.figures["known_at"].max() == datetime(2022, 10, 18, 1, 14, 36, tzinfo=UTC)
