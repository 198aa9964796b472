"""The record as its users see it: load, read as of a moment, correct, erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from corredor.moment import require_aware
from corredor.record import correct, read
from corredor.record import load as loading
from corredor.record.audit import Audit
from corredor.record.engine import Database
from corredor.record.entries import (
    Batch,
    Commitment,
    Entry,
    Event,
    Evidence,
    GroupReport,
    Series,
    SiteReport,
    Source,
    Statement,
)
from corredor.record.load import LoadReport
from corredor.record.rows import E, from_values
from corredor.record.schema import KIND_OF_TABLE
from corredor.record.stored import Vintages


class Record:
    """What was known, from whom, since when. Made by `open_record`.

    Every reading takes ``as_of``, an aware datetime: nothing that became known later is returned. With
    ``recorded_by`` the record is read as it stood itself at that moment, later loads and corrections left
    out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vintages = Vintages()

    @property
    def name(self) -> str:
        """The file, or the address without its password."""
        return self._database.name

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def load(
        self,
        batch: Batch,
        *,
        skip_bad: bool = False,
        actor: str = "local",
        recorded_at: datetime | None = None,
    ) -> LoadReport:
        """Load a batch in one transaction: all of it, or nothing.

        Args:
            batch: what is offered.
            skip_bad: load the good rows even where others are bad; these are in the report.
            actor: who loads, for the audit.
            recorded_at: the moment of recording; the current one where it is None.

        Raises:
            LoadError: the batch has bad rows and ``skip_bad`` is not set; it lists them all.
            RecordError: the database cannot be written to.
        """
        moment = _moment(recorded_at)
        with self._database.writing() as connection:
            return loading.run(connection, batch, skip_bad=skip_bad, actor=actor, recorded_at=moment)

    def panel(
        self, keys: Sequence[str] | None, as_of: datetime, *, recorded_by: datetime | None = None
    ) -> pl.DataFrame:
        """The figure that stands for each series and period as of a moment.

        Args:
            keys: series keys, None for every series; a key that the record lacks gives no rows.
            as_of: the moment, aware.
            recorded_by: read the record as it stood at that moment; None for as it stands.

        Returns:
            the columns of `read.PANEL_FRAME`, one row per series and period, sorted by series and start.
        """
        as_of = require_aware(as_of)
        if keys is not None and 0 < len(keys) <= read.FEW:
            with self._database.glancing() as connection:
                found = read.newest_of_few(connection, keys, as_of, recorded_by)
            if found is not None:
                return found
        with self._database.reading() as connection:
            return read.figures(
                connection, keys, self._vintages, as_of=as_of, recorded_by=recorded_by, standing=True
            )

    def figures(self, key: str, as_of: datetime, *, recorded_by: datetime | None = None) -> pl.DataFrame:
        """`panel` of one series."""
        return self.panel([key], as_of, recorded_by=recorded_by)

    def vintages(
        self,
        keys: str | Sequence[str],
        as_of: datetime | None = None,
        *,
        recorded_by: datetime | None = None,
    ) -> pl.DataFrame:
        """Every release of those series known as of a moment (None: ever), sorted by start and known_at."""
        wanted = [keys] if isinstance(keys, str) else keys
        moment = None if as_of is None else require_aware(as_of)
        with self._database.reading() as connection:
            return read.figures(
                connection, wanted, self._vintages, as_of=moment, recorded_by=recorded_by, standing=False
            )

    def series(self, pattern: str | None = None) -> list[Series]:
        """The series whose key matches a shell pattern (``cbp.encounters.*``), sorted by key."""
        with self._database.reading() as connection:
            versions = read.newest_versions(connection, KIND_OF_TABLE["series"])
        return [
            from_values(Series, versions[key])
            for key in sorted(versions)
            if pattern is None or fnmatchcase(key, pattern)
        ]

    def sources(self) -> dict[str, Source]:
        """Every source by its id."""
        with self._database.reading() as connection:
            versions = read.newest_versions(connection, KIND_OF_TABLE["source"])
        return {key: from_values(Source, row) for key, row in versions.items()}

    def events(self, as_of: datetime, *, recorded_by: datetime | None = None) -> list[Event]:
        """The events known then."""
        return self._entries("event", Event, as_of, recorded_by)

    def events_recorded(self, as_of: datetime, *, recorded_by: datetime | None = None) -> dict[str, datetime]:
        """When each of the events known then was recorded, by id: what breaks a tie in a replay."""
        as_of = require_aware(as_of)
        with self._database.reading() as connection:
            rows = read.entries(connection, KIND_OF_TABLE["event"], as_of, recorded_by)
        return {row["id"]: row["recorded_at"] for row in rows}

    def statements(self, as_of: datetime, *, recorded_by: datetime | None = None) -> list[Statement]:
        """The statements known then."""
        return self._entries("statement", Statement, as_of, recorded_by)

    def commitments(self, as_of: datetime, *, recorded_by: datetime | None = None) -> list[Commitment]:
        """The commitments known then."""
        return self._entries("commitment", Commitment, as_of, recorded_by)

    def evidence(self, as_of: datetime, *, recorded_by: datetime | None = None) -> list[Evidence]:
        """The evidence for and against commitments known then."""
        return self._entries("evidence", Evidence, as_of, recorded_by)

    def groups(self, as_of: datetime, *, recorded_by: datetime | None = None) -> list[GroupReport]:
        """The reports on groups known then."""
        return self._entries("group_report", GroupReport, as_of, recorded_by)

    def sites(self, as_of: datetime, *, recorded_by: datetime | None = None) -> list[SiteReport]:
        """The reports on sites known then."""
        return self._entries("site_report", SiteReport, as_of, recorded_by)

    def retract(
        self,
        table: str,
        target: int | str,
        *,
        reason: str,
        mistake: correct.Mistake = "ours",
        known_at: datetime | None = None,
        actor: str = "local",
        recorded_at: datetime | None = None,
    ) -> None:
        """Take a figure or dated entry out of every later reading; the row stays, with the reason beside it.

        Args:
            table: ``figure``, ``event``, ``statement``, ``commitment``, ``evidence``, ``group_report`` or
                ``site_report``.
            target: the number of the row (``id`` of `vintages`), or the id of an entry.
            reason: why, in a sentence.
            mistake: ``ours`` where we had it wrong: nobody ever knew it, so it is gone at every ``as_of``;
                ``publisher`` where the publisher withdrew it: it is gone from ``known_at`` on.
            known_at: when the publisher's correction became known.
            actor: who corrects, for the audit.
            recorded_at: the moment of recording; the current one where it is None.

        Raises:
            InputError: no such row, or it was corrected already.
        """
        self._correct(
            table,
            target,
            None,
            reason=reason,
            mistake=mistake,
            known_at=known_at,
            actor=actor,
            recorded_at=recorded_at,
        )

    def supersede(
        self,
        table: str,
        target: int | str,
        replacement: Entry | Mapping[str, Any],
        *,
        reason: str,
        mistake: correct.Mistake = "ours",
        known_at: datetime | None = None,
        actor: str = "local",
        recorded_at: datetime | None = None,
    ) -> int:
        """`retract` a row and put another in its place; gives the number of the new row.

        ``replacement`` is an entry with the same id or, for a figure, the columns that change (value, low,
        high, known_at, rounded_to, flags, source). A row that was retracted by mistake comes back by
        superseding it with what it said (for a figure ``{}``): loading it again does not bring it back.

        Raises:
            InputError: no such row, it was corrected already, or the replacement is of another kind or id.
            LoadError: the replacement breaks a rule of the record.
        """
        return self._correct(
            table,
            target,
            replacement,
            reason=reason,
            mistake=mistake,
            known_at=known_at,
            actor=actor,
            recorded_at=recorded_at,
        )

    def _correct(
        self,
        table: str,
        target: int | str,
        replacement: Entry | Mapping[str, Any] | None,
        *,
        recorded_at: datetime | None,
        **why: Any,
    ) -> int:
        with self._database.writing() as connection:
            return correct.correct(
                connection, table, target, replacement, recorded_at=_moment(recorded_at), **why
            )

    def erase(
        self,
        table: str,
        target: int | str,
        *,
        order: str,
        reason: str,
        actor: str,
        recorded_at: datetime | None = None,
    ) -> int:
        """Delete what the law orders deleted, leaving a tombstone with the hash; gives the number of rows.

        An entry's id erases every version of it. What was erased does not come back by loading it again.

        Args:
            table: any table of figures, entries, sources or series.
            target: the number of the row, or the id of an entry.
            order: the legal order: court or authority, date, reference.
            reason: why, without repeating what is erased.
            actor: who erases, for the audit.
            recorded_at: the moment of erasure; the current one where it is None.

        Raises:
            InputError: no such row, or other rows refer to it.
        """
        with self._database.writing() as connection:
            rows = correct.erase(
                connection,
                table,
                target,
                order=order,
                reason=reason,
                actor=actor,
                recorded_at=_moment(recorded_at),
            )
        self._database.forget()
        return len(rows)

    def counts(self) -> dict[str, int]:
        """How many rows each table of entries holds, corrected ones included."""
        with self._database.reading() as connection:
            return read.counts(connection)

    @property
    def audit(self) -> Audit:
        """Who did what and when: append, seal, heads, verify."""
        return Audit(self._database)

    def _entries(self, table: str, cls: type[E], as_of: datetime, recorded_by: datetime | None) -> list[E]:
        as_of = require_aware(as_of)
        with self._database.reading() as connection:
            rows = read.entries(connection, KIND_OF_TABLE[table], as_of, recorded_by)
        return [from_values(cls, row) for row in rows]


def _moment(recorded_at: datetime | None) -> datetime:
    return datetime.now(UTC) if recorded_at is None else require_aware(recorded_at)


def open_record(url: str | Path | None = None, *, wait: float = 30.0) -> Record:
    """Open a record, making and migrating its database where needed.

    Args:
        url: a file path, ``:memory:``, ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``; None for
            ``CORREDOR_DATABASE_URL``, else a file in the user's data directory.
        wait: seconds to wait for another writer.

    Raises:
        RecordError: the database cannot be reached, created, read or migrated.
    """
    return Record(Database(url, wait=wait))
