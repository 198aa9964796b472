"""How good the monthly forecasts are: `python benchmarks/signals.py`.

Rolling origins on the embedded corridor's Border Patrol series, beside the naive and the seasonal naive
forecast with the same kind of interval. Everything that is chosen is chosen by the model from months
before the origin. Results go to benchmarks/results/signals.json.
"""

from __future__ import annotations

import json
import math
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from corredor.corridor import corridor_batch
from corredor.moment import add_months
from corredor.signals.conformal import Intervals
from corredor.signals.model import DEFAULT, Fit, Floats, fit, later_changes

RESULTS = Path(__file__).parent / "results" / "signals.json"
HORIZONS = (1, 3, 6)
ALPHAS = (0.20, 0.05)
SECTORS = [
    "big-bend",
    "del-rio",
    "el-centro",
    "el-paso",
    "laredo",
    "rio-grande-valley",
    "san-diego",
    "tucson",
    "yuma",
]


def load(keys: Sequence[str]) -> tuple[Floats, date]:
    """Monthly figures of those series from the embedded corridor, (S, T), and the first month."""
    figures = corridor_batch(None).figures
    frame = figures.filter(figures["series"].is_in(keys)).sort("series", "start", "known_at")
    newest = frame.unique(["series", "start"], keep="last").sort("series", "start")
    wide = newest.pivot(on="series", index="start", values="value").sort("start")
    months = [start.year * 12 + start.month for start in wide["start"]]
    if months != list(range(months[0], months[0] + len(months))):
        raise SystemExit("the series have holes")
    return wide.select(keys).to_numpy().T.astype(float), wide["start"][0]


def naive(fitted: Fit, lag: int) -> Fit:
    """The same group forecast by its last month (lag 1) or by the same month a year ago (lag 12)."""
    logs = fitted.logs
    horizons = fitted.centres.shape[2]
    centres = np.repeat(logs[..., None], horizons, axis=2)
    if lag == 12:
        centres = np.full(centres.shape, np.nan)
        for h in range(1, horizons + 1):
            centres[:, 12 - h :, h - 1] = logs[:, : logs.shape[1] - 12 + h]
    errors = later_changes(logs, horizons) + logs[..., None] - centres
    errors[np.isnan(fitted.errors)] = np.nan
    return replace(fitted, centres=centres, errors=errors)


METHODS: dict[str, Callable[[Fit], Fit]] = {
    "corredor": lambda fitted: fitted,
    "naive": lambda fitted: naive(fitted, 1),
    "seasonal naive": lambda fitted: naive(fitted, 12),
}


def score(
    values: Floats,
    fitted: Fit,
    intervals: Intervals,
    rows: Sequence[int],
    origins: Sequence[int],
    horizon: int,
) -> dict[str, float]:
    """MAPE and coverage in per cent and the weighted interval score of the median, 80% and 95%."""
    kept = [origin for origin in origins if origin + horizon < values.shape[1]]
    apes, within, scores = [], {alpha: [] for alpha in ALPHAS}, []
    for row in rows:
        for origin in kept:
            outcome, centre = values[row, origin + horizon], fitted.centres[row, origin, horizon - 1]
            median = math.exp(centre)
            apes.append(abs(median - outcome) / outcome)
            total = 0.5 * abs(outcome - median)
            for alpha in ALPHAS:
                width = intervals.half_width(row, origin, horizon, alpha)
                low, high = math.exp(centre - width), math.exp(centre + width)
                within[alpha].append(low <= outcome <= high)
                missed = max(low - outcome, 0.0) + max(outcome - high, 0.0)
                total += alpha / 2 * (high - low + 2 / alpha * missed)
            scores.append(total / (len(ALPHAS) + 0.5))
    return {
        "n": len(apes),
        "mape": round(100 * float(np.mean(apes)), 1),
        "cover80": round(100 * float(np.mean(within[0.20])), 1),
        "cover95": round(100 * float(np.mean(within[0.05])), 1),
        "wis": round(float(np.mean(scores))),
    }


def case(values: Floats, first: date, origins: Sequence[int]) -> dict[str, object]:
    """Every method on one set of series; row 0 is the total, the others are its sectors."""
    begun = time.perf_counter()
    ours = fit(values, first.month - 1)
    table: dict[str, dict[str, dict[str, float]]] = {}
    for name, method in METHODS.items():
        fitted = method(ours)
        intervals = Intervals(fitted)
        table[name] = {
            f"{target}, {horizon}": score(values, fitted, intervals, rows, origins, horizon)
            for target, rows in (("total", [0]), ("sectors", range(1, values.shape[0])))
            for horizon in HORIZONS
        }
    return {
        "origins": [
            add_months(first, origins[0]).isoformat()[:7],
            add_months(first, origins[-1]).isoformat()[:7],
        ],
        "shrink": [float(ours.shrink[origin]) for origin in origins],
        "seconds": round(time.perf_counter() - begun, 2),
        "methods": table,
    }


def speed() -> dict[str, float]:
    """Seconds for one judgement's worth of arithmetic: 40 series of 300 months, all horizons."""
    rng = np.random.default_rng(1)
    values = np.exp(8 + np.cumsum(rng.normal(0, 0.1, (40, 300)), axis=1))
    runs = []
    for _ in range(5):
        begun = time.perf_counter()
        fitted = fit(values, 0)
        intervals = Intervals(fitted)
        for horizon in range(1, DEFAULT.horizons + 1):
            for alpha in ALPHAS:
                intervals.half_width(0, 299, horizon, alpha)
        runs.append(time.perf_counter() - begun)
    return {"series": 40, "months": 300, "best_of": len(runs), "seconds": round(min(runs), 3)}


def main() -> None:
    """Measure, print the table and write the results."""
    old, old_first = load(
        ["usbp.encounters.southwest.month", *(f"usbp.encounters.sector.{name}.month" for name in SECTORS)]
    )
    rounded, new_first = load([f"ohss.encounters.sector.{name}.month" for name in SECTORS])
    new = np.vstack([rounded.sum(axis=0), rounded])
    last = old.shape[1] - 1 - max(HORIZONS)
    results = {
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "speed": speed(),
        "FY2000-FY2020, 48 origins every third month": case(
            old, old_first, range(last - 3 * 47, last + 1, 3)
        ),
        "October 2020-September 2024, monthly origins": case(
            new, new_first, range(new.shape[1] - 48, new.shape[1] - 1)
        ),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    for name, found in results.items():
        if not isinstance(found, dict) or "methods" not in found:
            print(name, found)
            continue
        print(f"\n{name}: MAPE % / coverage 80 / coverage 95 / WIS")
        for target in found["methods"]["corredor"]:
            cells = [
                f"{method} {s[target]['mape']:.1f} / {s[target]['cover80']:.0f} / {s[target]['cover95']:.0f}"
                f" / {s[target]['wis']:,.0f}"
                for method, s in found["methods"].items()
            ]
            print(f"{target:12}" + "   ".join(cells))


if __name__ == "__main__":
    main()
