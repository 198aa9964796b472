from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor import corridor_batch
from corredor.errors import InputError
from corredor.moment import add_months
from corredor.record.entries import Flag, Frequency, Series, SeriesKind
from corredor.signals import Call, Side, Verdict, expected, forecast, judge
from tests.signals.test_model import walk

FIRST = date(2010, 1, 1)
LAG = 20


@dataclass
class Told:
    """A situation of figures that a test made up; figures known later are not told."""

    frame: pl.DataFrame
    as_of: datetime
    kinds: Mapping[str, SeriesKind]

    def panel(self, keys: Sequence[str], /) -> pl.DataFrame:
        newest = self.vintages(keys).unique(["series", "start", "end"], keep="last", maintain_order=True)
        return newest.sort("series", "start", "end")

    def vintages(self, keys: Sequence[str], /) -> pl.DataFrame:
        known = pl.col("known_at") <= self.as_of
        return self.frame.filter(pl.col("series").is_in(list(keys)) & known).sort(
            "series", "start", "known_at"
        )

    def series(self, pattern: str | None, /) -> list[Series]:
        keys = [
            key
            for key in self.frame["series"].unique().to_list()
            if pattern is None or fnmatchcase(key, pattern)
        ]
        return [self._series(key) for key in keys]

    def _series(self, key: str) -> Series:
        kind = self.kinds.get(key, SeriesKind.FLOW)
        return Series(key, key, "count", "events", "p", Frequency.MONTH, kind, "p", "UTC")


