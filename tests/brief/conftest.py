"""Briefs of the embedded corridor, each made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache

import pytest

from corredor.brief import Brief, make_brief
from corredor.corridor import Corridor
from corredor.corridor.selection import read_selection
from corredor.moment import end_of_day
from corredor.record import Record
from corredor.situation import Situation

# Later than the newest figure of the embedded corridor became known.
TODAY = datetime(2026, 6, 1, tzinfo=UTC)

At = Callable[[date | datetime], Situation]
Make = Callable[..., Brief]


@pytest.fixture(scope="session")
def at(embedded: Record, embedded_corridor: Corridor) -> At:
    """The embedded corridor's situation as of a date or moment."""

    def situation(as_of: date | datetime) -> Situation:
        moment = as_of if isinstance(as_of, datetime) else end_of_day(as_of, embedded_corridor.zone)
        return Situation(embedded, embedded_corridor, moment)

    return situation


@pytest.fixture(scope="session")
def make(at: At) -> Make:
    """The embedded corridor's brief: ``make(as_of, since=None, hindsight=None, lang="en")``."""
    selection = read_selection()

    @cache
    def made(
        as_of: date | datetime,
        since: date | datetime | None = None,
        hindsight: date | datetime | None = None,
        lang: str = "en",
    ) -> Brief:
        return make_brief(
            at(as_of),
            selection=selection,
            since=at(since) if since else None,
            hindsight=at(hindsight) if hindsight else None,
            lang=lang,
        )

    return made
