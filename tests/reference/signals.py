"""The monthly model told slowly: one series, one origin, one candidate at a time, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from corredor.signals.model import Settings

Logs = Sequence[Sequence[float]]


def known(value: float) -> bool:
    return not math.isnan(value)


def season(logs: Sequence[float], first_month: int, memory: int, origin: int) -> list[float]:
    """Profile of the twelve calendar months as known at ``origin``."""
    profile = []
    for month in range(12):
        columns = [t for t in range(origin + 1) if (first_month + t) % 12 == month]
        changes = [logs[t] - logs[t - 1] if t else math.nan for t in columns][-memory:]
        changes = [change for change in changes if known(change)]
        profile.append(median(changes) if len(changes) >= 2 else 0.0)
    mean = sum(profile) / 12
    return [change - mean for change in profile]


def step(logs: Sequence[float], first_month: int, *, memory: int, origin: int, horizon: int) -> float:
    """Seasonal log change from ``origin`` to ``origin + horizon``."""
    profile = season(logs, first_month, memory, origin)
    return sum(profile[(first_month + origin + h) % 12] for h in range(1, horizon + 1))


def change(logs: Sequence[float], origin: int, horizon: int, settings: Settings) -> float:
    """What came, in logs; NaN where it is unknown or the origin lies in the burn-in."""
    started = sum(known(value) for value in logs[: origin + 1]) >= settings.burn_in
    if not started or origin + horizon >= len(logs):
        return math.nan
    return logs[origin + horizon] - logs[origin]


def choose(logs: Logs, first_month: int, origin: int, settings: Settings) -> tuple[int, float]:
    """Memory and shrink with the least decayed absolute error among outcomes known at ``origin``."""
    best, least = (settings.memories[0], settings.shrinks[0]), math.inf
    for memory in settings.memories:
        for shrink in settings.shrinks:
            loss = 0.0
            for row in logs:
                for horizon in range(1, settings.horizons + 1):
                    for past in range(origin - horizon + 1):
                        came = change(row, past, horizon, settings)
                        if known(came):
                            told = shrink * step(
                                row, first_month, memory=memory, origin=past, horizon=horizon
                            )
                            age = origin - past - horizon
                            loss += abs(came - told) * 0.5 ** (age / settings.half_life)
            if loss < least - 1e-12:
                best, least = (memory, shrink), loss
    return best


def order_statistic(scores: Sequence[float], alpha: float) -> float:
    """The conformal bound: try every score, smallest first, and count."""
    n = len(scores)
    for place, score in enumerate(sorted(scores), start=1):
        if place >= (n + 1) * (1 - alpha) - 1e-9:
            return score
    return math.inf
