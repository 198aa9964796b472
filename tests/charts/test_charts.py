"""The pictures: the title is the finding, counts start at zero, ranges are bands, the moment is a rule."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from corredor.charts import corridor_map, flow_chart, parts_chart, to_svg
from corredor.charts.draw import ACCENT, ALERT
from corredor.charts.flow import FlowWords, PartRange
from corredor.charts.map import MapWords, Mark
from corredor.corridor import Corridor, embedded_folder
from corredor.corridor.selection import OUTLINE, read_outline

WORDS = FlowWords(
    title="Crossings & <counts> · Nov 2023: 120, within usual variation",
    source="Source: The agency, known 22 Dec 2023",
    as_of="as of 28 Dec 2023",
    first_release="Hollow marks: first releases",
    range80="80%",
    range95="95%",
)
FIGURES = pl.DataFrame(
    {"start": [date(2023, 9, 1), date(2023, 10, 1), date(2023, 11, 1)], "value": [90.0, 100, 120]}
)
REVISED = pl.DataFrame({"start": [date(2023, 10, 1)], "first": [101.0]})
FAN = pl.DataFrame(
    {
        "start": [date(2023, 12, 1), date(2024, 1, 1)],
        "median": [110.0, 105],
        "low80": [90.0, 80],
        "high80": [130.0, 140],
        "low95": [70.0, 60],
        "high95": [150.0, 180],
    }
)
MAP = MapWords(
    "2 crossings closed", "Sources: as listed", "rail", "road", "closed", "group", "people in care"
)


def texts(svg: str) -> str:
    """Everything written in a picture."""
    return html.unescape(" ".join(re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)))


def layers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every mark of a specification."""
    for each in (*spec.get("layer", ()), *spec.get("concat", ())):
        yield from layers(each)
    if "mark" in spec:
        yield spec


def rows(spec: dict[str, Any], each: dict[str, Any]) -> list[dict[str, Any]]:
    """The data behind a mark."""
    data = each["data"]
    found: list[dict[str, Any]] = data["values"] if "values" in data else spec["datasets"][data["name"]]
    return found


