"""Conformal intervals: the spread of past errors, pooled over siblings, read at an exact rank.

A score is an absolute log error divided by the spread that its series had when the forecast was made.
If scores are exchangeable the interval from the ``ceil((n + 1)(1 - alpha))``-th smallest of n holds the
next outcome with probability at least 1 - alpha, for any n and any distribution (Vovk et al. 2005). Where
n is too small for that rank there is no interval: the bound is infinite, never a guess.

Errors two or more months ahead overlap, so the rank alone is not exact for them; there the level is
steered by the misses of past intervals (adaptive conformal inference, Gibbs and Candès 2021).
"""

from __future__ import annotations

import math

import numpy as np

from corredor.signals.model import DEFAULT, Fit, Floats, Settings


def rank(n: int, alpha: float) -> int:
    """The order statistic, counted from 1, that bounds n scores at level ``alpha``; n + 1 means none."""
    # The rounding keeps (n + 1)(1 - alpha) = 19.000000000000004 from becoming rank 20.
    return min(max(math.ceil(round((n + 1) * (1.0 - alpha), 9)), 1), n + 1)


def bound(scores: Floats, alpha: float) -> float:
    """The score that the next one stays within with probability 1 - ``alpha``; inf where n is too small.

    Args:
        scores: past scores in rising order, without NaN.
        alpha: level between 0 and 1.
    """
    k = rank(scores.size, alpha)
    return math.inf if k > scores.size else float(scores[k - 1])


def p_value(scores: Floats, score: float) -> float:
    """Share of the scores, the new one included, that are at least as large as the new one."""
    return (1 + int(np.count_nonzero(scores >= score))) / (scores.size + 1)


def spreads(errors: Floats, settings: Settings = DEFAULT) -> Floats:
    """Each series' spread as known at each origin, (S, T, H): a decayed mean absolute error.

    It is mixed with the siblings' mean so that a short history borrows theirs. NaN until the group has
    ``settings.least_errors`` of them: the spread of one or two is chance, and scores by it are wild.
    """
    series, months, horizons = errors.shape
    decay = 0.5 ** (1.0 / settings.scale_half_life)
    sizes = np.nan_to_num(np.abs(errors))
    counts = (~np.isnan(errors)).astype(np.float64)
    size, count = np.zeros((series, horizons)), np.zeros((series, horizons))
    seen = np.zeros(horizons)
    out = np.full(errors.shape, np.nan)
    steps = np.arange(horizons)
    for month in range(months):
        origins = month - 1 - steps
        known = origins >= 0
        size[:, known] = size[:, known] * decay + sizes[:, origins[known], steps[known]]
        count[:, known] = count[:, known] * decay + counts[:, origins[known], steps[known]]
        seen[known] += counts[:, origins[known], steps[known]].sum(axis=0)
        total = count.sum(axis=0)
        some = seen >= settings.least_errors
        pooled = size[:, some].sum(axis=0) / total[some]
        prior = settings.scale_prior
        mixed = (size[:, some] + prior * pooled) / (count[:, some] + prior)
        out[:, month, some] = np.maximum(mixed, settings.least_spread)
    return out


class Intervals:
    """Interval factors and scores of a fitted group; every answer uses errors known at its origin only.

    Attributes:
        spread: (S, T, H) spread of each series at each origin.
        scores: (S, T, H) absolute errors over spreads, by origin.
        signed: (S, T, H) errors over spreads, by origin.
    """

    def __init__(self, fitted: Fit, settings: Settings = DEFAULT) -> None:
        self.settings = settings
        self.spread = spreads(fitted.errors, settings)
        self.signed: Floats = fitted.errors / self.spread
        self.scores: Floats = np.abs(self.signed)
        self._factors: dict[tuple[int, float], Floats] = {}
        self._past: dict[tuple[int, int], Floats] = {}

    def past(self, origin: int, horizon: int) -> Floats:
        """Scores of the siblings whose outcome was known at ``origin``, from the last window, sorted."""
        key = (origin, horizon)
        if key not in self._past:
            self._past[key] = np.sort(self._known(self.scores, origin, horizon))
        return self._past[key]

    def past_signed(self, origin: int, horizon: int) -> Floats:
        """The signed scores of the same errors, in no order."""
        return self._known(self.signed, origin, horizon)

    def _known(self, values: Floats, origin: int, horizon: int) -> Floats:
        last = origin - horizon + 1
        window = values[:, max(0, last - self.settings.window) : max(0, last), horizon - 1]
        known: Floats = window[~np.isnan(window)]
        return known

    def factor(self, origin: int, horizon: int, alpha: float) -> float:
        """How many spreads the interval reaches to either side; inf where there are too few scores."""
        if horizon == 1 or self.settings.steer == 0.0:
            return bound(self.past(origin, horizon), alpha)
        key = (horizon, alpha)
        if key not in self._factors:
            self._factors[key] = self._steered(horizon, alpha)
        return float(self._factors[key][origin])

    def _steered(self, horizon: int, alpha: float) -> Floats:
        """Factors at every origin, the level moved by the share of siblings that the past ones missed."""
        months = self.scores.shape[1]
        factors = np.full(months, np.inf)
        level = alpha
        for origin in range(months):
            made = origin - horizon
            if made >= 0 and math.isfinite(factors[made]):
                outcome = self.scores[:, made, horizon - 1]
                outcome = outcome[~np.isnan(outcome)]
                if outcome.size:
                    missed = float(np.mean(outcome > factors[made]))
                    level += self.settings.steer * (alpha - missed)
                    level = min(max(level, alpha / 10.0), 2.0 * alpha)
            factors[origin] = bound(self.past(origin, horizon), level)
        return factors

    def half_width(self, row: int, origin: int, horizon: int, alpha: float) -> float:
        """Half the width in logs of the interval of one series; inf where none can be given.

        A narrower level never reaches further than a wider one: 80 lies inside 95.
        """
        spread = float(self.spread[row, origin, horizon - 1])
        if math.isnan(spread):
            return math.inf
        reach = self.factor(origin, horizon, alpha)
        return spread * max(reach, self.factor(origin, horizon, 0.2)) if alpha < 0.2 else spread * reach
