"""Verdicts and forecasts of the series of a situation: what a brief says about a count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from corredor.errors import InputError
from corredor.moment import add_months
from corredor.record.entries import Flag
from corredor.signals.change import RUN_LENGTH_MONTHS, cusum, false_discovery_cut, normal_scores
from corredor.signals.conformal import Intervals, p_value
from corredor.signals.history import History, Known, Row, due, histories
from corredor.signals.model import DEFAULT, Fit, Floats, Settings, fit
from corredor.signals.results import Call, Expected, Forecast, Side, Verdict

# A single series is called unusual at most once in five years by chance, as often as the CUSUM is wrong.
CALL_LEVEL = 1.0 / RUN_LENGTH_MONTHS
# Of all calls made over the series looked at together, at most this share is expected to be false.
FALSE_DISCOVERY_RATE = 0.10
LEAST_MONTHS = 24
# A sibling's figure that has been out for so long shows that this series' own is missing.
MISSING_AFTER_DAYS = 30
RECENT_MONTHS = 12
# A bound further away than this factor says nothing to a reader, and is not given.
FURTHEST_FACTOR = 20.0


@dataclass(frozen=True)
class _Judged:
    """A fitted group."""

    history: History
    fitted: Fit
    intervals: Intervals

    def newest(self, i: int) -> int | None:
        """Column of the newest whole month of a row, None where it has none."""
        return max(self.history.rows[i].own, default=None)

    def span(self, i: int, origin: int, horizon: int, alpha: float) -> tuple[float | None, float | None]:
        """Ends of an interval as counts."""
        width = self.intervals.half_width(i, origin, horizon, alpha)
        if not math.isfinite(width):
            return None, None
        centre = float(self.fitted.centres[i, origin, horizon - 1])
        return math.exp(centre - width), math.exp(centre + width)


def _judged(situation: Known, keys: Sequence[str], settings: Settings) -> list[_Judged]:
    found = []
    for history in histories(situation, keys):
        fitted = fit(history.values, history.first.month - 1, settings)
        found.append(_Judged(history, fitted, Intervals(fitted, settings)))
    return found


def forecast(
    situation: Known, keys: Sequence[str], horizon: int = 3, *, settings: Settings = DEFAULT
) -> list[Forecast]:
    """Forecast the next months of monthly series, in the order of ``keys``, nearest month first.

    A series that is not monthly, is a running total or has fewer than `LEAST_MONTHS` months gets none.

    Raises:
        InputError: a horizon outside 1 to ``settings.horizons``.
    """
    _require(horizon, settings)
    return _forecasts(_judged(situation, keys, settings), keys, horizon, situation.as_of)


def assess(
    situation: Known,
    keys: Sequence[str],
    ahead: Sequence[str],
    horizon: int = 3,
    *,
    settings: Settings = DEFAULT,
) -> tuple[list[Verdict], list[Forecast]]:
    """`judge` the series ``keys`` and `forecast` the series ``ahead`` of them, fitting each group once.

    Raises:
        InputError: a horizon outside 1 to ``settings.horizons``.
    """
    _require(horizon, settings)
    fitted = _judged(situation, list(dict.fromkeys([*keys, *ahead])), settings)
    return _verdicts(fitted, keys), _forecasts(fitted, ahead, horizon, situation.as_of)


def _require(horizon: int, settings: Settings) -> None:
    if not 1 <= horizon <= settings.horizons:
        raise InputError(f"cannot forecast {horizon} months ahead", accepted=f"1 to {settings.horizons}")


def _forecasts(
    fitted: Sequence[_Judged], keys: Sequence[str], horizon: int, as_of: datetime
) -> list[Forecast]:
    found: dict[str, list[Forecast]] = {}
    for judged in fitted:
        for i, row in enumerate(judged.history.rows):
            origin = judged.newest(i)
            if row.key in keys and origin is not None and not _too_little(judged, i):
                found[row.key] = [_ahead(judged, i, origin, h, as_of) for h in range(1, horizon + 1)]
    return [item for key in dict.fromkeys(keys) for item in found.get(key, [])]


def _ahead(judged: _Judged, i: int, origin: int, horizon: int, as_of: datetime) -> Forecast:
    row, start = judged.history.rows[i], judged.history.month(origin + horizon)
    low80, high80 = judged.span(i, origin, horizon, 0.20)
    low95, high95 = judged.span(i, origin, horizon, 0.05)
    return Forecast(
        series=row.key,
        horizon=horizon,
        start=start,
        end=add_months(start, 1),
        median=math.exp(float(judged.fitted.centres[i, origin, horizon - 1])),
        low80=low80,
        high80=high80,
        low95=low95,
        high95=high95,
        made_as_of=as_of,
        origin_start=judged.history.month(origin),
        pseudo_real_time=row.later_vintage,
        next_due=due(row, start),
    )


def expected(situation: Known, keys: Sequence[str], *, settings: Settings = DEFAULT) -> dict[str, Expected]:
    """What the newest month of each series was expected to be, from the months before it."""
    return {
        row.key: _expected(judged, i)
        for judged in _judged(situation, keys, settings)
        for i, row in enumerate(judged.history.rows)
        if row.key in keys
    }


def _expected(judged: _Judged, i: int) -> Expected:
    newest = judged.newest(i)
    if newest is None or newest == 0 or math.isnan(judged.fitted.centres[i, newest - 1, 0]):
        return Expected()
    origin = newest - 1
    low80, high80 = judged.span(i, origin, 1, 0.20)
    low95, high95 = judged.span(i, origin, 1, 0.05)
    score = float(judged.intervals.scores[i, origin, 0])
    past = judged.intervals.past(origin, 1)
    tested = not math.isnan(score) and past.size > 0
    return Expected(
        median=math.exp(float(judged.fitted.centres[i, origin, 0])),
        low80=low80,
        high80=high80,
        low95=low95,
        high95=high95,
        p_value=p_value(past, score) if tested else None,
    )


def judge(situation: Known, keys: Sequence[str], *, settings: Settings = DEFAULT) -> list[Verdict]:
    """Judge the newest figure of each series, in the order of ``keys``.

    The series are tested together: the more are looked at, the further out a figure must lie. A key
    without any figure known at the moment gets no verdict.
    """
    return _verdicts(_judged(situation, keys, settings), keys)


def _verdicts(fitted: Sequence[_Judged], keys: Sequence[str]) -> list[Verdict]:
    draft: dict[str, tuple[_Judged, int, Verdict]] = {}
    for judged in fitted:
        for i, row in enumerate(judged.history.rows):
            if row.key in keys:
                draft[row.key] = (judged, i, _draft(judged, i))
    tested = [v.p_value for _, _, v in draft.values() if v.reason == "" and v.p_value is not None]
    cut = min(CALL_LEVEL, false_discovery_cut(np.asarray(tested), FALSE_DISCOVERY_RATE))
    return [
        _called(*draft[key], cut=cut, looked_at=len(tested)) for key in dict.fromkeys(keys) if key in draft
    ]


def _draft(judged: _Judged, i: int) -> Verdict:
    """A verdict before the series are looked at together: the test itself is still open."""
    row, seen = judged.history.rows[i], _expected(judged, i)
    partial = bool(row.flags & Flag.PARTIAL)
    if partial:
        # The range is that of the last whole month; beside part of a month it would mislead.
        seen = Expected()
    side = None
    incomplete = "partial" if partial else _incomplete(judged, i)
    reason = incomplete or _too_little(judged, i)
    if not reason and row.value is not None and seen.median is not None:
        side = Side.HIGH if row.value >= seen.median else Side.LOW
    return Verdict(
        series=row.key,
        start=row.start,
        end=row.end,
        observed=row.value,
        expected=seen.median,
        low80=seen.low80,
        high80=seen.high80,
        low95=seen.low95,
        high95=seen.high95,
        call=Call.INCOMPLETE if incomplete else Call.NOT_ENOUGH if reason else Call.WITHIN,
        side=side,
        false_call_years=None,
        looked_at=0,
        p_value=seen.p_value,
        changes_below=None,
        changes_above=None,
        next_due=due(row, row.end) if row.reason != "not-monthly" else None,
        months=len(row.own),
        known_at=row.known_at,
        source=row.source,
        flags=row.flags,
        pseudo_real_time=row.later_vintage,
        reason=reason,
    )


def _called(judged: _Judged, i: int, draft: Verdict, *, cut: float, looked_at: int) -> Verdict:
    """The verdict once the level for all series together is known."""
    newest = judged.newest(i)
    if draft.reason or newest is None or draft.p_value is None:
        return replace(draft, looked_at=looked_at)
    if 1.0 / (judged.intervals.past(newest - 1, 1).size + 1) > cut:
        return replace(draft, call=Call.NOT_ENOUGH, side=None, reason="few-errors", looked_at=looked_at)
    alarm = int(cusum(normal_scores(judged.intervals, i)).alarms[newest - 1])
    call, side, years = Call.WITHIN, draft.side, 1.0 / (12.0 * (cut + CALL_LEVEL))
    if draft.p_value <= cut:
        call, years = Call.UNUSUAL, 1.0 / (12.0 * cut)
    elif alarm:
        call, years = Call.SUSTAINED, RUN_LENGTH_MONTHS / 12.0
        side = Side.HIGH if alarm > 0 else Side.LOW
    below, above = judged.span(i, newest, 1, cut)
    if below is not None and above is not None and above > below * FURTHEST_FACTOR**2:
        below = above = None
    return replace(
        draft,
        call=call,
        side=side,
        false_call_years=years,
        looked_at=looked_at,
        changes_below=below,
        changes_above=above,
    )


def _too_little(judged: _Judged, i: int) -> str:
    """Why a series cannot be tested for want of history, or ""."""
    row: Row = judged.history.rows[i]
    if row.reason:
        return row.reason
    # History that another series lent counts: season and spread were learnt from it.
    months = judged.history.values[i]
    months = months[~np.isnan(months)]
    if months.size < LEAST_MONTHS:
        return "short-history"
    # Below the floor all counts look alike to the model.
    return "small-counts" if np.median(months[-RECENT_MONTHS:]) < judged.intervals.settings.floor else ""


def _incomplete(judged: _Judged, i: int) -> str:
    """Why the source of a series looks incomplete, or ""."""
    history, newest = judged.history, judged.newest(i)
    if newest is None or history.rows[i].reason:
        return ""
    publisher = history.rows[i].key.split(".")[0]
    same = [j for j, row in enumerate(history.rows) if row.key.split(".")[0] == publisher]
    long_known: Floats = history.known[same][:, newest + 1 :]
    if np.any(long_known > MISSING_AFTER_DAYS):
        return "behind-siblings"
    own = history.rows[i].own
    recent = range(max(min(own), newest - RECENT_MONTHS), newest)
    return "gap" if any(column not in own for column in recent) else ""
