"""The monthly model: a log random walk plus a shrunk seasonal profile, on plain arrays.

The forecast of month t + h is the log of month t plus ``shrink`` times the seasonal log changes that
lie between. The profile of a calendar month is the median log change into it over the last ``memory``
years. Shrink and memory are chosen anew at every origin, for the whole group of sibling series, as the
pair with the least decayed absolute error at the origins whose outcome was already known: where the
season fades the shrink falls to 0 and a plain random walk is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """What the model is told beforehand; everything else it learns from the past of the series.

    Attributes:
        floor: counts below it are raised to it before the log, so that a zero is a number. At 10 a count's
            own chance variation is a third: smaller changes cannot be told apart.
        horizons: months ahead that are forecast and that the choice of shrink is judged on.
        shrinks: candidate shares of the seasonal profile.
        memories: candidate years of history that make the profile.
        half_life: months after which a past error counts half in the choice of shrink and memory.
        burn_in: months before the first origin that is scored.
        window: origins whose errors make the intervals.
        scale_half_life: months after which a past error counts half in a series' own spread.
        scale_prior: months' worth of the siblings' spread mixed into a series' own.
        least_errors: errors that a group must have before a spread is read off them.
        least_spread: the least spread in logs that is believed; no series of counts is known to 1%.
        steer: step by which past coverage moves the level of intervals two or more months ahead
            (Gibbs and Candès 2021); 0 leaves the level as asked.
    """

    floor: float = 10.0
    horizons: int = 6
    shrinks: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    memories: tuple[int, ...] = (3, 5, 8, 12)
    half_life: float = 36.0
    burn_in: int = 13
    window: int = 60
    scale_half_life: float = 24.0
    scale_prior: float = 24.0
    least_errors: int = 12
    least_spread: float = 0.01
    steer: float = 0.02


DEFAULT = Settings()


@dataclass(frozen=True)
class Fit:
    """Forecasts and their errors from every origin of a group of S series over T months, H horizons.

    Attributes:
        logs: log counts, (S, T); NaN where there is no figure.
        centres: log forecasts made at origin t for t + h + 1, (S, T, H); NaN where month t is missing.
        errors: outcome less forecast by origin, (S, T, H); NaN where unknown or before the burn-in.
        shrink: share of the seasonal profile used at each origin, (T,).
        memory: years of history of that profile, (T,).
    """

    logs: Floats
    centres: Floats
    errors: Floats
    shrink: Floats
    memory: Ints


def log_counts(values: Floats, floor: float) -> Floats:
    """Logs of counts of any shape, with counts below ``floor`` raised to it; NaN stays NaN."""
    return np.asarray(np.log(np.maximum(values, floor)), dtype=np.float64)


def seasonal_profiles(logs: Floats, first_month: int, memory: int) -> Floats:
    """Median log change into each calendar month over the last ``memory`` years, as known at each month.

    Args:
        logs: (S, T).
        first_month: calendar month of column 0, 0 for January.
        memory: years looked back.

    Returns:
        (S, T, 12), each profile summing to 0: the season carries no drift. A calendar month with fewer
        than two known changes has no seasonal change of its own.
    """
    series, months = logs.shape
    changes = np.full((series, months), np.nan)
    changes[:, 1:] = np.diff(logs, axis=1)
    profiles = np.zeros((series, months, 12))
    for month in range(12):
        first = (month - first_month) % 12
        yearly = changes[:, first::12]
        if yearly.shape[1] == 0:
            continue
        padded = np.concatenate([np.full((series, memory - 1), np.nan), yearly], axis=1)
        medians = _medians(sliding_window_view(padded, memory, axis=1))
        profiles[:, first:, month] = np.repeat(medians, 12, axis=1)[:, : months - first]
    centred: Floats = profiles - profiles.mean(axis=2, keepdims=True)
    return centred


def _medians(windows: Floats) -> Floats:
    """Median of the known values along the last axis; 0 where fewer than two are known."""
    ordered = np.sort(windows, axis=-1)  # NaN last
    known = np.sum(~np.isnan(ordered), axis=-1)
    low = np.maximum(known - 1, 0) // 2
    high = np.minimum(known // 2, windows.shape[-1] - 1)
    middle = np.stack([low, high], axis=-1)
    values: Floats = np.take_along_axis(ordered, middle, axis=-1).mean(axis=-1)
    medians: Floats = np.where(known >= 2, values, 0.0)
    return medians


def seasonal_paths(profiles: Floats, first_month: int, horizons: int) -> Floats:
    """Seasonal log change from month t to month t + h as known at t, (S, T, ``horizons``)."""
    months = np.arange(profiles.shape[1])
    steps = [profiles[:, months, (first_month + months + h) % 12] for h in range(1, horizons + 1)]
    return np.cumsum(np.stack(steps, axis=-1), axis=-1)


def later_changes(logs: Floats, horizons: int) -> Floats:
    """Log change from month t to t + h, (S, T, ``horizons``); NaN where the later month is unknown."""
    changes = np.full((*logs.shape, horizons), np.nan)
    for h in range(1, min(horizons, logs.shape[1] - 1) + 1):
        changes[:, :-h, h - 1] = logs[:, h:] - logs[:, :-h]
    return changes


def fit(values: Floats, first_month: int, settings: Settings = DEFAULT) -> Fit:
    """Forecast a group of sibling series from every month of their history.

    Args:
        values: counts, (S, T), one column a calendar month without holes; NaN where there is no figure.
        first_month: calendar month of column 0, 0 for January.
        settings: see `Settings`.
    """
    logs = log_counts(np.asarray(values, dtype=np.float64), settings.floor)
    shrinks = np.asarray(settings.shrinks)
    paths = np.stack(
        [
            seasonal_paths(seasonal_profiles(logs, first_month, memory), first_month, settings.horizons)
            for memory in settings.memories
        ],
        axis=-1,
    )
    changes = later_changes(logs, settings.horizons)
    started = np.cumsum(~np.isnan(logs), axis=1) >= settings.burn_in
    changes[~started] = np.nan
    # Loss of every candidate, summed over the siblings: (T, H, memories, shrinks).
    loss = np.zeros((logs.shape[1], settings.horizons, len(settings.memories), shrinks.size))
    for row_changes, row_paths in zip(changes, paths, strict=True):
        loss += np.nan_to_num(np.abs(row_changes[..., None, None] - row_paths[..., None] * shrinks))
    chosen = _choose(loss, settings.half_life)
    memory, share = np.unravel_index(chosen, loss.shape[2:])
    months = np.arange(logs.shape[1])
    season = paths[:, months, :, memory].transpose(1, 0, 2) * shrinks[share][:, None]
    return Fit(
        logs=logs,
        centres=logs[..., None] + season,
        errors=changes - season,
        shrink=shrinks[share],
        memory=np.asarray(settings.memories)[memory],
    )


def _choose(loss: Floats, half_life: float) -> Ints:
    """Flat index of the candidate with the least decayed loss among outcomes known at each month, (T,).

    Ties, and the time before any outcome is known, give the first candidate: no season.
    """
    months, horizons = loss.shape[:2]
    # The error made at t - h became known at t: shift before summing over horizons.
    arrived = np.zeros((months, *loss.shape[2:]))
    for h in range(1, min(horizons, months - 1) + 1):
        arrived[h:] += loss[:-h, h - 1]
    decay = 0.5 ** (1.0 / half_life)
    total = np.zeros(loss.shape[2:])
    chosen = np.zeros(months, dtype=np.int64)
    for month in range(months):
        total = total * decay + arrived[month]
        chosen[month] = int(np.argmin(total))
    return chosen
