"""The brief's words: English texts, their Spanish ones from the catalogue, numbers and dates.

The catalogue is ``src/corredor/locale/es/LC_MESSAGES/corredor.po``. A text is looked up by its English; one
that the catalogue lacks is an error, not English in a Spanish brief.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from corredor.errors import CorredorError, InputError

LOCALES = {"en": "en_US", "es": "es_MX"}
FOLDER = Path(__file__).parent.parent / "locale"


class UntranslatedError(CorredorError):
    """A text of the brief has no Spanish: the catalogue must be completed."""


@lru_cache(maxsize=4)
def catalogue(code: str) -> Catalog:
    """The catalogue of that language."""
    with (FOLDER / code / "LC_MESSAGES" / "corredor.po").open("rb") as file:
        return read_po(file, locale=code)


@dataclass(frozen=True)
class Language:
    """One language of the brief: ``en`` or ``es``."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in LOCALES:
            raise InputError(f"unknown language {self.code!r}", accepted="one of " + ", ".join(LOCALES))

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, with ``{name}`` replaced by values.

        Raises:
            UntranslatedError: the catalogue has no such text.
        """
        if self.code != "en":
            message = catalogue(self.code).get(text)
            if message is None or not message.string or message.fuzzy:
                raise UntranslatedError(f"no {self.code} text for {text!r}", where="locale")
            text = str(message.string)
        return text.format(**values) if values else text

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The text for one or for many; ``{n}`` is the number.

        Raises:
            UntranslatedError: the catalogue has no such pair.
        """
        text = one if number == 1 else many
        if self.code != "en":
            message = catalogue(self.code).get(one)
            forms = message.string if message is not None else None
            if not isinstance(forms, tuple | list) or not all(forms):
                raise UntranslatedError(f"no {self.code} texts for {one!r}", where="locale")
            text = forms[0 if number == 1 else 1]
        return text.format(n=self.number(number), **values)

    def pick(self, english: str, spanish: str) -> str:
        """The text of the data in this language; English where the data has no Spanish."""
        return spanish if self.code == "es" and spanish else english

    def number(self, value: float) -> str:
        """A count with thousands separated: 191,113."""
        return f"{value:,.0f}"

    def between(self, low: float | None, high: float | None) -> str:
        """A range of counts, or one count: ``150,000–210,000``, ``at least 300``, ``up to 8,000``."""
        if low is None and high is None:
            return self("unknown")
        if low is None:
            return self("up to {number}", number=self.number(high or 0.0))
        if high is None:
            return self("at least {number}", number=self.number(low))
        return self.number(low) if low == high else f"{self.number(low)}–{self.number(high)}"

    def day(self, day: date, *, year: bool = True) -> str:
        """A date: 22 Dec 2023."""
        return format_date(day, "d MMM y" if year else "d MMM", locale=LOCALES[self.code]).replace(".", "")

    def long_day(self, day: date) -> str:
        """A date written out: 28 December 2023."""
        pattern = "d MMMM y" if self.code == "en" else "d 'de' MMMM 'de' y"
        return format_date(day, pattern, locale=LOCALES[self.code])

    def month(self, day: date) -> str:
        """A month: Nov 2023."""
        return format_date(day, "MMM y", locale=LOCALES[self.code]).replace(".", "")

    def city(self, zone_name: str) -> str:
        """The city that a zone is named after: New York, Nueva York."""
        return get_timezone_location(zone_name, locale=LOCALES[self.code], return_city=True)

    def clock(self, moment: datetime, zone: ZoneInfo) -> str:
        """An instant in a zone: 22 Dec 2023, 14:00 EST."""
        local = moment.astimezone(zone)
        text = format_datetime(local, "d MMM y, HH:mm", locale=LOCALES[self.code]).replace(".", "")
        return f"{text} {local.tzname()}"
