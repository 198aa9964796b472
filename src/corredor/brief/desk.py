"""What every part of the brief is written from: the situation, the language, the series and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from corredor.brief.language import Language
from corredor.brief.model import Citation
from corredor.moment import day_of
from corredor.record.entries import Flag, Series
from corredor.situation import Situation


@dataclass(frozen=True)
class Desk:
    """A situation on the desk of who writes the brief.

    Attributes:
        language: the language it is written in.
        situation: what is known.
        labels: short names of series, English and Spanish.
    """

    language: Language
    situation: Situation
    labels: Mapping[str, tuple[str, str]]

    @cached_property
    def series(self) -> dict[str, Series]:
        """The series of the record by key."""
        return {series.key: series for series in self.situation.series(None)}

    @property
    def today(self) -> date:
        """The day of the brief in the corridor's zone."""
        return day_of(self.situation.as_of, self.situation.corridor.zone)

    def title(self, key: str) -> str:
        """What a series is called in the brief: its short name, else its title."""
        series = self.series[key]
        return self.language.pick(*self.labels.get(key, (series.title, series.title_es)))

    def day(self, known_at: datetime) -> str:
        """The day on which something became known, in the corridor's zone."""
        return self.language.day(day_of(known_at, self.situation.corridor.zone))

    def cite(self, source: str, known_at: datetime, *, assumed: bool = False) -> Citation:
        """The citation of something that rests on that source."""
        found = self.situation.sources[source]
        return Citation(
            source=source,
            title=found.title,
            publisher=found.publisher,
            kind=found.kind,
            # A folder may come from anywhere: only an address of the web becomes a link.
            url=found.url if found.url.startswith(("http://", "https://")) else "",
            known_at=known_at,
            assumed=assumed,
        )

    def cite_figure(self, row: Mapping[str, Any]) -> Citation:
        """The citation of a row of a panel."""
        assumed = bool(Flag(row["flags"]) & Flag.KNOWN_AT_ASSUMED)
        return self.cite(row["source"], row["known_at"], assumed=assumed)

    def place(self, place: str) -> str:
        """The name of a place, with the port's before a facility's where it does not say it already."""
        corridor, code = self.situation.corridor, self.language.code
        name = corridor.name_of(place, code)
        here = corridor.places.get(place)
        whole = corridor.name_of(here.part_of, code) if here and here.part_of else ""
        return name if not whole or whole.casefold() in name.casefold() else f"{whole}, {name}"
