"""``corredor feed`` and ``fetch``: publishers' files into the record, whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import Corredor, Done
from tests.feeds.helpers import Reply, publisher

HEAD = "Port Name,State,Port Code,Border,Date,Measure,Value\n"
GOOD = (
    HEAD
    + "River,Texas,2303,US-Mexico Border,Aug 2024,Trucks,22315\n"
    + "River,Texas,2303,US-Mexico Border,Sep 2024,Trucks,21000\n"
)
BAD = GOOD + "River,Texas,2303,US-Mexico Border,Oct 2024,Trucks,n/a\n"
KEY = "bts.trucks.river.month"


@pytest.fixture
def feed(corredor: Corredor, folder: Path, record: Path, tmp_path: Path):
    """``feed(text)``: a BTS file of that text into the record of the small corridor."""

    def load(text: str, *words: str) -> Done:
        path = tmp_path / "bts.csv"
        path.write_text(text, encoding="utf-8")
        return corredor("feed", "bts", path, "--corridor", folder, *words, record=record)

    return load


@pytest.fixture
def kept(corredor: Corredor, folder: Path, record: Path):
    """The values of the trucks that the record holds."""

    def read(*words: str) -> list[str]:
        done = corredor("figures", KEY, "--corridor", folder, "--format", "csv", *words, record=record)
        return [row["value"] for row in csv.DictReader(io.StringIO(done.out))]

    return read


class TestFeed:
    def test_loads_and_says_what(self, feed, kept) -> None:
        done = feed(GOOD)
        assert done.code == 0
        assert "added" in done.out
        assert "2 figures" in done.out
        assert kept() == ["22315", "21000"]

    def test_twice_says_nothing_new(self, feed, kept) -> None:
        feed(GOOD, "--known-at", "2024-11-15")
        done = feed(GOOD, "--known-at", "2024-11-15")
        assert done.code == 0
        assert "nothing new" in done.out
        assert kept("--vintages") == ["22315", "21000"]

    def test_a_bad_row_keeps_all_out(self, feed, kept) -> None:
        done = feed(BAD)
        assert (done.code, done.out) == (1, "")
        assert any("line 4" in row and "'n/a'" in row for row in done.complaints)
        assert done.complaints[-1].startswith("corredor: ")
        assert "nothing was loaded" in done.complaints[-1]
        assert kept() == []

    def test_unless_told_to_skip_it(self, feed, kept) -> None:
        done = feed(BAD, "--skip-bad")
        assert done.code == 0
        assert any("line 4" in row and "'n/a'" in row for row in done.complaints)
        assert "2 figures" in done.out
        assert kept() == ["22315", "21000"]

    def test_known_at_is_kept(self, feed, kept) -> None:
        assert feed(GOOD, "--known-at", "2024-11-15").code == 0
        assert kept("--as-of", "2024-11-14") == []
        assert kept("--as-of", "2024-11-15") == ["22315", "21000"]

    def test_a_later_release_is_another_vintage(self, feed, kept) -> None:
        feed(GOOD, "--known-at", "2024-11-15")
        feed(GOOD.replace("21000", "21005"), "--known-at", "2024-12-15")
        assert kept("--as-of", "2024-11-30") == ["22315", "21000"]
        assert kept("--as-of", "2024-12-31") == ["22315", "21005"]

    @pytest.mark.parametrize("text", ["", "<!doctype html><p>Down", "a,b\n1,2\n", HEAD])
    def test_what_is_no_such_file(self, feed, kept, text: str) -> None:
        done = feed(text)
        assert (done.code, done.out) == (1, "")
        assert done.complaints[-1].startswith("corredor: ")
        assert len(done.complaints) == 1
        assert kept() == []

    def test_a_bad_moment(self, feed) -> None:
        done = feed(GOOD, "--known-at", "soon")
        assert (done.code, done.out) == (1, "")
        assert "'soon'" in done.complaints[-1]


class TestFetch:
    def test_from_a_server_and_keeps_the_answer(
        self, corredor: Corredor, folder: Path, record: Path, tmp_path: Path, kept
    ) -> None:
        keep = tmp_path / "kept"
        with publisher([Reply(body=GOOD.encode(), headers={"etag": '"1"'}), Reply(status=304)]) as server:
            words = ("fetch", "bts", "--corridor", folder, "--keep", keep, "--url", server.url)
            first = corredor(*words, record=record)
            second = corredor(*words, record=record)
        assert first.code == 0, first.err
        assert "2 figures" in first.out
        assert kept() == ["22315", "21000"]
        assert [path.read_bytes() for path in keep.rglob("*.body")] == [GOOD.encode()]
        assert server.asked[1]["if-none-match"] == '"1"'
        assert second.code == 0, second.err
        assert "nothing new" in second.out

    @pytest.mark.parametrize(
        ("reply", "told"),
        [
            (Reply(status=404), "answered 404"),
            (Reply(body=b"<html>moved</html>", headers={"content-type": "text/html"}), "sent text/html"),
            (Reply(body=b"<html>moved</html>"), ""),
        ],
    )
    def test_a_publisher_in_trouble(
        self, corredor: Corredor, folder: Path, record: Path, tmp_path: Path, kept, reply: Reply, told: str
    ) -> None:
        with publisher([reply]) as server:
            words = ("fetch", "bts", "--corridor", folder, "--keep", tmp_path / "kept", "--url", server.url)
            done = corredor(*words, record=record)
        assert (done.code, done.out) == (1, "")
        assert len(done.complaints) == 1
        assert done.complaints[0].startswith("corredor: ")
        assert told in done.complaints[0]
        assert kept() == []
