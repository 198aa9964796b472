"""The charts room: every picture, declared once (Altair), drawn to SVG without a browser."""

from __future__ import annotations

from corredor.charts.draw import to_svg
from corredor.charts.flow import flow_chart, parts_chart
from corredor.charts.map import corridor_map

__all__ = ["corridor_map", "flow_chart", "parts_chart", "to_svg"]
