"""Signals: what a count was expected to be, whether it is unusual, and what comes next."""

from corredor.signals.judge import Call, Expected, Forecast, Side, Verdict, expected, forecast, judge

__all__ = ["Call", "Expected", "Forecast", "Side", "Verdict", "expected", "forecast", "judge"]
