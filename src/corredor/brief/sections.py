"""The order of the brief: sections of lines, declared once for text, Markdown and HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from corredor.brief.language import Language
from corredor.brief.model import Brief, ChangeLine, Citation, HistoryRow, Line
from corredor.moment import day_of, zone

MOST_STATEMENTS = 10


@dataclass(frozen=True)
class Table:
    """A table: a header and rows of text, the first column being the row's name."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """One section.

    Attributes:
        id: for links.
        heading: as it is read; a period that all lines share stands in it and not in them.
        lines: what it tells.
        foot: a sentence under them.
        table: a table instead of lines, or None.
        shared: the small print that most lines have in common; they do not repeat it.
        shared_url: the address of the source in it.
        prose: whether the lines are sentences and not counts.
    """

    id: str
    heading: str
    lines: Sequence[Line] = ()
    foot: str = ""
    table: Table | None = None
    shared: str = ""
    shared_url: str = ""
    prose: bool = False


def sections(language: Language, brief: Brief) -> list[Section]:
    """The sections of a brief that have lines, in reading order. A brief since a date tells only changes."""
    if brief.changes is not None:
        heading = language(
            "New or changed since {day}", day=_day(language, brief, brief.since or brief.as_of)
        )
        found = _changes(language, "new", heading, brief.changes)
    else:
        counts = [
            Section("flows", language("Encounters at the border"), brief.flows, _looked_at(language, brief)),
            Section("parts", language("By sector"), brief.parts),
            Section("forecast", language("What comes next"), brief.forecasts, _ranges(language, brief)),
            _history(language, brief),
            Section("weekly", language("Latest week"), brief.weekly),
            Section("upstream", language("Further south"), brief.upstream),
        ]
        found = [
            *(_shared(language, brief, section) for section in counts),
            Section("crossings", language("Crossings closed, limited or just reopened"), brief.crossings),
            Section("groups", language("Groups on the way"), brief.groups),
            Section("reception", language("Receiving cities"), brief.reception),
            _statements(language, brief),
            Section("commitments", language("What was promised"), brief.commitments, prose=True),
            Section("watch", language("What to watch"), brief.watch, prose=True),
        ]
    if brief.later is not None:
        day = _day(language, brief, brief.later.until)
        heading = language("What became known later, up to {day}", day=day)
        found += _changes(language, "later", heading, brief.later.changes)
    return [section for section in found if section.lines or section.foot or section.table]


# What changed, in reading order: which kinds stand together, and whether they are sentences.
CHANGES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("new figures", ("new figure",), False),
    ("revised figures", ("revised figure",), False),
    ("crossings", ("status",), False),
    ("groups", ("group",), False),
    ("said, promised, shown", ("statement", "commitment", "evidence"), True),
)


def _changes(language: Language, prefix: str, heading: str, lines: Sequence[ChangeLine]) -> list[Section]:
    """The changes as one section for each kind of them; one that says so where nothing changed."""
    found: list[Section] = []
    for number, (name, kinds, prose) in enumerate(CHANGES):
        chosen = [line for line in lines if line.kind in kinds]
        if chosen:
            title = f"{heading}: {language(name)}"
            found.append(Section(f"{prefix}-{number}", title, chosen, prose=prose))
    return found or [Section(prefix, heading, foot=language("Nothing is new or changed."))]


def small_print(language: Language, brief: Brief, line: Line) -> str:
    """A line's detail, its source and when it became known."""
    pieces = [line.words.detail, source_words(language, brief.zone, line.citation)]
    return " · ".join(piece for piece in pieces if piece)


