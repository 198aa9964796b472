"""What all pictures share: palette, type, and drawing to SVG.

Colours are from the Okabe–Ito palette (Okabe, Ito 2008), which colour-blind readers tell apart; blue is
the one accent.
"""

from __future__ import annotations

from typing import Any

import altair as alt

INK = "#222222"
QUIET = "#767676"
FAINT = "#d9d9d9"
LAND = "#f1efe9"
ACCENT = "#0072b2"
ALERT = "#d55e00"
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
WIDTH = 640

Chart = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart


def styled(chart: Any) -> Any:
    """The chart with Corredor's type, axes and colours."""
    return (
        chart.configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_title(
            anchor="start", fontSize=15, fontWeight=600, color=INK, subtitleColor=QUIET, subtitleFontSize=12
        )
        .configure_axis(
            labelColor=QUIET,
            titleColor=QUIET,
            gridColor="#ececec",
            domainColor=FAINT,
            tickColor=FAINT,
            labelFontSize=11,
        )
    )


def to_svg(chart: Any) -> str:
    """The picture as SVG text, to stand in a page or a file."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return svg
