from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from corredor.errors import FeedError, InputError
from corredor.feeds import ASSUMED_LAG, FEEDS, Patience, Unchanged, fetch_feed, read_feed
from corredor.moment import zone
from corredor.record.entries import Batch, Flag
from tests.feeds.helpers import NOW, Reply, publisher, values

BTS = (
    "Port Name,State,Port Code,Border,Date,Measure,Value,Latitude,Longitude,Point\n"
    "Roma,Texas,2310,US-Mexico Border,Nov 2023,Trucks,7,26.4,-99.0,POINT (-99 26.4)\n"
)
KEY = "bts.trucks.roma.month"
ONCE = Patience(attempts=1, timeout=5.0)
MODIFIED = {"last-modified": "Fri, 26 Jan 2024 20:00:00 GMT", "etag": '"a"'}


@dataclass(frozen=True)
class Place:
    id: str


class Corridor:
    def by_alias(self, authority: str, name: str) -> Place | None:
        return Place("poe.roma.bridge") if (authority, name) == ("txdot", "Roma Bridge") else None


def known(batch):
    return batch.figures["known_at"].to_list(), Flag(batch.figures["flags"][0])


class TestReadingAFile:
    def write(self, folder, name="table.csv", text=BTS):
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def test_a_moment_given_is_the_release(self, tmp_path):
        moment = datetime(2024, 1, 5, tzinfo=UTC)
        batch = read_feed("bts", self.write(tmp_path), known_at=moment, now=NOW)
        assert values(batch) == {(KEY, date(2023, 11, 1)): 7}
        assert known(batch) == ([moment], Flag(0))

    def test_else_the_date_in_the_files_name_ends_in_the_publishers_zone(self, tmp_path):
        batch = read_feed("bts", self.write(tmp_path, "bts-2024-01-15.csv"), now=NOW)
        assert known(batch) == ([datetime(2024, 1, 16, 5, tzinfo=UTC)], Flag(0))

    @pytest.mark.parametrize(
        "name", ["bts.csv", "2024-01-15--2024-01-16.csv", "2024-13-45.csv", "92024-01-155.csv"]
    )
    def test_else_it_was_known_when_it_was_read_and_says_so(self, tmp_path, name):
        assert known(read_feed("bts", self.write(tmp_path, name), now=NOW)) == ([NOW], Flag.KNOWN_AT_ASSUMED)

    def test_the_usual_lag_on_request_but_never_after_now(self, tmp_path):
        path = self.write(tmp_path)
        flags = Flag.KNOWN_AT_ASSUMED | Flag.LATER_VINTAGE
        assert known(read_feed("bts", path, known_at=ASSUMED_LAG, now=NOW)) == (
            [datetime(2023, 12, 21, 5, tzinfo=UTC)],
            flags,
        )
        early = datetime(2023, 12, 10, tzinfo=UTC)
        assert known(read_feed("bts", path, known_at=ASSUMED_LAG, now=early)) == ([early], flags)

    def test_gzip(self, tmp_path):
        assert (
            len(
                read_feed(
                    "bts", self.write(tmp_path, "t.csv.gz", gzip.compress(BTS.encode())), now=NOW
                ).figures
            )
            == 1
        )

    def test_series_that_the_record_knows_are_left_as_they_are(self, tmp_path):
        batch = read_feed("bts", self.write(tmp_path), now=NOW, known_series={KEY})
        assert not batch.series
        assert len(batch.figures) == 1

    def test_places_come_from_the_corridor(self, tmp_path):
        text = (
            "ID,Year,Month,Region,POE,Crossing,Modes,Northbound Crossing\n"
            "x,2023,11,RGV,Roma,Roma Bridge,Buses,3\n"
        )
        path = self.write(tmp_path, text=text)
        batch = read_feed("txdot", path, corridor=Corridor(), now=NOW)
        assert batch.series[0].place == "poe.roma.bridge"
        with pytest.raises(FeedError, match="nothing to load: 1 rows of 'Roma Bridge' left out"):
            read_feed("txdot", path, now=NOW)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(FeedError, match=r"nowhere\.csv: cannot be read: No such file"):
            read_feed("bts", str(tmp_path / "nowhere.csv"), now=NOW)

    def test_an_error_names_feed_and_file(self, tmp_path):
        with pytest.raises(FeedError, match=r"^bts table\.csv: found a web page"):
            read_feed("bts", self.write(tmp_path, text="<html></html>"), now=NOW)

    def test_an_unknown_feed_and_a_naive_moment(self, tmp_path):
        with pytest.raises(InputError, match=r"no feed is called 'ins' \(one of cbp-encounters"):
            read_feed("ins", "a.csv", now=NOW)
        with pytest.raises(InputError, match="has no zone"):
            read_feed("bts", self.write(tmp_path), now=datetime(2024, 1, 1))  # noqa: DTZ001 - the point of it


