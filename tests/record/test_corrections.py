"""Corrections and erasures, and what loading does afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corredor.errors import InputError, LoadError
from corredor.record import Record
from tests.record.samples import (
    EVENT,
    LOADED,
    SOURCE,
    batch,
    figure,
    full_batch,
    moment,
    series,
)

EVER = datetime(2100, 1, 1, tzinfo=UTC)
KEY = "a.total.month"


def values(record: Record, as_of: datetime, recorded_by: datetime | None = None) -> list[float]:
    return record.figures(KEY, as_of, recorded_by=recorded_by)["value"].to_list()


class TestOursAndThePublishers:
    def test_our_mistake_was_never_known(self, record: Record) -> None:
        record.load(full_batch(), recorded_at=LOADED)
        record.retract("figure", 1, reason="read from the wrong column", recorded_at=moment("2024-07-01"))
        assert values(record, moment("2023-12-28")) == []
        assert values(record, EVER) == [242_399.0]
        assert values(record, moment("2023-12-28"), recorded_by=moment("2024-06-15")) == [242_418.0]

    def test_the_publishers_mistake_was_known_until_it_said_so(self, record: Record) -> None:
        record.load(full_batch())
        known = moment("2024-03-01")
        record.retract("figure", 2, reason="withdrawn", mistake="publisher", known_at=known)
        assert values(record, moment("2024-02-28")) == [242_399.0]
        assert values(record, known) == [242_418.0]

    def test_superseding_a_figure(self, record: Record) -> None:
        record.load(full_batch())
        new = record.supersede("figure", 1, {"value": 5.0}, reason="a typing error")
        assert values(record, moment("2023-12-28")) == [5.0]
        assert new in record.vintages(KEY)["id"].to_list()

    def test_superseding_an_event_as_its_publisher_did(self, record: Record) -> None:
        record.load(full_batch())
        later = replace(EVENT, at=moment("2023-11-26"), known_at=moment("2023-12-10"))
        record.supersede(
            "event", EVENT.id, later, reason="corrected", mistake="publisher", known_at=later.known_at
        )
        assert record.events(moment("2023-12-01")) == [EVENT]
        assert record.events(EVER) == [later]

    def test_an_entry_is_retracted_by_its_id(self, record: Record) -> None:
        record.load(full_batch())
        record.retract("event", EVENT.id, reason="another bridge")
        assert record.events(EVER) == []
        with pytest.raises(InputError, match="corrected already"):
            record.retract("event", EVENT.id, reason="again")

    def test_refusals(self, record: Record) -> None:
        record.load(full_batch())
        with pytest.raises(InputError, match="no row 99"):
            record.retract("figure", 99, reason="x")
        with pytest.raises(InputError, match="no corrections to 'source'"):
            record.retract("source", SOURCE.id, reason="x")
        with pytest.raises(InputError, match="needs its reason"):
            record.retract("figure", 1, reason=" ")
        with pytest.raises(InputError, match="moment it became known"):
            record.retract("figure", 1, reason="x", mistake="publisher")
        with pytest.raises(InputError, match="cannot supersede"):
            record.supersede("event", EVENT.id, replace(EVENT, id="other"), reason="x")
        with pytest.raises(InputError, match="cannot change a figure's start"):
            record.supersede("figure", 1, {"start": None}, reason="x")
        with pytest.raises(LoadError, match="count of 0 or more"):
            record.supersede("figure", 1, {"value": -1.0}, reason="x")
        with pytest.raises(InputError, match="a figure has no id"):
            record.retract("figure", "1", reason="x")


class TestAnUpgradedFolder:
    def test_a_changed_event_is_a_correction_of_ours(self, record: Record) -> None:
        record.load(full_batch("corridor 1"))
        mended = replace(EVENT, note="Vehicles only")
        report = record.load(batch(name="corridor 2", events=[mended]))
        assert (report.added["event"], report.corrected["event"]) == (1, 1)
        assert "corrections of ours: 1 event" in report.summary()
        assert record.events(EVER) == [mended]
        assert record.events(moment("2023-12-01")) == [mended]

    def test_a_changed_figure_of_the_same_release_is_one_too(self, record: Record) -> None:
        record.load(full_batch("corridor 1"))
        report = record.load(batch(figure(242_419.0, "2023-12-22"), name="corridor 2"))
        assert report.corrected["figure"] == 1
        assert values(record, moment("2023-12-28")) == [242_419.0]
        assert values(record, EVER) == [242_399.0]

    def test_the_older_folder_does_not_bring_the_mistake_back(self, record: Record) -> None:
        first = full_batch("corridor 1")
        record.load(first)
        record.load(
            batch(figure(242_419.0, "2023-12-22"), name="corridor 2", events=[replace(EVENT, note="n")])
        )
        report = record.load(first)
        assert not report.changed
        assert any("stay out" in notice for notice in report.notices)
        assert any("stays out" in notice for notice in report.notices)
        assert values(record, moment("2023-12-28")) == [242_419.0]

    def test_series_and_sources_are_read_in_their_newest_version(self, record: Record) -> None:
        record.load(full_batch("1"), recorded_at=LOADED)
        renamed = replace(SOURCE, title="Release of December")
        retitled = series(title="All encounters")
        report = record.load(batch(name="2", sources=[renamed], series=[retitled]))
        assert report.added == {"source": 1, "series": 1}
        assert record.sources()[SOURCE.id] == renamed
        assert record.series("a.*") == [retitled]
        assert values(record, EVER) == [242_399.0]

    def test_a_retracted_figure_does_not_come_back_by_loading_again(self, record: Record) -> None:
        record.load(full_batch())
        record.retract("figure", 2, reason="wrong")
        assert not record.load(full_batch()).changed
        assert values(record, EVER) == [242_418.0]

    def test_what_was_retracted_by_mistake_comes_back_by_superseding_it(self, record: Record) -> None:
        record.load(full_batch())
        record.retract("event", EVENT.id, reason="thought wrong", recorded_at=LOADED)
        record.retract("figure", 2, reason="thought wrong")
        notices = record.load(full_batch()).notices
        assert any("corrected on 2024-06-01 (thought wrong)" in notice for notice in notices)
        record.supersede("event", EVENT.id, EVENT, reason="it was right")
        record.supersede("figure", 2, {}, reason="it was right")
        assert record.events(EVER) == [EVENT]
        assert values(record, EVER) == [242_399.0]
        again = record.load(full_batch())
        assert not again.changed
        assert again.notices == ()
        assert record.audit.verify().intact


class TestErasure:
    def erase(self, record: Record, table: str, target: int | str) -> int:
        return record.erase(
            table, target, order="Court of X, 2024-05-01, no. 7", reason="order", actor="admin"
        )

    def test_what_is_erased_is_gone_and_stays_gone(self, record: Record) -> None:
        record.load(full_batch())
        record.panel(None, EVER)
        assert self.erase(record, "figure", 2) == 1
        assert self.erase(record, "event", EVENT.id) == 1
        assert values(record, EVER) == [242_418.0]
        assert record.panel(None, EVER)["value"].to_list() == [242_418.0]
        assert record.events(EVER) == []
        report = record.load(full_batch())
        assert not report.changed
        assert any("erased" in notice for notice in report.notices)

    def test_the_audit_still_holds_and_names_the_order(self, record: Record) -> None:
        record.load(full_batch())
        self.erase(record, "statement", "said")
        record.audit.seal()
        assert record.audit.verify().findings == ()
        (row,) = [row for row in record.audit.rows() if row["action"] == "erase"]
        assert row["detail"]["order"] == "Court of X, 2024-05-01, no. 7"
        assert "10,000" not in str(row)

    def test_the_number_of_an_erased_row_is_not_given_again(self, record: Record) -> None:
        record.load(full_batch())
        self.erase(record, "figure", 2)
        record.load(batch(figure(7.0, "2024-05-01"), name="next"))
        assert record.vintages(KEY)["id"].to_list() == [1, 3]

    def test_every_version_of_an_entry_goes(self, record: Record) -> None:
        record.load(full_batch())
        record.load(batch(name="2", events=[replace(EVENT, note="n")]))
        assert self.erase(record, "event", EVENT.id) == 2
        assert record.audit.verify().intact

    @pytest.mark.parametrize(
        ("table", "target", "user"),
        [("series", KEY, "figure 1"), ("source", SOURCE.id, "figure 1"),
         ("commitment", "promised", "evidence 1"),
         ("source", "paper.story", "event 1")],
    )  # fmt: skip
    def test_what_others_refer_to_stays(self, record: Record, table: str, target: str, user: str) -> None:
        record.load(full_batch())
        with pytest.raises(InputError, match=f"{user} refers to {target}"):
            self.erase(record, table, target)

    def test_a_source_that_nothing_uses_can_go(self, record: Record) -> None:
        record.load(batch())
        assert self.erase(record, "source", "paper.story") == 1
        assert "paper.story" not in record.sources()

    def test_it_needs_an_order(self, record: Record) -> None:
        record.load(full_batch())
        with pytest.raises(InputError, match="needs its legal order"):
            record.erase("figure", 1, order="", reason="x", actor="a")
        with pytest.raises(InputError, match="nothing can be erased from 'audit'"):
            record.erase("audit", 1, order="x", reason="x", actor="a")
