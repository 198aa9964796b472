"""Signals: what a count was expected to be, whether it is unusual, and what comes next."""

from corredor.signals.judge import assess, expected, forecast, judge
from corredor.signals.results import Call, Expected, Forecast, Side, Verdict

__all__ = ["Call", "Expected", "Forecast", "Side", "Verdict", "assess", "expected", "forecast", "judge"]