def marks(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in layers(spec) if each["mark"]["type"] == kind]


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The specification of a flow chart."""
    found: dict[str, Any] = flow_chart(FIGURES, REVISED, FAN, date(2023, 12, 28), WORDS).to_dict()
    return found


class TestFlow:
    def test_the_title_is_the_finding_and_the_source_stands_under_it(self, spec: dict[str, Any]) -> None:
        assert " ".join(spec["title"]["text"]) == WORDS.title
        assert WORDS.source in " ".join(spec["title"]["subtitle"])
        assert WORDS.first_release in " ".join(spec["title"]["subtitle"])

    def test_counts_start_at_zero(self, spec: dict[str, Any]) -> None:
        scales = [
            each["encoding"]["y"]["scale"]
            for each in layers(spec)
            if each["encoding"].get("y", {}).get("scale")
        ]
        assert scales
        assert all(scale["zero"] is True for scale in scales)

    def test_ranges_are_two_bands_that_begin_at_the_newest_figure(self, spec: dict[str, Any]) -> None:
        bands = marks(spec, "area")
        assert [each["encoding"]["y"]["field"] for each in bands] == ["low95", "low80"]
        assert [each["encoding"]["y2"]["field"] for each in bands] == ["high95", "high80"]
        for each in bands:
            first, *_, last = rows(spec, each)
            assert first["start"].startswith("2023-11-01")
            assert (first["low95"], first["high95"]) == (120, 120)
            assert (last["low95"], last["high95"]) == (60, 180)

    def test_the_moment_is_a_vertical_rule(self, spec: dict[str, Any]) -> None:
        (rule,) = marks(spec, "rule")
        assert "y" not in rule["encoding"]
        assert rows(spec, rule)[0]["start"].startswith("2023-12-28")

    def test_revisions_are_hollow_marks(self, spec: dict[str, Any]) -> None:
        hollow = [each for each in marks(spec, "point") if each["mark"].get("filled") is False]
        assert [rows(spec, each)[0]["value"] for each in hollow] == [101]

    def test_drawn(self, spec: dict[str, Any]) -> None:
        svg = to_svg(flow_chart(FIGURES, REVISED, FAN, date(2023, 12, 28), WORDS))
        assert svg.startswith("<svg")
        assert svg.rstrip().endswith("</svg>")
        assert "<counts>" not in svg
        told = texts(svg)
        for text in (WORDS.title, WORDS.source, WORDS.as_of, "80%", "95%", "120"):
            assert text in told

    def test_without_forecast_or_revision(self) -> None:
        chart = flow_chart(FIGURES, REVISED.clear(), FAN.clear(), date(2023, 12, 28), WORDS)
        spec = chart.to_dict()
        assert marks(spec, "area") == []
        assert WORDS.first_release not in str(spec["title"])
        assert "120" in texts(to_svg(chart))


RANGES = (
    PartRange("East & <West>", date(2023, 11, 1), 120, 80, 110, unusual=True),
    PartRange("North", date(2023, 11, 1), 120, None, None, unusual=False),
)


@pytest.fixture(scope="module")
def chart() -> Any:
    """Two parts side by side."""
    frames = {part.name: FIGURES for part in RANGES}
    return parts_chart(frames, RANGES, "1 of 2 parts is unusual", "Source: The agency")


class TestParts:
    def test_one_panel_a_part(self, chart: Any) -> None:
        panels = chart.to_dict()["concat"]
        assert len(panels) == 2
        told = texts(to_svg(chart))
        for text in ("1 of 2 parts is unusual", "Source: The agency", "East & <West>", "North"):
            assert text in told

    def test_only_what_is_unusual_has_the_other_colour(self, chart: Any) -> None:
        unusual, usual = chart.to_dict()["concat"]
        assert ALERT in str(unusual)
        assert ALERT not in str(usual)
        assert ACCENT in str(usual)

    def test_no_bar_where_no_range_is_known(self, chart: Any) -> None:
        with_range, without = chart.to_dict()["concat"]
        assert len(marks(with_range, "rule")) == 1
        assert marks(without, "rule") == []

    def test_counts_start_at_zero(self, chart: Any) -> None:
        for each in layers(chart.to_dict()):
            scale = each["encoding"].get("y", {}).get("scale") or {}
            assert scale.get("zero", True) is True


class TestMap:
    def test_names_what_it_marks(self, embedded_corridor: Corridor) -> None:
        chart = corridor_map(
            embedded_corridor,
            read_outline(embedded_folder() / OUTLINE),
            closed=[Mark(28.7, -100.5, "Bridge & <1>")],
            groups=[Mark(15.2, -92.6, "A group")],
            cities=[Mark(40.7, -74.0, "New York 66,000", 66000), Mark(41.9, -87.6, "Chicago 14,000", 14000)],
            words=MAP,
        )
        svg = to_svg(chart)
        told = texts(svg)
        for text in (
            "2 crossings closed",
            "Sources: as listed",
            "Bridge & <1>",
            "New York 66,000",
            "Chicago 14,000",
        ):
            assert text in told
        assert "<1>" not in svg
        assert all(word in told for word in ("closed", "group", "people in care", "rail", "road"))

    def test_a_city_with_more_people_has_the_larger_mark(self, embedded_corridor: Corridor) -> None:
        chart = corridor_map(
            embedded_corridor,
            None,
            closed=[],
            groups=[],
            cities=[Mark(40.7, -74.0, "New York", 66000), Mark(41.9, -87.6, "Chicago", 14000)],
            words=MAP,
        )
        sized = [
            each for each in marks(chart.to_dict(), "point") if "field" in each["encoding"].get("size", {})
        ]
        assert len(sized) == 1
        scale = sized[0]["encoding"]["size"]["scale"]
        assert (scale["type"], scale["zero"]) == ("sqrt", True)

    def test_without_anything_to_mark(self, embedded_corridor: Corridor) -> None:
        chart = corridor_map(embedded_corridor, None, closed=[], groups=[], cities=[], words=MAP)
        assert marks(chart.to_dict(), "point") == []
        assert to_svg(chart).startswith("<svg")
