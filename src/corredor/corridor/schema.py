"""What a table of a corridor folder is declared with: columns, types, limits and what they refer to.

The declarations are in `tables_network` and `tables`. Everything else is made from them: the Frictionless
descriptor (``datapackage.json``), the reading of a folder, its check, and the reference page of the docs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from corredor.record.entries import Flag

MODES = ("foot", "car", "bus", "truck", "rail", "air")
MODE_ALIASES = {"vehicle": ("car", "bus", "truck"), "all": MODES}
DIRECTIONS = ("northbound", "southbound")
PLACE_KINDS = ("origin", "town", "port", "crossing", "sector", "hub", "city", "service", "region")
FACILITIES = (
    "bridge",
    "gate",
    "port",
    "rail",
    "ferry",
    "dam",
    "tunnel",
    "airport",
    "between-ports",
    "pathway",
)
SAID = ("up", "down", "high", "record", "near record")
EVIDENCE_STATES = (
    "announced",
    "started",
    "in force",
    "continued",
    "partly",
    "met",
    "claimed",
    "consistent",
    "disputed",
    "not sustained",
    "not met",
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FLAGS = {
    "provisional": Flag.PROVISIONAL,
    "partial": Flag.PARTIAL,
    "known-at-assumed": Flag.KNOWN_AT_ASSUMED,
    "later-vintage": Flag.LATER_VINTAGE,
}

ID = r"[a-z0-9]+([.-][a-z0-9]+)*"
DAY = r"\d{4}-\d{2}-\d{2}"
INSTANT = rf"{DAY}T\d{{2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?(Z|[+-]\d{{2}}:\d{{2}})"
MOMENT = rf"({DAY}|{INSTANT})"
CLOCK = r"([01]\d|2[0-4]):[0-5]\d"
HOURS = rf"([a-z]{{3}}(-[a-z]{{3}})? )?{CLOCK}-{CLOCK}"


def words_of(words: tuple[str, ...]) -> str:
    """The pattern of one or more of these words, separated by single spaces."""
    either = "|".join(words)
    return rf"({either})( ({either}))*"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: as in the header.
        about: what it holds, in one sentence.
        type: a Frictionless type: string, number, integer, boolean or date.
        required: whether a row without it is bad.
        enum: the only values accepted, if there is a closed list.
        pattern: a regular expression that the whole text must match.
        accepts: ``pattern`` in words.
        minimum: smallest number accepted.
        maximum: largest number accepted.
        unique: whether a value may stand only once in the table.
        refers: table and key that it must be found in, such as ``places.id``, or "".
    """

    name: str
    about: str
    type: str = "string"
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    accepts: str = ""
    minimum: float | None = None
    maximum: float | None = None
    unique: bool = False
    refers: str = ""

    @property
    def expected(self) -> str:
        """What a value must be, in words, for an error message."""
        if self.enum:
            return "one of " + ", ".join(self.enum)
        if self.accepts:
            return self.accepts
        if self.refers:
            table, _, key = self.refers.partition(".")
            return f"one of column {key} in {table}.csv"
        words = {"boolean": "true or false", "date": "a date such as 2023-12-28", "string": "text"}
        text = words.get(self.type, "a whole number" if self.type == "integer" else "a number")
        if self.minimum is not None and self.maximum is not None:
            return f"{text} from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"{text}, at least {self.minimum:g}"
        return text

    def field(self) -> dict[str, Any]:
        """The column as a Frictionless field."""
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if self.unique:
            constraints["unique"] = True
        if self.enum:
            constraints["enum"] = list(self.enum)
        if self.pattern:
            constraints["pattern"] = f"^{self.pattern}$"
        if self.minimum is not None:
            constraints["minimum"] = self.minimum
        if self.maximum is not None:
            constraints["maximum"] = self.maximum
        found: dict[str, Any] = {"name": self.name, "type": self.type, "description": self.about}
        if self.type == "boolean":
            found |= {"trueValues": ["true"], "falseValues": ["false"]}
        if constraints:
            found["constraints"] = constraints
        return found


@dataclass(frozen=True)
class Table:
    """One table of a corridor folder.

    Attributes:
        name: the resource's name; the file is ``<name>.csv``, and ``figures`` is a folder of files.
        about: what a row is.
        columns: in the order in which Corredor writes them; a reader goes by the header.
        key: the column that other tables refer to, or "".
        required: whether a folder without the file is bad.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    key: str = ""
    required: bool = False

    @property
    def path(self) -> str:
        """Where the table stands in the folder."""
        return "figures/*.csv" if self.name == "figures" else f"{self.name}.csv"

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: the table has none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def schema(self) -> dict[str, Any]:
        """The table as a Frictionless Table Schema."""
        found: dict[str, Any] = {"fields": [column.field() for column in self.columns]}
        if self.key:
            found["primaryKey"] = [self.key]
        keys = [
            {
                "fields": [column.name],
                "reference": {
                    "resource": "" if table == self.name else table,
                    "fields": [key],
                },
            }
            for column in self.columns
            if column.refers
            for table, _, key in [column.refers.partition(".")]
        ]
        if keys:
            found["foreignKeys"] = keys
        found["missingValues"] = [""]
        found["fieldsMatch"] = "partial"  # columns go by name, and optional ones may be missing
        return found


def an_id(about: str) -> Column:
    """The ``id`` column of a table."""
    return Column("id", about, required=True, unique=True, pattern=ID, accepts="lower-case words and digits")


def a_moment(name: str, about: str, *, required: bool = True) -> Column:
    """A column of dates or instants with their offset."""
    return Column(
        name,
        about,
        required=required,
        pattern=MOMENT,
        accepts="a date such as 2023-12-22 or an instant with its offset such as 2023-12-22T14:00-05:00",
    )


def a_day(name: str, about: str, *, required: bool = False) -> Column:
    """A column of dates."""
    return Column(name, about, type="date", required=required)


def an_amount(name: str, about: str, *, required: bool = False) -> Column:
    """A column of numbers that cannot be negative."""
    return Column(name, about, type="number", required=required, minimum=0)


def a_text(name: str, about: str, *, required: bool = False) -> Column:
    """A column of free text."""
    return Column(name, about, required=required)


def a_zone(about: str, *, required: bool = False) -> Column:
    """The ``zone`` column of a table."""
    return Column(
        "zone", about, required=required, pattern=r"[A-Za-z_]+(/[A-Za-z_+-]+)*", accepts="an IANA zone name"
    )


def a_place(name: str, about: str, *, required: bool = False) -> Column:
    """A column of ids of places."""
    return Column(name, about, required=required, refers="places.id")


SOURCE = Column("source", "Id of the publication it comes from.", required=True, refers="sources.id")
KNOWN_AT = a_moment(
    "known_at", "When it became public: a date (the end of that day in the corridor's zone) or an instant."
)
ASSUMED = Column("known_at_assumed", "Whether known_at is our assumption.", type="boolean", required=True)
ROUTE = Column(
    "route",
    "Migration routes it lies on, separated by spaces (western, central, gulf).",
    pattern=r"[a-z-]+( [a-z-]+)*",
    accepts="lower-case words separated by spaces",
)
