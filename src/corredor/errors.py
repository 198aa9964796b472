"""Errors for the person who must act: what is wrong, where, and what would be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CorredorError(Exception):
    """Base of every error that Corredor raises at a public door.

    Args:
        message: what is wrong, in one sentence without a final full stop.
        where: file, line, field, address or table it is about.
        accepted: what would have been accepted, or what to do next.
    """

    def __init__(self, message: str, *, where: str | None = None, accepted: str | None = None) -> None:
        self.message = message
        self.where = where
        self.accepted = accepted
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text} ({self.accepted})" if self.accepted else text


class InputError(CorredorError):
    """A value that a user gave (an option, a date, an id) cannot be used."""


class RecordError(CorredorError):
    """The record cannot be opened, read or written."""


class CorridorError(CorredorError):
    """A corridor folder is missing, unreadable or breaks its schema."""


class FeedError(CorredorError):
    """A publisher is down, or sent something that is not in its format."""


@dataclass(frozen=True)
class Rejection:
    """One bad row of a load: where it stands, what it holds and what was expected.

    Attributes:
        file: name of the file or resource.
        line: line in the file, the header being line 1; 0 where the format has no lines.
        field: column or element name.
        value: the text found there.
        expected: what would have been accepted.
    """

    file: str
    line: int
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: {self.value!r}, expected {self.expected}"


class LoadError(CorredorError):
    """A load was refused because of bad rows; nothing of it was kept.

    Attributes:
        rejections: every bad row.
    """

    def __init__(self, message: str, rejections: Sequence[Rejection], *, where: str | None = None) -> None:
        self.rejections = tuple(rejections)
        super().__init__(
            message, where=where, accepted="mend the rows, or pass --skip-bad to load the others"
        )
