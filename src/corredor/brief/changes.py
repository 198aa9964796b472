"""What is new or changed between two situations, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from corredor.brief import words
from corredor.brief.desk import Desk
from corredor.brief.flows import figure_text
from corredor.brief.ground import WALKERS, crossing_line, whereabouts
from corredor.brief.language import Language
from corredor.brief.ledger import STATES, commitment_line, statement_line
from corredor.brief.model import ChangeLine, Words
from corredor.corridor.status import merge_statuses
from corredor.record.entries import GroupReport
from corredor.situation import Difference, Situation, difference

Row = Mapping[str, Any]


def change_lines(desk: Desk, earlier: Situation, keys: Sequence[str]) -> tuple[ChangeLine, ...]:
    """What is new or changed on the desk since an earlier situation.

    Args:
        desk: the later situation.
        earlier: the situation that is known already.
        keys: the series whose figures are told.
    """
    found = difference(earlier, desk.situation, keys)
    order = {key: index for index, key in enumerate(keys)}
    return (
        *_figures(desk, found, order),
        *_statuses(desk, found),
        *_groups(desk, found),
        *_ledger(desk, found),
    )


def _figures(desk: Desk, found: Difference, order: Mapping[str, int]) -> Iterator[ChangeLine]:
    # Of many new periods the newest says enough; each revision is told.
    new = found.new_figures.sort("start").with_columns(pl.len().over("series").alias("periods"))
    newest = new.group_by("series", maintain_order=True).last().iter_rows(named=True)
    for row in sorted(newest, key=lambda row: order[row["series"]]):
        yield _figure(desk, row, None)
    revised = found.revised_figures.iter_rows(named=True)
    for row in sorted(revised, key=lambda row: (order[row["series"]], row["start"])):
        yield _figure(desk, row, row["old_value"])


def _figure(desk: Desk, row: Row, before: float | None) -> ChangeLine:
    language, series = desk.language, desk.series[row["series"]]
    period = words.period(language, series.frequency, row["start"], row["end"])
    if before is None:
        others = row["periods"] - 1
        one, many = "and one earlier period", "and {n} earlier periods"
        compared = language.count(one, many, others) if others else ""
    else:
        compared = language("revised, was {number}", number=language.number(before))
    return ChangeLine(
        words=Words(
            subject=f"{desk.title(series.key)} · {period}",
            value=figure_text(language, row),
            compared=compared,
        ),
        citation=desk.cite_figure(row),
        kind="new figure" if before is None else "revised figure",
        about=series.key,
        before=before,
        after=row["value"],
    )


def _statuses(desk: Desk, found: Difference) -> Iterator[ChangeLine]:
    language = desk.language
    events = {event.id: event for event in desk.situation.events()}
    was = {(change.now.place, change.now.event_id): change.was.change for change in found.statuses}
    for merged in merge_statuses([change.now for change in found.statuses], desk.situation.corridor):
        event = events.get(merged.status.event_id)
        if event is None:
            continue
        line = crossing_line(desk, merged, event)
        before = language(words.STATUSES[was[(merged.place, event.id)].value])
        yield ChangeLine(
            words=line.words.model_copy(update={"call": language("was {status}", status=before)}),
            citation=line.citation,
            kind="status",
            about=merged.place,
        )


def _groups(desk: Desk, found: Difference) -> Iterator[ChangeLine]:
    language = desk.language
    for row in sorted(found.groups, key=lambda row: (row.on, row.known_at)):
        if row.track in WALKERS:
            yield ChangeLine(
                words=Words(
                    subject=language.pick(row.name, row.name_es),
                    value=_size(language, row),
                    compared=whereabouts(desk, row),
                ),
                citation=desk.cite(row.source, row.known_at, assumed=row.known_at_assumed),
                kind="group",
                about=row.group,
            )


def _size(language: Language, row: GroupReport) -> str:
    if row.size_low is None and row.size_high is None:
        return language("size not reported")
    return language("{range} people", range=language.between(row.size_low, row.size_high))


def _ledger(desk: Desk, found: Difference) -> Iterator[ChangeLine]:
    language = desk.language
    for statement in sorted(found.statements, key=lambda row: (row.said_on, row.id)):
        line = statement_line(desk, statement)
        yield ChangeLine(words=line.words, citation=line.citation, kind="statement", about=statement.id)
    for commitment in sorted(found.commitments, key=lambda row: (row.made_on, row.id)):
        promise = commitment_line(desk, commitment, [])
        promised = promise.words.model_copy(update={"call": ""})
        yield ChangeLine(words=promised, citation=promise.citation, kind="commitment", about=commitment.id)
    known = {row.id: row for row in desk.situation.commitments()}
    for item in sorted(found.evidence, key=lambda row: (row.dated, row.id)):
        about = known.get(item.commitment)
        action = language.pick(about.action, about.action_es) if about else item.commitment
        yield ChangeLine(
            words=Words(
                subject=action,
                value=language(STATES[item.state]),
                detail=language.pick(item.text, item.text_es).rstrip("."),
            ),
            citation=desk.cite(item.source, item.known_at),
            kind="evidence",
            about=item.commitment,
        )
