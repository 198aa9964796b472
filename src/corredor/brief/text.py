"""The brief as text: at most 100 columns, the finding first, the small print under it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corredor.brief.language import Language
from corredor.brief.model import Brief, CrossingLine, Judgement, Line
from corredor.brief.sections import Section, Table, moment_words, sections, small_print

WIDTH = 100
INDENT = "   "

Style = Literal["", "title", "heading", "strong", "small", "alert"]


@dataclass(frozen=True)
class Styled:
    """One line of text and how a terminal shows it: ``alert`` is for status only."""

    text: str
    style: Style = ""


def styled_lines(brief: Brief) -> Iterator[Styled]:
    """The brief as lines of at most `WIDTH` columns."""
    language = Language(brief.lang)
    yield Styled(brief.title, "title")
    yield Styled(moment_words(language, brief), "small")
    yield Styled("")
    for headline in brief.headlines:
        for text in textwrap.wrap(headline, WIDTH):
            yield Styled(text, "strong")
    for section in sections(language, brief):
        yield Styled("")
        yield Styled(section.heading.upper(), "heading")
        yield from _section(language, brief, section)


def plain_text(brief: Brief) -> str:
    """The brief as plain text."""
    return "\n".join(line.text.rstrip() for line in styled_lines(brief)) + "\n"


def _section(language: Language, brief: Brief, section: Section) -> Iterator[Styled]:
    widths = _widths(section)
    for line in section.lines:
        style: Style = "alert" if _alert(line) else ""
        if section.prose:
            yield from _prose(language, brief, line)
            continue
        if widths:
            yield Styled(_aligned(line, widths), style)
        else:
            yield from _flowing(line, style)
        small = small_print(language, brief, line)
        if small != section.shared:
            yield from _wrapped(small)
    if section.table is not None:
        yield from _table(section.table)
    for text in (section.shared, section.foot):
        yield from _wrapped(text)


def _wrapped(text: str) -> Iterator[Styled]:
    for row in textwrap.wrap(text, WIDTH - len(INDENT)):
        yield Styled(INDENT + row, "small")


def _pieces(line: Line) -> tuple[str, str, str, str]:
    words = line.words
    return words.subject, words.value, words.compared, words.call


def _widths(section: Section) -> tuple[int, ...]:
    """Widths of the four columns where every line of the section fits into one row; none else."""
    rows = [_pieces(line) for line in section.lines]
    widths = tuple(max((len(row[column]) for row in rows), default=0) for column in range(4))
    return widths if sum(widths) + 2 * sum(width > 0 for width in widths[1:]) <= WIDTH else ()


def _aligned(line: Line, widths: tuple[int, ...]) -> str:
    subject, value, compared, call = _pieces(line)
    cells = [subject.ljust(widths[0]), value.rjust(widths[1]), compared.ljust(widths[2]), call]
    return "  ".join(cell for cell, width in zip(cells, widths, strict=True) if width).rstrip()


def _flowing(line: Line, style: Style) -> Iterator[Styled]:
    row = ""
    for piece in (piece for piece in _pieces(line) if piece):
        joined = f"{row}{INDENT}{piece}" if row else piece
        if row and len(joined) > WIDTH:
            yield from (Styled(text, style) for text in _rows(row))
            joined = INDENT + piece
        row = joined
    yield from (Styled(text, style) for text in _rows(row))


def _rows(row: str) -> list[str]:
    """A row as it is where it fits, else wrapped, what follows the first row being indented."""
    if len(row) <= WIDTH:
        return [row]
    indent = row[: len(row) - len(row.lstrip())]
    return textwrap.wrap(row.strip(), WIDTH, initial_indent=indent, subsequent_indent=INDENT)


def _prose(language: Language, brief: Brief, line: Line) -> Iterator[Styled]:
    subject, value, compared, call = _pieces(line)
    yield from (Styled(text, "strong") for text in textwrap.wrap(subject, WIDTH))
    for text in textwrap.wrap(value, WIDTH - len(INDENT)):
        yield Styled(INDENT + text)
    small = [compared, call, small_print(language, brief, line)]
    yield from _wrapped(" · ".join(piece for piece in small if piece))


def _alert(line: Line) -> bool:
    if isinstance(line, CrossingLine):
        return line.status in {"closed", "limited"}
    verdict = getattr(line, "verdict", None)
    return isinstance(verdict, Judgement) and verdict.call in {"unusual single period", "sustained change"}


def _table(table: Table) -> Iterator[Styled]:
    first = max(len(row[0]) for row in [table.header, *table.rows]) + 2
    width = (WIDTH - first) // max(1, len(table.header) - 1)
    heads = [textwrap.wrap(text, width - 3) for text in table.header[1:]]
    for depth in range(max(len(head) for head in heads)):
        cells = [head[depth] if depth < len(head) else "" for head in heads]
        name = table.header[0] if depth == 0 else ""
        yield Styled(name.ljust(first) + "".join(cell.rjust(width) for cell in cells), "small")
    for row in table.rows:
        yield Styled(row[0].ljust(first) + "".join(cell.rjust(width) for cell in row[1:]))
