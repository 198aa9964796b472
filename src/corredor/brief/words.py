"""How the brief says things: periods, counts of a model, verdicts, modes, directions and states."""

from __future__ import annotations

from datetime import date
from math import floor, log10

from corredor.brief.language import Language
from corredor.brief.model import Judgement
from corredor.record.entries import Frequency

# Every text below that is chosen by a value of the data; the catalogue must hold each of them.
MODES = {
    "foot": "pedestrians",
    "car": "cars",
    "bus": "buses",
    "truck": "trucks",
    "rail": "rail",
    "air": "air",
    "vehicle": "vehicles",
    "all": "all traffic",
}
DIRECTIONS = {"northbound": "northbound", "southbound": "southbound", "all": "both directions"}
STATUSES = {"open": "open", "limited": "limited", "closed": "closed", "unknown": "unknown"}
CALLS = {
    "within usual variation": "within usual variation",
    "unusual single period": "unusual single period",
    "sustained change": "sustained change",
    "not enough data": "not enough data",
    "source incomplete or changed": "source incomplete or changed",
}
# Why a verdict is about the data and not about the count.
REASONS = {
    "partial": "the newest period is only part of one",
    "behind-siblings": "the newest period is missing while related series have it",
    "gap": "months are missing",
    "short-history": "the history is too short",
    "small-counts": "the counts are too small",
    "few-errors": "too few past errors to give a range",
    "cumulative": "a running total is not judged",
    "not-monthly": "only monthly series are judged",
}
SIDES = {"high": "high side", "low": "low side"}


def period(language: Language, frequency: Frequency, start: date, end: date) -> str:
    """A period as a reader says it: Nov 2023, week of 18 Dec 2023, 2022, 5–12 Dec 2023."""
    days = (end - start).days
    if frequency is Frequency.YEAR:
        return str(start.year)
    if frequency is Frequency.MONTH or (start.day == 1 and end.day == 1 and days in {28, 29, 30, 31}):
        return language.month(start)
    if frequency is Frequency.WEEK:
        return language("week of {day}", day=language.day(start))
    if days == 1:
        return language.day(start)
    last = date.fromordinal(end.toordinal() - 1)
    return f"{language.day(start, year=start.year != last.year)}–{language.day(last)}"


def about(value: float, digits: int = 3) -> float:
    """A model's count rounded to so many significant digits, so that it does not claim more than it knows."""
    if value == 0:
        return 0.0
    step: int = 10 ** max(0, floor(log10(abs(value))) + 1 - digits)
    return float(round(value / step) * step)


def model_range(language: Language, low: float | None, high: float | None) -> str:
    """A model's range in words, rounded to three digits; "no range yet" where it gives none."""
    if low is None or high is None:
        return language("no range yet")
    return f"{language.number(about(max(low, 0.0)))}–{language.number(about(high))}"


def call(language: Language, verdict: Judgement) -> str:
    """The verdict's call with its side."""
    text = language(CALLS[verdict.call])
    return f"{text} ({language(SIDES[verdict.side])})" if verdict.side else text


def upper_first(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
