"""What to watch, and the first sentences of the brief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corredor.brief import words
from corredor.brief.desk import Desk
from corredor.brief.flows import due
from corredor.brief.model import (
    CommitmentLine,
    CrossingLine,
    FlowLine,
    GroupLine,
    ReceptionLine,
    WatchLine,
    Words,
)
from corredor.corridor.status import State
from corredor.moment import zone
from corredor.record.entries import Event

DUE_DAYS = 45
MOST_CITIES = 3


def watch_lines(
    desk: Desk,
    *,
    flows: Sequence[FlowLine],
    crossings: Sequence[CrossingLine],
    groups: Sequence[GroupLine],
    commitments: Sequence[CommitmentLine],
) -> tuple[WatchLine, ...]:
    """The next figures and what would change a verdict, announced changes, open closures, dates due."""
    return (
        *_thresholds(desk, flows),
        *_announced(desk),
        *_waiting(desk, crossings),
        *(_group(desk, line) for line in groups),
        *_due(desk, commitments),
    )


def _thresholds(desk: Desk, flows: Sequence[FlowLine]) -> Iterator[WatchLine]:
    language = desk.language
    for line in flows:
        verdict = line.verdict
        if verdict is None or verdict.changes_below is None or verdict.changes_above is None:
            continue
        span = words.model_range(language, verdict.changes_below, verdict.changes_above)
        yield WatchLine(
            words=Words(
                subject=f"{desk.title(line.series)} · {language.month(line.end)}",
                value=language("a figure outside {range} would be called unusual", range=span),
                compared=due(desk, language.month(line.end), line.next_due) if line.next_due else "",
            ),
            kind="threshold",
            about=line.series,
            on=line.next_due,
        )


def announced(desk: Desk) -> list[Event]:
    """Events that are known and have yet to take effect, soonest first."""
    as_of = desk.situation.as_of
    coming = [event for event in desk.situation.events() if event.at is not None and event.at > as_of]
    return sorted(coming, key=lambda event: (event.at or as_of, event.place))


def _announced(desk: Desk) -> Iterator[WatchLine]:
    language, corridor = desk.language, desk.situation.corridor
    for event in announced(desk):
        if event.at is None:
            continue
        place = corridor.places.get(event.place)
        local = zone(place.zone if place and place.zone else corridor.zone)
        status = language(words.STATUSES[event.change.value])
        value = language(
            "announced: {status} from {when}", status=status, when=language.clock(event.at, local)
        )
        yield WatchLine(
            words=Words(
                subject=desk.place(event.place),
                value=value,
                detail=language.pick(event.note, event.note_es).rstrip("."),
            ),
            citation=desk.cite(event.source, event.known_at, assumed=event.known_at_assumed),
            kind="crossing",
            about=event.place,
            on=event.at.astimezone(local).date(),
        )


def _waiting(desk: Desk, crossings: Sequence[CrossingLine]) -> Iterator[WatchLine]:
    told = {event.place for event in announced(desk)}
    shut = dict.fromkeys(line.place for line in crossings if line.status is not State.OPEN)
    places = [place for place in shut if place not in told]
    if places:
        names = "; ".join(desk.place(place) for place in places)
        yield WatchLine(
            words=Words(subject=desk.language("No reopening announced"), value=names),
            kind="crossing",
            about=" ".join(places),
        )


def _group(desk: Desk, line: GroupLine) -> WatchLine:
    value = desk.language("its next reported position and size")
    return WatchLine(words=Words(subject=line.words.subject, value=value), kind="group", about=line.group)


def _due(desk: Desk, commitments: Sequence[CommitmentLine]) -> Iterator[WatchLine]:
    language = desk.language
    for line in commitments:
        if line.due_on is not None and 0 <= (line.due_on - desk.today).days <= DUE_DAYS and not line.evidence:
            day = language.day(line.due_on)
            yield WatchLine(
                words=Words(
                    subject=language("Due by {day}: {party}", day=day, party=line.party),
                    value=line.words.value,
                ),
                citation=line.citation,
                kind="commitment",
                about=line.commitment,
                on=line.due_on,
            )


def headlines(
    desk: Desk,
    flows: Sequence[FlowLine],
    crossings: Sequence[CrossingLine],
    groups: Sequence[GroupLine],
    reception: Sequence[ReceptionLine],
) -> tuple[str, ...]:
    """The findings first: one sentence each on the count, the crossings, the groups, the cities."""
    language = desk.language
    found = [_sentence(line.words.subject, line.words.value, line.words.call) for line in flows[:1]]
    if not flows:
        found.append(language("No figures are known at this moment."))
    found.append(_crossings(desk, crossings))
    found += [_sentence(line.words.subject, line.words.value, line.words.compared) for line in groups[:1]]
    cities: dict[str, ReceptionLine] = {}
    for line in reception:
        cities.setdefault(line.place, line)
    counts = "; ".join(
        f"{line.words.subject}: {line.words.value}" for line in list(cities.values())[:MOST_CITIES]
    )
    if counts:
        known = any(line.capacity is not None for line in reception)
        found.append(counts + ("." if known else ". " + language("Capacity unknown.")))
    return tuple(found)


def _sentence(subject: str, *rest: str) -> str:
    return f"{subject}: {', '.join(piece for piece in rest if piece)}."


def _crossings(desk: Desk, crossings: Sequence[CrossingLine]) -> str:
    language = desk.language
    shut = {line.place for line in crossings if line.status is State.CLOSED}
    limited = {line.place for line in crossings if line.status is State.LIMITED} - shut
    parts = []
    if shut:
        parts.append(
            language.count(
                "one crossing closed in whole or in part",
                "{n} crossings closed in whole or in part",
                len(shut),
            )
        )
    if limited:
        parts.append(language.count("one limited", "{n} limited", len(limited)))
    if not parts:
        return language("No crossing is reported closed.")
    names = "; ".join(desk.place(place) for place in sorted(shut or limited, key=desk.place))
    return f"{words.upper_first(', '.join(parts))}: {names}."
