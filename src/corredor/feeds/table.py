"""Reading a publisher's CSV: bytes to rows with line numbers, under whichever header variant it wears.

Everything that is not the expected table is one `FeedError`: an HTML error page, an empty file, a
truncated gzip, a workbook, a changed header, a header without rows.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from corredor.errors import FeedError

MAX_BYTES = 512 * 1024 * 1024
"""Largest document read, decompressed; a larger one is refused before it fills the memory."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
"""Month numbers by the first three letters of the English name."""


@dataclass(frozen=True)
class Column:
    """One column of a publisher's table.

    Attributes:
        key: the name that the parser uses.
        spellings: header texts that mean it, compared without case, spaces or punctuation.
        required: whether the table makes no sense without it.
    """

    key: str
    spellings: Sequence[str]
    required: bool = True


@dataclass(frozen=True)
class Row:
    """One line of a table: where it stands and its cells by column key ("" where absent)."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Table:
    """A table that fits its columns: which keys are there, what should be noted, and its rows."""

    columns: frozenset[str]
    notices: Sequence[str]
    rows: Sequence[Row]


def expand(data: bytes, name: str) -> bytes:
    """The bytes, gunzipped where they are gzip, whatever the file is called.

    Raises:
        FeedError: empty, truncated or damaged gzip, or more than `MAX_BYTES`.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(MAX_BYTES + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise FeedError(
                "the gzip data is cut short or damaged",
                where=name,
                accepted="a complete file; download it again",
            ) from error
    if len(data) > MAX_BYTES:
        raise FeedError(f"more than {MAX_BYTES // 2**20} MiB", where=name, accepted="one publisher's file")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FeedError("the file is empty", where=name, accepted="the publisher's table")
    return data


def refuse_pages(data: bytes, name: str, wanted: str) -> None:
    """Refuse what publishers send instead of data: web pages, workbooks, PDF files.

    Raises:
        FeedError: it is one of them; the page's title is quoted.
    """
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        found = re.search(rb"<title[^>]*>(.*?)</title>", data[:65536], re.IGNORECASE | re.DOTALL)
        title = " ".join(found[1].decode("utf-8", "replace").split())[:80] if found else ""
        quoted = f' titled "{title}"' if title else ""
        raise FeedError(f"found a web page{quoted}", where=name, accepted=f"expected {wanted}")
    if head.startswith(b"pk\x03\x04"):
        raise FeedError("found a workbook or zip archive", where=name, accepted=f"expected {wanted}")
    if head.startswith(b"%pdf"):
        raise FeedError("found a PDF", where=name, accepted=f"expected {wanted}")


def decode(data: bytes, name: str) -> tuple[str, Sequence[str]]:
    """Text of the bytes and what to say about its encoding: UTF-8, UTF-16 with a mark, else Windows-1252.

    Raises:
        FeedError: binary data.
    """
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    codec, notices = ("utf-16", ["read as UTF-16"]) if wide else ("utf-8-sig", [])
    try:
        return data.decode(codec), notices
    except UnicodeDecodeError as error:
        if not wide and b"\x00" not in data:
            return data.decode("cp1252", errors="replace"), ["not UTF-8: read as Windows-1252"]
        raise FeedError("not a text file", where=name, accepted="CSV in UTF-8") from error


def read_table(data: bytes, name: str, columns: Sequence[Column]) -> Table:
    """Rows of a CSV (or tab-separated) file whose header has the required columns, in any order.

    A row with more or fewer cells than the header keeps its line number and is handed on with the cells
    that it has; the parser finds the missing ones empty and rejects it there.

    Raises:
        FeedError: see the module; a changed header names what is missing and what was found.
    """
    data = expand(data, name)
    refuse_pages(data, name, "CSV with the columns " + _list([c.spellings[0] for c in columns if c.required]))
    text, notices = decode(data, name)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
        places = _match(header, columns, name)
        rows = list(_rows(reader, places))
    except csv.Error as error:
        raise FeedError(f"line {reader.line_num} is not CSV: {error}", where=name, accepted="CSV") from error
    if not rows:
        raise FeedError(
            "a header without any row", where=name, accepted="the publisher's table with its rows"
        )
    return Table(frozenset(places), notices, rows)


def _rows(reader: Iterator[list[str]], places: Mapping[str, int]) -> Iterator[Row]:
    line = 1
    for cells in reader:
        # Files quote no line breaks inside cells here, but a reader that does keeps the count true.
        line = getattr(reader, "line_num", line + 1)
        if any(cell.strip() for cell in cells):
            yield Row(line, {key: cells[at].strip() for key, at in places.items() if at < len(cells)})


def _match(header: Sequence[str], columns: Sequence[Column], name: str) -> dict[str, int]:
    found = {_plain(text): at for at, text in reversed(list(enumerate(header)))}
    places: dict[str, int] = {}
    missing: list[str] = []
    for column in columns:
        at = next((found[_plain(s)] for s in column.spellings if _plain(s) in found), None)
        if at is not None:
            places[column.key] = at
        elif column.required:
            missing.append(column.spellings[0])
    if missing:
        seen = _list([cell.strip()[:40] for cell in header[:12]]) or "nothing"
        raise FeedError(
            f"the header has changed: no column {_list(missing)} among {seen}",
            where=name,
            accepted="expected " + _list([c.spellings[0] for c in columns if c.required]),
        )
    return places


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _list(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


COUNT = "a whole number, 0 or more"


def read_count(text: str) -> int | None:
    """A count such as ``1234``, ``1,234`` or ``1234.0``; None where it is not one."""
    plain = text.strip()
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.0+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,15}(\.0+)?", plain):
        return None
    return int(plain.split(".")[0])


def read_month(text: str) -> date | None:
    """First day of the month that a publisher's text names; None where it names none.

    Reads ``2024-01``, ``2024-01-01``, ``2024-01-01T00:00:00.000``, ``Jan 2024``, ``January 2024``,
    ``Jan-24``, ``01/01/2024`` and ``01/01/2024 12:00:00 AM`` (month first).
    """
    plain = text.strip()
    iso = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ][\d:.]+)?)?", plain)
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3] or 1), first=True)
    named = re.fullmatch(r"([A-Za-z]{3,9})[ -](\d{4}|\d{2})", plain)
    if named:
        month = MONTHS.get(named[1][:3].lower())
        year = int(named[2]) + (0 if len(named[2]) == 4 else 2000)
        return _day(year, month, 1, first=True) if month else None
    slashed = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: [\d:]+ ?[AP]M)?", plain)
    if slashed:
        return _day(int(slashed[3]), int(slashed[1]), int(slashed[2]), first=True)
    return None


def read_day(text: str) -> date | None:
    """The day that a text names; None where it names none.

    Reads ``2024-01-31`` (a time may follow), ``01/31/2024`` and ``Wed, 01/31/2024`` (month first),
    ``31 January 2024`` and ``January 31, 2024``.
    """
    plain = re.sub(r"^[A-Za-z]{3,9}, ", "", text.strip()) if "/" in text else text.strip()
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", plain)
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    slashed = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", plain)
    if slashed:
        return _day(int(slashed[3]), int(slashed[1]), int(slashed[2]))
    for form in ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - only the date is kept
        except ValueError:
            continue
    return None


def _day(year: int, month: int, day: int, *, first: bool = False) -> date | None:
    try:
        whole = date(year, month, day)
    except ValueError:
        return None
    return whole.replace(day=1) if first else whole