def _shared(language: Language, brief: Brief, section: Section) -> Section:
    """The section with what all its lines have in common said once: the period, and the small print."""
    if len(section.lines) < 2:
        return section
    subjects = [line.words.subject.rpartition(" · ") for line in section.lines]
    if len({period for _, _, period in subjects}) == 1 and all(title for title, _, _ in subjects):
        lines = [
            line.model_copy(update={"words": line.words.model_copy(update={"subject": title})})
            for line, (title, _, _) in zip(section.lines, subjects, strict=True)
        ]
        section = replace(section, heading=f"{section.heading} · {subjects[0][2]}", lines=lines)
    small = Counter(small_print(language, brief, line) for line in section.lines)
    shared, times = small.most_common(1)[0]
    if 2 * times <= len(section.lines):
        return section
    same = [line for line in section.lines if small_print(language, brief, line) == shared]
    urls = {line.citation.url for line in same if line.citation is not None}
    return replace(section, shared=shared, shared_url=urls.pop() if len(urls) == 1 else "")


def _statements(language: Language, brief: Brief) -> Section:
    shown = brief.statements[:MOST_STATEMENTS]
    more = len(brief.statements) - len(shown)
    foot = language("and {n} more in the JSON", n=more) if more else ""
    return Section("statements", language("What was said"), shown, foot, prose=True)


def _looked_at(language: Language, brief: Brief) -> str:
    counts = [line.verdict.looked_at for line in brief.flows if line.verdict is not None]
    if not any(counts):
        return ""
    text = "{n} series were judged together. A range is one that 95% of past errors would have stayed within."
    return language(text, n=max(counts))


def _ranges(language: Language, brief: Brief) -> str:
    pseudo = any(line.pseudo_real_time for line in brief.forecasts)
    return language("The history behind these holds figures of later vintages.") if pseudo else ""


def _history(language: Language, brief: Brief) -> Section:
    cells: dict[str, dict[str, HistoryRow]] = {}
    for row in brief.history:
        cells.setdefault(language.month(row.start), {})[row.series] = row
    shown = [line for line in brief.flows if any(line.series in rows for rows in cells.values())]
    heading = language("Month by month, as known then")
    if not cells or not shown:
        return Section("history", heading)
    titles = [line.words.subject.rpartition(" · ")[0] for line in shown]
    months = sorted(cells, key=lambda month: min(row.start for row in cells[month].values()))
    rows = [
        [month, *(_history_cell(language, cells[month].get(line.series)) for line in shown)]
        for month in months
    ]
    foot = language("Parts and total were not always revised together and need not add up.")
    if any(row.later_vintage for row in brief.history):
        foot += " " + language("* final value, release date assumed.")
    return Section("history", heading, foot=foot, table=Table([language("month"), *titles], rows))


def _history_cell(language: Language, row: HistoryRow | None) -> str:
    if row is None:
        return "–"
    number = _count(language, row.value, row.rounded_to) + ("*" if row.later_vintage else "")
    if not row.revised:
        return number
    first = _count(language, row.first_value, row.first_rounded_to)
    return language("{number} (first {first})", number=number, first=first)


def _count(language: Language, value: float, rounded_to: float | None) -> str:
    number = language.number(value)
    return language("about {number}", number=number) if rounded_to else number


def _day(language: Language, brief: Brief, moment: datetime) -> str:
    return language.day(day_of(moment, brief.zone))


def source_words(language: Language, zone_name: str, citation: Citation | None) -> str:
    """Who published it and when it became known: ``CBP, known 22 Dec 2023``."""
    if citation is None:
        return ""
    day = language.day(day_of(citation.known_at, zone_name))
    text = "{publisher}, known {day} (assumed)" if citation.assumed else "{publisher}, known {day}"
    return language(text, publisher=citation.publisher, day=day)


def moment_words(language: Language, brief: Brief) -> str:
    """What the brief is as of, and in which zone."""
    city, local = language.city(brief.zone), brief.as_of.astimezone(zone(brief.zone))
    if local.time() == time.min:
        text = "What was known at the end of {day}, time of {city}"
        return language(text, day=_day(language, brief, brief.as_of), city=city)
    text = "What was known on {when}, time of {city}"
    return language(text, when=language.clock(brief.as_of, zone(brief.zone)), city=city)
