"""Verdicts and forecasts of the embedded corridor over all its years: none fails, no bound is absurd."""

from __future__ import annotations

import math
from datetime import date

import pytest

from corredor.corridor import Corridor
from corredor.corridor.selection import matching, read_selection
from corredor.moment import end_of_day
from corredor.record import Record
from corredor.signals import assess
from corredor.situation import Situation


@pytest.mark.parametrize("year", [2002, 2009, 2015, 2016, 2017, 2018, 2019, 2020, 2022, 2024])
def test_every_year_can_be_judged(embedded: Record, embedded_corridor: Corridor, year: int) -> None:
    situation = Situation(embedded, embedded_corridor, end_of_day(date(year, 1, 25), "America/New_York"))
    chosen = read_selection()
    patterns = chosen.headline + chosen.parts + chosen.upstream
    keys = matching(patterns, [series.key for series in situation.series()])
    verdicts, forecasts = assess(situation, keys, keys, 6)
    assert verdicts
    for verdict in verdicts:
        bounds = (verdict.low95, verdict.low80, verdict.expected, verdict.high80, verdict.high95)
        known = [bound for bound in bounds if bound is not None]
        assert known == sorted(known)
        assert all(math.isfinite(bound) for bound in known)
        if verdict.expected is not None and verdict.high95 is not None:
            assert verdict.high95 < 50 * verdict.expected
    for forecast in forecasts:
        found = (forecast.low95, forecast.low80, forecast.median, forecast.high80, forecast.high95)
        known = [bound for bound in found if bound is not None]
        assert known == sorted(known)
        assert all(math.isfinite(bound) for bound in known)
