from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.signals.change import (
    LIMIT,
    RUN_LENGTH_MONTHS,
    cusum,
    false_discovery_cut,
    normal_score,
    normal_scores,
)
from corredor.signals.conformal import Intervals
from corredor.signals.model import fit


class TestCusum:
    def test_in_control_run_length_is_about_sixty_months(self):
        # 200,000 months give some 3,300 false alarms: standard error of the mean under 2%.
        alarms = cusum(np.random.default_rng(11).standard_normal(200_000)).alarms
        assert 200_000 / np.count_nonzero(alarms) == pytest.approx(RUN_LENGTH_MONTHS, rel=0.06)

    def test_a_shift_of_one_deviation_is_found_within_a_year(self):
        delays = []
        for seed in range(200):
            scores = np.random.default_rng(seed).normal(-1.0, 1.0, 200)
            delays.append(int(np.flatnonzero(cusum(scores).alarms == -1)[0]) + 1)
        assert np.mean(delays) < 12

    def test_sums_start_again_after_an_alarm(self):
        chart = cusum(np.array([3.0, 3.0, 0.0, np.nan]))
        assert chart.high.tolist() == [2.5, 5.0, 0.0, 0.0]
        assert chart.alarms.tolist() == [0, 1, 0, 0]

    def test_one_extreme_month_alone_is_no_sustained_change(self):
        extreme = normal_score(np.arange(600.0), 1e9)
        assert extreme - 0.5 < LIMIT

    @given(st.lists(st.floats(-4, 4), max_size=50))
    def test_mirrored_scores_give_mirrored_alarms(self, scores):
        values = np.array(scores)
        np.testing.assert_array_equal(cusum(values).alarms, -cusum(-values).alarms)


class TestNormalScores:
    def test_the_middle_rank_scores_zero(self):
        assert normal_score(np.array([1.0, 2.0, 3.0, 4.0]), 2.5) == pytest.approx(0.0)

    def test_few_calls_on_flat_noise(self):
        # Noise about a level is not a walk: the one-step errors swing back, so calls are rarer still.
        counts = np.random.default_rng(12).poisson(2000, (9, 240)).astype(float)
        intervals = Intervals(fit(counts, 0))
        months = alarms = 0
        for row in range(9):
            scores = normal_scores(intervals, row)
            months += int(np.count_nonzero(~np.isnan(scores)))
            alarms += int(np.count_nonzero(cusum(scores).alarms))
        assert alarms <= months / RUN_LENGTH_MONTHS


class TestFalseDiscovery:
    def test_benjamini_and_hochberg_by_hand(self):
        p = np.array([0.001, 0.008, 0.039, 0.041, 0.2])
        assert false_discovery_cut(p, 0.05) == pytest.approx(0.02)

    def test_the_first_step_where_nothing_is_called(self):
        assert false_discovery_cut(np.array([0.5, 0.9]), 0.1) == pytest.approx(0.05)
        assert false_discovery_cut(np.array([]), 0.1) == 0.1

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.randoms())
    def test_order_does_not_matter(self, p_values, random):
        mixed = list(p_values)
        random.shuffle(mixed)
        assert false_discovery_cut(np.array(p_values), 0.1) == false_discovery_cut(np.array(mixed), 0.1)

    def test_no_more_false_calls_than_promised(self):
        # All 20 unchanged: any call is false. 4,000 portfolios, standard error 0.5 of a point.
        rng = np.random.default_rng(13)
        any_call = [bool((p <= false_discovery_cut(p, 0.1)).any()) for p in rng.uniform(size=(4000, 20))]
        assert abs(float(np.mean(any_call)) - 0.1) < 4 * math.sqrt(0.1 * 0.9 / 4000)