def told(counts: Mapping[str, Sequence[float | None]], *, flags: int = 0, first: date = FIRST) -> Told:
    """Monthly series from ``first``, each known 20 days after its month; None leaves a month out."""
    rows = []
    for key, values in counts.items():
        for t, value in enumerate(values):
            if value is not None:
                start, end = add_months(first, t), add_months(first, t + 1)
                known = datetime(end.year, end.month, 1, tzinfo=UTC) + timedelta(days=LAG)
                rows.append((key, start, end, float(value), None, None, known, flags, "s"))
    schema: dict[str, type[pl.DataType] | pl.DataType] = {
        "series": pl.String, "start": pl.Date, "end": pl.Date, "value": pl.Float64, "low": pl.Float64,
        "high": pl.Float64, "known_at": pl.Datetime("us", "UTC"), "flags": pl.Int32, "source": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return Told(frame, max(frame["known_at"]) + timedelta(days=1), {})


def siblings(
    values: np.ndarray, names: Sequence[str] = ("a", "b", "c", "d")
) -> dict[str, list[float | None]]:
    return {f"x.y.{name}.month": row.round().tolist() for name, row in zip(names, values, strict=False)}


def one(verdicts: Sequence[Verdict], key: str) -> Verdict:
    return next(verdict for verdict in verdicts if verdict.series == key)


def number(value: float | None) -> float:
    assert value is not None
    return value


KEYS = [f"x.y.{name}.month" for name in "abcd"]


class TestCalls:
    def test_an_ordinary_month_lies_within(self):
        verdict = judge(told(siblings(walk(1, series=4))), KEYS)[0]
        assert verdict.call is Call.WITHIN
        assert (verdict.looked_at, verdict.months, verdict.reason) == (4, 90, "")
        assert verdict.p_value is not None
        # Two tests, each wrong once in five years.
        assert verdict.false_call_years == pytest.approx(2.5)

    @pytest.mark.parametrize(("factor", "side"), [(3.0, Side.HIGH), (0.3, Side.LOW)])
    def test_a_single_leap_is_unusual(self, factor, side):
        values = walk(1, series=4)
        values[2, -1] *= factor
        verdicts = judge(told(siblings(values)), KEYS)
        assert (verdicts[2].call, verdicts[2].side) == (Call.UNUSUAL, side)
        assert number(verdicts[2].false_call_years) >= 5.0
        assert [verdict.call for verdict in verdicts].count(Call.UNUSUAL) == 1

    def test_the_next_figure_that_would_be_called(self):
        situation = told(siblings(walk(1, series=4)))
        verdict = judge(situation, KEYS)[1]
        below, above = number(verdict.changes_below), number(verdict.changes_above)
        assert below < forecast(situation, KEYS[1:2], 1)[0].median < above
        counts = siblings(walk(1, series=4))
        for name, row in counts.items():
            row.append(row[-1] if name != KEYS[1] else above * 1.5)
        assert judge(told(counts), KEYS)[1].call is Call.UNUSUAL

    def test_months_of_growth_are_a_sustained_change(self):
        calls = []
        values = walk(1, series=4, months=110, season=0.0)
        values[0, 100:] = values[0, 99] * 1.12 ** np.arange(1, 11)
        for months in range(101, 111):
            calls.append(judge(told(siblings(values[:, :months])), KEYS)[0])
        sustained = [verdict for verdict in calls if verdict.call is Call.SUSTAINED]
        assert sustained
        assert all(verdict.side is Side.HIGH for verdict in sustained)
        assert sustained[0].false_call_years == 5.0

    def test_few_calls_on_flat_noise(self):
        counts = np.random.default_rng(5).poisson(3000, (4, 110)).astype(float)
        verdicts = [
            verdict
            for months in range(90, 110)
            for verdict in judge(told(siblings(counts[:, :months])), KEYS)
        ]
        called = [verdict for verdict in verdicts if verdict.call is not Call.WITHIN]
        assert len(verdicts) == 80
        assert len(called) <= 4


class TestWhatCannotBeJudged:
    def test_a_short_history(self):
        verdict = judge(told(siblings(walk(1, series=1)[:, :20])), KEYS)[0]
        assert (verdict.call, verdict.reason) == (Call.NOT_ENOUGH, "short-history")
        assert forecast(told(siblings(walk(1, series=1)[:, :20])), KEYS) == []

    def test_too_few_errors_to_rank_among(self):
        verdict = judge(told(siblings(walk(1, series=1)[:, :40])), KEYS)[0]
        assert (verdict.call, verdict.reason) == (Call.NOT_ENOUGH, "few-errors")

    def test_counts_under_the_floor(self):
        counts = np.random.default_rng(1).poisson(3, (4, 90)).astype(float)
        assert {verdict.reason for verdict in judge(told(siblings(counts)), KEYS)} == {"small-counts"}

    def test_a_partial_month_is_not_compared_and_not_learnt_from(self):
        situation = told(siblings(walk(1, series=4)))
        last = pl.col("start") == situation.frame["start"].max()
        partial = pl.when(last).then(int(Flag.PARTIAL)).otherwise(0).cast(pl.Int32)
        situation.frame = situation.frame.with_columns(partial.alias("flags"))
        verdict = judge(situation, KEYS)[0]
        assert (verdict.call, verdict.reason) == (Call.INCOMPLETE, "partial")
        assert verdict.low95 is None
        assert forecast(situation, KEYS)[0].start == verdict.start

    def test_a_month_that_siblings_have_had_for_long(self):
        counts = siblings(walk(1, series=4))
        counts[KEYS[3]][-1] = None
        late = told(counts)
        assert one(judge(late, KEYS), KEYS[3]).call is Call.WITHIN
        late.as_of += timedelta(days=40)
        verdict = one(judge(late, KEYS), KEYS[3])
        assert (verdict.call, verdict.reason) == (Call.INCOMPLETE, "behind-siblings")

    def test_a_gap(self):
        counts = siblings(walk(1, series=4))
        counts[KEYS[0]][-4] = None
        assert judge(told(counts), KEYS)[0].reason == "gap"

    def test_running_totals_and_other_rhythms(self):
        situation = told(siblings(walk(1, series=4)))
        situation.kinds = {KEYS[0]: SeriesKind.CUMULATIVE}
        weekly = (pl.col("series") == KEYS[1]).alias("weekly")
        end = pl.when(weekly).then(pl.col("start") + pl.duration(days=7)).otherwise(pl.col("end"))
        situation.frame = situation.frame.with_columns(end.alias("end"))
        assert [verdict.reason for verdict in judge(situation, KEYS)][:2] == ["cumulative", "not-monthly"]

    def test_a_series_without_figures_gets_no_verdict(self):
        situation = told(siblings(walk(1, series=4)))
        assert judge(situation, ["x.y.unheard-of.month"]) == []
        assert forecast(situation, ["x.y.unheard-of.month"]) == []


class TestLaws:
    @given(st.permutations(KEYS))
    @settings(max_examples=8)
    def test_relabelling_changes_no_verdict(self, names):
        values = walk(3, series=4)
        values[1, -1] *= 2.5
        plain = judge(told(siblings(values)), KEYS)
        mixed = told(dict(zip(names, siblings(values).values(), strict=True)))
        for verdict, name in zip(plain, names, strict=True):
            other = one(judge(mixed, KEYS), name)
            assert (verdict.call, verdict.side, verdict.p_value) == (other.call, other.side, other.p_value)
            assert verdict.expected == pytest.approx(other.expected)

    @given(st.sampled_from((2.0, 3.0, 10.0, 1000.0)))
    @settings(max_examples=4)
    def test_scaling_counts_leaves_calls(self, factor):
        values = walk(4, series=4).round()
        values[0, -1] *= 3
        plain, scaled = judge(told(siblings(values)), KEYS), judge(told(siblings(values * factor)), KEYS)
        for verdict, other in zip(plain, scaled, strict=True):
            assert (verdict.call, verdict.side) == (other.call, other.side)
            assert other.high95 == pytest.approx(number(verdict.high95) * factor)

    def test_what_becomes_known_later_changes_nothing(self):
        values = walk(5, series=4, months=100)
        early = told(siblings(values[:, :80]))
        late = told(siblings(values))
        late.as_of = early.as_of
        assert judge(late, KEYS) == judge(early, KEYS)
        assert forecast(late, KEYS) == forecast(early, KEYS)

    def test_ranges_are_nested_and_hold_the_median(self):
        for item in forecast(told(siblings(walk(6, series=4))), KEYS, 6):
            bounds = [number(item.low95), number(item.low80), item.median, number(item.high80)]
            assert sorted(bounds) == bounds
            assert number(item.high80) <= number(item.high95)

    def test_the_expected_value_was_the_forecast_of_the_month_before(self):
        values = walk(7, series=4)
        before = forecast(told(siblings(values[:, :-1])), KEYS, 1)
        now = expected(told(siblings(values)), KEYS)
        for item in before:
            assert now[item.series].median == pytest.approx(item.median)
            assert now[item.series].high95 == pytest.approx(item.high95)


class TestForecast:
    def test_months_and_due_dates(self):
        items = forecast(told(siblings(walk(8, series=4))), [KEYS[2]], 3)
        assert [item.start for item in items] == [date(2017, 7, 1), date(2017, 8, 1), date(2017, 9, 1)]
        assert items[0].origin_start == date(2017, 6, 1)
        assert items[0].next_due == date(2017, 8, 1) + timedelta(days=LAG)

    @pytest.mark.parametrize("horizon", [0, 7])
    def test_a_horizon_that_is_not_offered(self, horizon):
        with pytest.raises(InputError, match="1 to 6"):
            forecast(told(siblings(walk(8, series=4))), KEYS, horizon)

    def test_a_later_vintage_is_said(self):
        situation = told(siblings(walk(8, series=4)), flags=int(Flag.LATER_VINTAGE))
        assert forecast(situation, KEYS)[0].pseudo_real_time
        assert judge(situation, KEYS)[0].pseudo_real_time


class TestLentHistory:
    def test_a_young_sector_learns_from_the_older_release(self):
        old = walk(9, series=3, months=100).round()
        young = {f"cbp.encounters.sector.{name}.month": [None] * 90 + (row[90:] * 1.01).tolist()
                 for name, row in zip("abc", old, strict=True)}  # fmt: skip
        key = "cbp.encounters.sector.a.month"
        assert judge(told(young), [key])[0].reason == "short-history"
        lent = {
            f"usbp.encounters.sector.{name}.month": row[:95].tolist()
            for name, row in zip("abc", old, strict=True)
        }
        verdict = judge(told({**young, **lent}), [key])[0]
        assert (verdict.reason, verdict.months, verdict.looked_at) == ("", 10, 1)
        assert verdict.observed == pytest.approx(old[0, 99] * 1.01)


@pytest.fixture(scope="module")
def embedded() -> Told:
    """The embedded corridor's older Border Patrol series."""
    figures = corridor_batch(None).figures.filter(pl.col("series").str.starts_with("usbp.encounters."))
    return Told(figures, datetime(2017, 3, 28, tzinfo=UTC), {})


class TestRealSeries:
    def test_february_2017_is_unusual_and_low(self, embedded):
        verdict = judge(embedded, ["usbp.encounters.southwest.month"])[0]
        assert (verdict.start, verdict.observed) == (date(2017, 2, 1), 18754.0)
        assert (verdict.call, verdict.side) == (Call.UNUSUAL, Side.LOW)
        assert number(verdict.observed) < number(verdict.low95)
        assert verdict.pseudo_real_time

    def test_a_quiet_month_before_it_is_not(self, embedded):
        quiet = replace(embedded, as_of=datetime(2015, 11, 25, tzinfo=UTC))
        verdict = judge(quiet, ["usbp.encounters.southwest.month"])[0]
        assert verdict.call is Call.WITHIN
        assert number(verdict.changes_above) > number(verdict.high95)
