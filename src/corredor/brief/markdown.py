"""The brief as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from corredor.brief.language import Language
from corredor.brief.model import Brief, Line
from corredor.brief.sections import Table, moment_words, sections, small_print, source_words


def markdown(brief: Brief) -> str:
    """The brief as Markdown: headings, one list item a line, the small print under it."""
    return "\n".join(_lines(brief)) + "\n"


def _lines(brief: Brief) -> Iterator[str]:
    language = Language(brief.lang)
    yield f"# {escape(brief.title)}"
    yield ""
    yield f"*{escape(moment_words(language, brief))}*"
    yield ""
    for headline in brief.headlines:
        yield f"- {escape(headline)}"
    for section in sections(language, brief):
        yield ""
        yield f"## {escape(section.heading)}"
        yield ""
        for line in section.lines:
            yield from _item(language, brief, line, section.shared)
        if section.table is not None:
            yield from _table(section.table)
        for text in (section.shared, section.foot):
            if text:
                yield ""
                yield escape(text)


def _item(language: Language, brief: Brief, line: Line, shared: str) -> Iterator[str]:
    words = line.words
    rest = [escape(piece) for piece in (words.value, words.compared, words.call) if piece]
    yield f"- **{escape(words.subject)}**" + (": " + "; ".join(rest) if rest else "")
    if small_print(language, brief, line) == shared:
        return
    small = [escape(words.detail)] if words.detail else []
    if line.citation is not None:
        text = escape(source_words(language, brief.zone, line.citation))
        address = quote(line.citation.url, safe=":/?#[]@!$&'*+,;=%~-._")
        small.append(f"[{text}]({address})" if address else text)
    if small:
        yield "  <br>" + " · ".join(small)


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(escape(text) for text in table.header) + " |"
    yield "| --- |" + " ---: |" * (len(table.header) - 1)
    for row in table.rows:
        yield "| " + " | ".join(escape(text) for text in row) + " |"


def escape(text: str) -> str:
    """The text with Markdown's marks made plain."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
