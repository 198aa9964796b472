from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.signals.conformal import Intervals
from corredor.signals.model import DEFAULT, Settings, fit, later_changes, log_counts, seasonal_profiles
from tests.reference import signals as slow

SMALL = Settings(shrinks=(0.0, 0.5, 1.0), memories=(2, 3), horizons=3)


def walk(seed: int, series: int = 3, months: int = 90, season: float = 0.3) -> np.ndarray:
    """Counts that walk, with a common season."""
    rng = np.random.default_rng(seed)
    profile = season * np.sin(2 * np.pi * np.arange(months) / 12)
    return np.exp(8 + profile + np.cumsum(rng.normal(0, 0.08, (series, months)), axis=1))


class TestAgainstTheSlowReference:
    @pytest.mark.parametrize("seed", range(3))
    def test_shrink_memory_forecast_and_error(self, seed):
        values = walk(seed, months=44)
        values[0, :9] = np.nan
        values[1, 20] = np.nan
        fitted = fit(values, 9, SMALL)
        logs = log_counts(values, SMALL.floor).tolist()
        for origin in (12, 20, 30, 43):
            memory, shrink = slow.choose(logs, 9, origin, SMALL)
            assert (fitted.memory[origin], fitted.shrink[origin]) == (memory, pytest.approx(shrink))
            for row, horizon in ((0, 1), (1, 2), (2, 3)):
                season = slow.step(logs[row], 9, memory=memory, origin=origin, horizon=horizon)
                centre = logs[row][origin] + shrink * season
                assert fitted.centres[row, origin, horizon - 1] == pytest.approx(centre, nan_ok=True)
                came = slow.change(logs[row], origin, horizon, SMALL)
                assert fitted.errors[row, origin, horizon - 1] == pytest.approx(
                    came - shrink * season, nan_ok=True
                )

    @given(st.integers(0, 11), st.integers(2, 6), st.integers(3, 60))
    @settings(max_examples=30)
    def test_profiles(self, first_month, memory, months):
        logs = np.log(walk(months, series=1, months=months))
        if months > 10:
            logs[0, 7] = np.nan
        profiles = seasonal_profiles(logs, first_month, memory)
        for origin in {0, months // 2, months - 1}:
            expected = slow.season(logs[0].tolist(), first_month, memory, origin)
            np.testing.assert_allclose(profiles[0, origin], expected, atol=1e-12)


class TestNoLookAhead:
    @given(st.integers(30, 80), st.integers(0, 1000))
    @settings(max_examples=15)
    def test_what_comes_after_the_origin_changes_nothing(self, origin, seed):
        values = walk(1)
        later = values.copy()
        later[:, origin + 1 :] = np.exp(
            np.random.default_rng(seed).normal(6, 3, later[:, origin + 1 :].shape)
        )
        before, after = fit(values, 3), fit(later, 3)
        np.testing.assert_array_equal(before.centres[:, origin], after.centres[:, origin])
        for horizon in (1, 3, 6):
            for alpha in (0.2, 0.05):
                widths = [
                    Intervals(fitted).half_width(1, origin, horizon, alpha) for fitted in (before, after)
                ]
                assert widths[0] == widths[1]


class TestShrink:
    def test_a_lasting_season_is_used(self):
        fitted = fit(walk(2, series=5, months=200, season=0.6), 0)
        assert fitted.shrink[-1] >= 0.8

    def test_where_the_season_fades_little_of_it_is_left(self):
        values = walk(3, series=6, months=300, season=0.6)
        faded = walk(4, series=6, months=300, season=0.0)
        values[:, 150:] = faded[:, 150:] * (values[:, 149:150] / faded[:, 149:150])
        fitted = fit(values, 0, Settings(memories=(12,)))
        assert fitted.shrink[145] >= 0.8
        assert fitted.shrink[220] <= 0.1

    def test_before_any_outcome_is_known_there_is_none(self):
        assert fit(walk(5), 0).shrink[: DEFAULT.burn_in].max() == 0.0


def test_scaling_moves_forecasts_in_proportion_and_leaves_errors():
    values = walk(6)
    ours, scaled = fit(values, 0), fit(values * 7.5, 0)
    np.testing.assert_allclose(scaled.centres, ours.centres + np.log(7.5))
    np.testing.assert_allclose(scaled.errors, ours.errors, atol=1e-9)


def test_counts_under_the_floor_are_raised_to_it():
    np.testing.assert_array_equal(log_counts(np.array([0.0, 3.0, 10.0]), 10.0), np.log([10.0, 10.0, 10.0]))


def test_later_changes_end_with_the_history():
    changes = later_changes(np.array([[0.0, 1.0, 3.0]]), 4)
    np.testing.assert_array_equal(changes[0, :, 0], [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(changes[0, :, 1], [3.0, np.nan, np.nan])
    assert np.isnan(changes[0, :, 2:]).all()
