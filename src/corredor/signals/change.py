"""Telling a sustained change from a single one: a CUSUM on one-step scores, and the false discovery rule.

Raw counts are autocorrelated and would set a control chart off every year; the errors of one-step
forecasts are not. Each error becomes the normal score of its rank among the errors known before it, so
the chart's run length does not depend on the shape of their distribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from corredor.signals.conformal import Intervals
from corredor.signals.model import Floats

# With these two the chart raises one false call in about 60 months; tests/signals/test_change.py
# measures it by simulation.
ALLOWANCE = 0.5
LIMIT = 3.0
RUN_LENGTH_MONTHS = 60
# Below this the normal score of an extreme rank could never reach far enough.
LEAST_ERRORS = 24


@dataclass(frozen=True)
class Cusum:
    """A two-sided CUSUM over T months.

    Attributes:
        high: upper sum after each month, (T,), before a reset.
        low: lower sum after each month, (T,), before a reset.
        alarms: 1 where the upper sum crossed the limit, -1 the lower one, else 0, (T,).
    """

    high: Floats
    low: Floats
    alarms: NDArray[np.int64]


def normal_score(past: Floats, value: float) -> float:
    """Standard normal quantile of the rank of ``value`` among the ``past`` values (ties halved)."""
    below = float(np.count_nonzero(past < value)) + 0.5 * float(np.count_nonzero(past == value))
    return NormalDist().inv_cdf((below + 0.5) / (past.size + 1))


def normal_scores(intervals: Intervals, row: int) -> Floats:
    """Normal scores of the one-step errors of one series by origin, (T,).

    Each error is ranked among its siblings' errors known before it; NaN where there is no error or
    fewer than `LEAST_ERRORS` to rank it among.
    """
    errors = intervals.signed[row, :, 0]
    scores = np.full(errors.size, np.nan)
    for origin in np.flatnonzero(~np.isnan(errors)).tolist():
        past = intervals.past_signed(origin, 1)
        if past.size >= LEAST_ERRORS:
            scores[origin] = normal_score(past, float(errors[origin]))
    return scores


def cusum(scores: Floats, allowance: float = ALLOWANCE, limit: float = LIMIT) -> Cusum:
    """Sum what exceeds the allowance on either side; after an alarm both sums start again from 0.

    Args:
        scores: standard normal scores, (T,); NaN (no figure) leaves the sums as they are.
        allowance: half the shift, in standard deviations, that should be found soonest.
        limit: the sum that raises an alarm.
    """
    high, low = np.zeros(scores.size), np.zeros(scores.size)
    alarms = np.zeros(scores.size, dtype=np.int64)
    up = down = 0.0
    for t, score in enumerate(scores.tolist()):
        if not math.isnan(score):
            up = max(0.0, up + score - allowance)
            down = max(0.0, down - score - allowance)
        high[t], low[t] = up, down
        if max(up, down) > limit:
            alarms[t] = 1 if up > down else -1
            up = down = 0.0
    return Cusum(high, low, alarms)


def false_discovery_cut(p_values: Floats, rate: float) -> float:
    """The largest p-value that is called when false calls may make up ``rate`` of all calls.

    Benjamini and Hochberg (1995). Where nothing is called it is the cut for the smallest p-value,
    ``rate`` / m: what a figure would have had to reach.
    """
    m = p_values.size
    if m == 0:
        return rate
    steps = rate * np.arange(1, m + 1) / m
    called = np.flatnonzero(np.sort(p_values) <= steps)
    return float(steps[called[-1]]) if called.size else float(steps[0])
