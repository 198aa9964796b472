"""What the check of a corridor folder finds: one clear line each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corredor.errors import CorridorError, Rejection


class Severity(StrEnum):
    """Whether a finding keeps the folder from use, or only wants a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or looks so, in a corridor folder.

    Attributes:
        file: path within the folder.
        line: line of the file, the header being line 1; 0 where it is about the whole file.
        field: column, or "".
        value: the text found.
        expected: what would be accepted.
    """

    severity: Severity
    file: str
    line: int
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        what = f"{self.field}: {self.value!r}" if self.field else self.value
        return f"{self.severity}: {where}, {what}, expected {self.expected}"


def error(file: str, line: int, field: str, value: object, expected: str) -> Finding:
    """A finding that keeps the folder from use; None reads as blank."""
    return Finding(Severity.ERROR, file, line, field, "" if value is None else str(value), expected)


def warning(file: str, line: int, field: str, value: object, expected: str) -> Finding:
    """A finding that wants a look; None reads as blank."""
    return Finding(Severity.WARNING, file, line, field, "" if value is None else str(value), expected)


def of_rejection(rejection: Rejection) -> Finding:
    """A bad row as a finding."""
    r = rejection
    return error(r.file, r.line, r.field, r.value, r.expected)


def of_failure(failure: CorridorError, file: str) -> Finding:
    """A file that could not be read as a finding."""
    return error(file, 0, "", failure.message, failure.accepted or "a readable file")
