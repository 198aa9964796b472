from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.signals.conformal import Intervals, bound, p_value, rank
from corredor.signals.model import Settings, fit
from tests.reference.signals import order_statistic
from tests.signals.test_model import walk


class TestRank:
    def test_known_ranks(self):
        assert [rank(n, 0.05) for n in (18, 19, 39, 100)] == [19, 19, 38, 96]
        assert [rank(n, 0.20) for n in (3, 4, 9, 99)] == [4, 4, 8, 80]

    @given(
        st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=60),
        st.sampled_from((0.2, 0.05, 1 / 60)),
    )
    def test_bound_is_the_reference_order_statistic(self, scores, alpha):
        assert bound(np.sort(np.array(scores)), alpha) == order_statistic(scores, alpha)

    def test_too_few_scores_give_no_bound(self):
        assert bound(np.arange(18.0), 0.05) == math.inf
        assert bound(np.arange(19.0), 0.05) == 18.0

    @pytest.mark.parametrize(("n", "alpha"), [(9, 0.2), (15, 0.2), (19, 0.05), (30, 0.1)])
    def test_coverage_is_exact_on_exchangeable_scores(self, n, alpha):
        # 40,000 trials: standard error at most 0.2 of a point; the test allows four of them.
        draws = np.random.default_rng(n).standard_cauchy((40_000, n + 1)) ** 2
        past = np.sort(draws[:, :n], axis=1)
        within = float(np.mean(draws[:, n] <= past[:, rank(n, alpha) - 1]))
        target = rank(n, alpha) / (n + 1)
        assert abs(within - target) < 4 * math.sqrt(target * (1 - target) / 40_000)
        assert target >= 1 - alpha

    def test_p_values_are_never_too_small(self):
        draws = np.random.default_rng(1).normal(size=(20_000, 20))
        p = np.array([p_value(row[:-1], row[-1]) for row in draws])
        for level in (0.05, 0.1, 0.5):
            assert np.mean(p <= level) <= level + 4 * math.sqrt(level * (1 - level) / 20_000)

    def test_a_score_beyond_the_bound_has_a_p_value_under_the_level(self):
        scores = np.sort(np.random.default_rng(2).exponential(size=137))
        edge = bound(scores, 0.05)
        assert p_value(scores, edge + 1e-9) <= 0.05 < p_value(scores, edge)


class TestIntervals:
    def test_80_lies_inside_95(self):
        intervals = Intervals(fit(walk(7, months=150), 0))
        for row in range(3):
            for origin in range(20, 150, 7):
                for horizon in range(1, 7):
                    narrow = intervals.half_width(row, origin, horizon, 0.20)
                    assert narrow <= intervals.half_width(row, origin, horizon, 0.05)

    def test_none_before_there_are_enough_errors(self):
        intervals = Intervals(fit(walk(8, series=1, months=60), 0))
        assert intervals.half_width(0, 10, 1, 0.2) == math.inf
        assert intervals.half_width(0, 25, 1, 0.05) == math.inf
        assert intervals.half_width(0, 50, 1, 0.05) < math.inf

    def test_one_error_of_nothing_does_not_set_the_spread(self):
        # Twenty months below the floor give errors of exactly 0; what follows must not be scored by them.
        values = walk(9, series=1, months=90)
        values[:, :20] = 1.0
        intervals = Intervals(fit(values, 0))
        scores = intervals.scores[~np.isnan(intervals.scores)]
        assert scores.max() < 500
        widths = [intervals.half_width(0, origin, 1, 1 / 60) for origin in range(89)]
        assert max(width for width in widths if math.isfinite(width)) < 5

    def test_coverage_of_one_step_ranges_on_random_walks(self):
        # 60 walks, one range each 5 months: about 1,500 outcomes, standard error near 1 point at 80%.
        within80, within95 = [], []
        for seed in range(60):
            fitted = fit(walk(seed, series=4, months=180, season=0.0), 0)
            intervals = Intervals(fitted)
            for origin in range(60, 179, 5):
                error = abs(fitted.errors[0, origin, 0])
                within80.append(error <= intervals.half_width(0, origin, 1, 0.20))
                within95.append(error <= intervals.half_width(0, origin, 1, 0.05))
        assert 0.76 < np.mean(within80) < 0.84
        assert 0.93 < np.mean(within95) < 0.97

    def test_misses_widen_ranges_further_ahead(self):
        rng = np.random.default_rng(9)
        steps = rng.normal(0, 0.05, (4, 200))
        steps[:, 100:] *= 5
        fitted = fit(np.exp(8 + np.cumsum(steps, axis=1)), 0)
        steered = Intervals(fitted, Settings(scale_half_life=1e9, window=1000))
        left = Intervals(fitted, Settings(scale_half_life=1e9, window=1000, steer=0.0))
        assert steered.half_width(0, 150, 3, 0.2) > left.half_width(0, 150, 3, 0.2)
