"""From a folder and a record to a situation: loaded once, kept current, never two corridors in one record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from corredor import CorredorError, difference, make_brief, open_record, open_situation
from corredor.corridor.status import State
from corredor.errors import CorridorError, InputError, LoadError, RecordError
from corredor.opening import LOADED
from tests.corridor.folders import change, make_folder

DAY = date(2023, 12, 28)
KEY = "agency.crossings.month"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "valley")


class TestMoments:
    def test_a_date_is_its_end_in_the_corridors_zone(self, folder: Path) -> None:
        found = open_situation(DAY, corridor=folder, record=":memory:")
        assert found.as_of == datetime(2023, 12, 29, 5, tzinfo=UTC)

    def test_a_moment_is_taken_as_it_is(self, folder: Path) -> None:
        moment = datetime.fromisoformat("2023-12-28T12:00-06:00")
        assert open_situation(moment, corridor=folder, record=":memory:").as_of == moment

    def test_none_is_now(self, folder: Path) -> None:
        before = datetime.now(UTC)
        found = open_situation(corridor=folder, record=":memory:")
        assert before <= found.as_of <= datetime.now(UTC) + timedelta(seconds=1)

    def test_a_naive_moment_is_refused(self, folder: Path) -> None:
        with pytest.raises(InputError, match="has no zone"):
            open_situation(datetime(2023, 12, 28, 12), corridor=folder, record=":memory:")  # noqa: DTZ001


class TestLoading:
    def test_what_the_folder_holds_can_be_read(self, folder: Path) -> None:
        found = open_situation(DAY, corridor=folder, record=":memory:")
        assert found.corridor.name == "valley"
        assert found.figures(KEY)["value"].to_list() == [100, 120]
        assert found.status("poe.river.rail", "rail", "northbound").change is State.CLOSED
        brief = make_brief(found)
        assert (brief.corridor, brief.zone, brief.as_of) == ("valley", "America/New_York", found.as_of)

    def test_once(self, folder: Path, tmp_path: Path) -> None:
        path = tmp_path / "record.sqlite"
        open_situation(DAY, corridor=folder, record=path)
        open_situation(DAY, corridor=folder, record=str(path))
        with open_record(path) as record:
            assert [row["action"] for row in record.audit.rows()].count(LOADED) == 1

    def test_an_open_record_is_used(self, folder: Path) -> None:
        with open_record(":memory:") as record:
            found = open_situation(DAY, corridor=folder, record=record)
            assert found.record is record
            assert record.counts()["figure"] == 3

    def test_where_no_record_is_named(self, folder: Path, own_home: Path) -> None:
        open_situation(DAY, corridor=folder)
        assert (own_home / "data" / "corredor" / "valley.sqlite").is_file()

    def test_or_the_address_in_the_environment(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CORREDOR_DATABASE_URL", f"sqlite:///{tmp_path / 'named.sqlite'}")
        open_situation(DAY, corridor=folder)
        assert (tmp_path / "named.sqlite").is_file()

    def test_the_embedded_corridor_is_the_default(self, embedded_copy: Path) -> None:
        found = open_situation(DAY, record=embedded_copy)
        assert found.corridor.name == "us-mexico"
        assert [row["action"] for row in found.record.audit.rows()].count(LOADED) == 1


class TestAnotherFolder:
    def test_another_corridor_is_refused_and_leaves_no_trace(self, folder: Path, tmp_path: Path) -> None:
        other = make_folder(tmp_path / "hills")
        change(other, "datapackage.json", '"name": "valley"', '"name": "hills"')
        with open_record(":memory:") as record:
            open_situation(DAY, corridor=folder, record=record)
            before = (record.counts(), len(record.audit.rows()))
            with pytest.raises(RecordError, match="holds the corridor 'valley', not 'hills'") as raised:
                open_situation(DAY, corridor=other, record=record)
            assert "CORREDOR_DATABASE_URL" in str(raised.value)
            assert (record.counts(), len(record.audit.rows())) == before

    def test_a_changed_event_is_a_correction(self, folder: Path) -> None:
        with open_record(":memory:") as record:
            open_situation(DAY, corridor=folder, record=record)
            learned = datetime.now(UTC)
            change(folder, "events.csv", "poe.river.rail,rail,all,closed", "poe.river.rail,rail,all,limited")
            found = open_situation(DAY, corridor=folder, record=record)
            assert found.status("poe.river.rail", "rail", "northbound").change is State.LIMITED
            assert [event.id for event in found.events()].count("2023-12-18.rail.closed") == 1
            # What the record said before stays readable.
            then = type(found)(record, found.corridor, found.as_of, recorded_by=learned)
            assert then.status("poe.river.rail", "rail", "northbound").change is State.CLOSED
            assert record.audit.verify().intact

    def test_a_changed_figure_of_the_same_release_is_a_correction(self, folder: Path) -> None:
        with open_record(":memory:") as record:
            open_situation(DAY, corridor=folder, record=record)
            change(folder, "figures/agency.csv", ",120,", ",121,")
            found = open_situation(DAY, corridor=folder, record=record)
            assert found.figures(KEY)["value"].to_list() == [100, 121]

    def test_a_new_row_is_added(self, folder: Path) -> None:
        with open_record(":memory:") as record:
            early = open_situation(DAY, corridor=folder, record=record)
            path = folder / "figures" / "agency.csv"
            row = "agency.crossings.month,2023-12-01,2024-01-01,140,,,2024-01-20,,,agency.release\n"
            path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
            late = open_situation(date(2024, 1, 31), corridor=folder, record=record)
            assert late.figures(KEY)["value"].to_list() == [100, 120, 140]
            assert difference(early, late).new_figures["value"].to_list() == [140]

    def test_back_to_what_it_was_changes_nothing(self, folder: Path) -> None:
        with open_record(":memory:") as record:
            open_situation(DAY, corridor=folder, record=record)
            text = (folder / "places.csv").read_text(encoding="utf-8")
            for content in (text.replace("Lake City", "Lake Town"), text):
                (folder / "places.csv").write_text(content, encoding="utf-8")
                found = open_situation(DAY, corridor=folder, record=record)
            assert found.corridor.places["city.lake"].name == "Lake City"
            assert record.counts()["figure"] == 3


class TestErrors:
    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(CorridorError, match="no such folder"):
            open_situation(DAY, corridor=tmp_path / "none", record=":memory:")

    def test_bad_rows_are_all_told_and_nothing_is_kept(self, folder: Path) -> None:
        change(folder, "figures/agency.csv", ",100,", ",many,")
        change(folder, "statements.csv", ",false,", ",perhaps,")
        with open_record(":memory:") as record:
            with pytest.raises(LoadError) as raised:
                open_situation(DAY, corridor=folder, record=record)
            told = {(bad.file.rpartition("/")[2], bad.value) for bad in raised.value.rejections}
            assert told == {("agency.csv", "many"), ("statements.csv", "perhaps")}
            assert set(record.counts().values()) == {0}
            assert record.audit.newest(LOADED) is None

    def test_all_are_errors_of_one_base(self) -> None:
        for kind in (CorridorError, InputError, LoadError, RecordError):
            assert issubclass(kind, CorredorError)


def test_the_facade_hands_out_what_it_names() -> None:
    import corredor

    for name in corredor.__all__:
        assert getattr(corredor, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'forecasts'"):
        _ = corredor.forecasts
