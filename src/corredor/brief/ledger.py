"""Statements and commitments in the brief."""

from __future__ import annotations

from collections.abc import Sequence

from corredor.brief import words
from corredor.brief.desk import Desk
from corredor.brief.model import CommitmentLine, EvidenceItem, StatementLine, Words
from corredor.record.entries import Commitment, Evidence, Statement

STATEMENT_DAYS = 14
COMMITMENT_DAYS = 60
# What an analyst read in the evidence on a commitment; closed list of the corridor's evidence table.
STATES = {
    "met": "met",
    "partly": "partly met",
    "not met": "not met",
    "started": "started",
    "announced": "announced",
    "continued": "continued",
    "not sustained": "not sustained",
    "in force": "in force",
    "claimed": "claimed",
    "consistent": "consistent with the figures",
    "disputed": "disputed",
}


def statement_lines(desk: Desk) -> tuple[StatementLine, ...]:
    """The checkable claims of the last two weeks, newest first."""
    known = desk.situation.statements()
    recent = [row for row in known if 0 <= (desk.today - row.said_on).days <= STATEMENT_DAYS]
    recent.sort(key=lambda row: (row.said_on, row.id), reverse=True)
    return tuple(statement_line(desk, row) for row in recent)


def statement_line(desk: Desk, row: Statement) -> StatementLine:
    """The line of one statement."""
    language = desk.language
    speaker = language.pick(row.speaker, row.speaker_es)
    if row.named and row.role:
        speaker = f"{speaker}, {language.pick(row.role, row.role_es)}"
    outlet = language.pick(row.outlet, row.outlet_es)
    reported = f" ({outlet})" if outlet and outlet not in speaker else ""
    return StatementLine(
        words=Words(
            subject=f"{language.day(row.said_on)} · {words.upper_first(speaker)}{reported}",
            value=language.pick(row.summary, row.summary_es),
            detail=language.pick(row.conflict, row.conflict_es).rstrip("."),
        ),
        citation=desk.cite(row.source, row.known_at),
        statement=row.id,
        place=row.place,
        said_on=row.said_on,
        quantity_low=row.quantity_low,
        quantity_high=row.quantity_high,
        unit=row.unit,
        named=row.named,
    )


def commitment_lines(desk: Desk) -> tuple[CommitmentLine, ...]:
    """Commitments that were made, fell due or had news in the last two months, or are still due."""
    situation, today = desk.situation, desk.today
    evidence: dict[str, list[Evidence]] = {}
    for item in situation.evidence():
        evidence.setdefault(item.commitment, []).append(item)
    lines: list[CommitmentLine] = []
    for row in sorted(situation.commitments(), key=lambda row: (row.made_on, row.id), reverse=True):
        found = sorted(evidence.get(row.id, []), key=lambda item: (item.dated, item.id))
        dates = [row.made_on, *(item.dated for item in found)]
        if row.due_on is not None:
            dates.append(row.due_on)
        if (today - max(dates)).days <= COMMITMENT_DAYS:
            lines.append(commitment_line(desk, row, found))
    return tuple(lines)


def commitment_line(desk: Desk, row: Commitment, evidence: Sequence[Evidence]) -> CommitmentLine:
    """The line of one commitment with the evidence on it known so far, oldest first."""
    language = desk.language
    items = tuple(
        EvidenceItem(
            state=item.state,
            text=language.pick(item.text, item.text_es),
            dated=item.dated,
            citation=desk.cite(item.source, item.known_at),
        )
        for item in evidence
    )
    overdue = row.due_on is not None and row.due_on < desk.today and not items
    due = language.pick(row.due, row.due_es) or language("no date given")
    if row.due_on is not None:
        due = language("due {day}", day=language.day(row.due_on))
    call = language("no evidence yet")
    if items:
        call = f"{language(STATES[items[-1].state])} ({language.day(items[-1].dated)})"
    elif overdue:
        call = language("overdue, no evidence yet")
    return CommitmentLine(
        words=Words(
            subject=f"{language.day(row.made_on)} · {language.pick(row.party, row.party_es)}",
            value=language.pick(row.action, row.action_es),
            compared=due,
            call=call,
            detail=items[-1].text.rstrip(".") if items else "",
        ),
        citation=desk.cite(row.source, row.known_at),
        commitment=row.id,
        party=language.pick(row.party, row.party_es),
        made_on=row.made_on,
        due_on=row.due_on,
        overdue=overdue,
        evidence=items,
    )