class TestReadingAnAddress:
    def test_last_modified_is_the_release(self, tmp_path):
        with publisher([Reply(body=BTS.encode(), headers=MODIFIED)]) as server:
            batch = read_feed("bts", server.url, now=NOW, cache_dir=tmp_path, patience=ONCE)
        assert known(batch) == ([datetime(2024, 1, 26, 20, tzinfo=UTC)], Flag(0))
        assert len(list((tmp_path / "bts").glob("*.body"))) == 1

    @pytest.mark.parametrize("headers", [{}, {"last-modified": "Fri, 26 Jan 2029 20:00:00 GMT"}])
    def test_without_one_that_can_be_true_it_was_known_when_fetched(self, tmp_path, headers):
        with publisher([Reply(body=BTS.encode(), headers=headers)]) as server:
            batch = read_feed("bts", server.url, now=NOW, cache_dir=tmp_path, patience=ONCE)
        assert known(batch) == ([NOW], Flag.KNOWN_AT_ASSUMED)

    @pytest.mark.parametrize(
        ("reply", "told"),
        [
            (Reply(body=b"<html><title>Down</title>"), 'found a web page titled "Down"'),
            (Reply(body=BTS.replace("Measure", "Kind").encode()), "the header has changed"),
            (Reply(body=b""), "the file is empty"),
            (Reply(503), "answered 503, once"),
        ],
    )
    def test_whatever_else_comes_is_one_line(self, tmp_path, reply, told):
        with publisher([reply]) as server, pytest.raises(FeedError) as error:
            read_feed("bts", server.url, now=NOW, cache_dir=tmp_path, patience=ONCE)
        assert told in str(error.value)
        assert "\n" not in str(error.value)


class TestFetchingAFeed:
    def test_new_then_unchanged(self, tmp_path):
        with publisher([Reply(body=BTS.encode(), headers=MODIFIED), Reply(304)]) as server:
            first = fetch_feed("bts", now=NOW, cache_dir=tmp_path, url=server.url, patience=ONCE)
            later = NOW + timedelta(days=3)
            second = fetch_feed("bts", now=later, cache_dir=tmp_path, url=server.url, patience=ONCE)
        assert isinstance(second, Unchanged)
        assert second.since == datetime(2024, 1, 26, 20, tzinfo=UTC)
        assert second.fetched_at == NOW
        assert str(second) == "bts: unchanged since 2024-01-26 20:00 UTC"
        assert isinstance(first, Batch)
        # A load that failed the first time finds the same batch again.
        assert second.batch.figures.equals(first.figures)

    def test_unchanged_without_a_date_of_its_own(self, tmp_path):
        with publisher([Reply(body=BTS.encode(), headers={"etag": "1"}), Reply(304)]) as server:
            fetch_feed("bts", now=NOW, cache_dir=tmp_path, url=server.url, patience=ONCE)
            later = NOW + timedelta(days=3)
            second = fetch_feed("bts", now=later, cache_dir=tmp_path, url=server.url, patience=ONCE)
        assert isinstance(second, Unchanged)
        assert second.since == NOW
        assert known(second.batch) == ([NOW], Flag.KNOWN_AT_ASSUMED)

    def test_a_feed_without_an_address_says_where_the_file_is(self):
        with pytest.raises(FeedError, match="has no live address") as error:
            fetch_feed("cbp-encounters", now=NOW)
        assert "corredor feed cbp-encounters FILE" in str(error.value)
        assert "https://www.cbp.gov/" in str(error.value)

    def test_answers_are_kept_in_the_users_cache_by_default(self, own_home):
        with publisher([Reply(body=BTS.encode())]) as server:
            fetch_feed("bts", now=NOW, url=server.url, patience=ONCE)
        assert list((own_home / "cache" / "corredor" / "feeds" / "bts").glob("*.body"))


class TestRegistry:
    def test_every_feed_is_declared_in_full(self):
        for name, feed in FEEDS.items():
            assert feed.name == name
            assert feed.title
            assert feed.publisher
            assert feed.formats
            assert feed.terms
            assert feed.page.startswith("https://")
            assert feed.url is None or feed.url.startswith("https://")
            zone(feed.zone)
