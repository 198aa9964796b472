"""Who did what and when: rows that are hashed one by one and sealed in batches by a hash chain.

Appending only inserts a row; sealing chains what was appended since the last seal. The heads of the chain can
be published or sent to another party: whoever rewrites the record afterwards, triggers dropped and hashes
made anew, can no longer reach the published heads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from corredor.moment import require_aware, to_micros
from corredor.record.engine import Database
from corredor.record.rows import content_hash
from corredor.record.schema import audit, audit_seal
from corredor.record.verify import load_findings, pack_findings, tombstone_findings

_FIRST = "0" * 64


@dataclass(frozen=True)
class Head:
    """The head of the chain after one seal.

    Attributes:
        seal: number of the seal, from 1.
        rows: how many audit rows this seal added.
        sealed_at: when, UTC.
        head: SHA-256 over the previous head and the rows, in hexadecimal.
    """

    seal: int
    rows: int
    sealed_at: datetime
    head: str


@dataclass(frozen=True)
class Verification:
    """What `Audit.verify` found.

    Attributes:
        findings: one line each for what was changed, is missing or was slipped in; empty where all is whole.
        rows: audit rows read.
        unsealed: of these, the ones that no seal covers yet.
        seals: seals checked.
        loads: loads whose rows were checked against their digest.
    """

    findings: tuple[str, ...]
    rows: int
    unsealed: int
    seals: int
    loads: int

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def insert(
    connection: sa.Connection, *, at: datetime, actor: str, action: str, about: str, detail: Mapping[str, Any]
) -> None:
    """Append one row within the caller's transaction."""
    values: dict[str, Any] = {
        "at": at,
        "actor": actor,
        "action": action,
        "object": about,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False),
    }
    connection.execute(audit.insert(), {**values, "sha256": content_hash(values).hex()})


def _head(previous: str, sealed_at: datetime, rows: Sequence[Mapping[str, Any]]) -> str:
    total = sha256(f"{previous} {to_micros(sealed_at)} {len(rows)}\n".encode())
    for row in rows:
        total.update(f"{row['row_id']} {row['sha256']}\n".encode())
    return total.hexdigest()


class Audit:
    """The audit of one record; `Record.audit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        actor: str,
        action: str,
        about: str,
        detail: Mapping[str, Any] | None = None,
        *,
        at: datetime | None = None,
    ) -> None:
        """Append one row: who (a pseudonymous id) did what to what; ``at`` is now where it is None."""
        moment = datetime.now(UTC) if at is None else require_aware(at)
        with self._database.appending() as connection:
            insert(connection, at=moment, actor=actor, action=action, about=about, detail=detail or {})

    def rows(self) -> list[dict[str, Any]]:
        """Every audit row, oldest first: row_id, at, actor, action, object, detail (a dict), sha256."""
        with self._database.reading() as connection:
            return [{**row, "detail": json.loads(row["detail"])} for row in _audit_rows(connection)]

    def newest(self, action: str) -> dict[str, Any] | None:
        """The newest row of that action, as `rows` gives it; None where there is none."""
        statement = sa.select(audit).where(audit.c.action == action).order_by(audit.c.row_id.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(statement).mappings().first()
        return None if row is None else {**row, "detail": json.loads(row["detail"])}

    def seal(self, *, at: datetime | None = None) -> Head | None:
        """Chain every row appended since the last seal; None where there is none."""
        moment = datetime.now(UTC) if at is None else require_aware(at)
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                # Waits for appends under way: afterwards no row with a smaller number can still appear.
                connection.exec_driver_sql("LOCK TABLE audit IN SHARE MODE")
            last = (
                connection.execute(sa.select(audit_seal).order_by(audit_seal.c.row_id.desc()).limit(1))
                .mappings()
                .first()
            )
            since = last["last_row"] if last else 0
            previous = last["head"] if last else _FIRST
            rows = _audit_rows(connection, after=since)
            if not rows:
                return None
            head = Head(last["row_id"] + 1 if last else 1, len(rows), moment, _head(previous, moment, rows))
            connection.execute(
                audit_seal.insert(),
                {
                    "row_id": head.seal,
                    "first_row": since + 1,
                    "last_row": rows[-1]["row_id"],
                    "rows": head.rows,
                    "sealed_at": moment,
                    "previous": previous,
                    "head": head.head,
                },
            )
            return head

    def heads(self) -> list[Head]:
        """The head after each seal, oldest first: what to publish."""
        with self._database.reading() as connection:
            return [
                Head(row["row_id"], row["rows"], row["sealed_at"], row["head"]) for row in _seals(connection)
            ]

    def verify(self, published_heads: Mapping[int, str] | Sequence[Head] = ()) -> Verification:
        """Check every audit row, the chain, and every load's rows against its digest.

        Args:
            published_heads: heads that left the house, as `heads` gave them or head by seal number.
        """
        published = (
            published_heads
            if isinstance(published_heads, Mapping)
            else {head.seal: head.head for head in published_heads}
        )
        with self._database.reading() as connection:
            rows, seals = _audit_rows(connection), _seals(connection)
            loads, about_loads = load_findings(connection, rows)
            findings = (
                *_row_findings(rows),
                *_chain_findings(rows, seals),
                *_published_findings(seals, published),
                *about_loads,
                *tombstone_findings(connection, rows),
                *pack_findings(connection),
            )
        sealed = seals[-1]["last_row"] if seals else 0
        unsealed = sum(row["row_id"] > sealed for row in rows)
        return Verification(findings, len(rows), unsealed, len(seals), loads)


def _audit_rows(connection: sa.Connection, after: int = 0) -> Sequence[Mapping[str, Any]]:
    statement = sa.select(audit).where(audit.c.row_id > after).order_by(audit.c.row_id)
    return [{**row} for row in connection.execute(statement).mappings()]


def _seals(connection: sa.Connection) -> Sequence[Mapping[str, Any]]:
    statement = sa.select(audit_seal).order_by(audit_seal.c.row_id)
    return [{**row} for row in connection.execute(statement).mappings()]


def _row_findings(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        content = {name: row[name] for name in ("at", "actor", "action", "object", "detail")}
        if content_hash(content).hex() != row["sha256"]:
            yield f"audit row {row['row_id']} was changed"


def _chain_findings(rows: Sequence[Mapping[str, Any]], seals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    previous, since = _FIRST, 0
    for number, seal in enumerate(seals, start=1):
        covered = [row for row in rows if since < row["row_id"] <= seal["last_row"]]
        if seal["row_id"] != number or seal["previous"] != previous or seal["first_row"] != since + 1:
            yield f"seal {seal['row_id']} does not follow the seal before it"
        if len(covered) != seal["rows"]:
            yield f"seal {seal['row_id']} covers {seal['rows']} audit rows, {len(covered)} are there"
        elif _head(seal["previous"], seal["sealed_at"], covered) != seal["head"]:
            yield f"seal {seal['row_id']} does not match its audit rows"
        previous, since = seal["head"], seal["last_row"]


def _published_findings(seals: Sequence[Mapping[str, Any]], published: Mapping[int, str]) -> Iterator[str]:
    heads = {seal["row_id"]: seal["head"] for seal in seals}
    for number, head in sorted(published.items()):
        if number not in heads:
            yield f"seal {number} was published and is missing"
        elif heads[number] != head:
            yield f"seal {number} has another head than the published one"
