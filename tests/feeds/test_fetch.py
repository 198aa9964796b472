from __future__ import annotations

import gzip
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corredor.errors import FeedError, InputError
from corredor.feeds.fetch import Patience, fetch
from tests.feeds.helpers import NOW, Reply, publisher

BODY = b"Port Name,Value\nRoma,3\n"
QUICK = Patience(attempts=3, first_wait=1.0, longest_wait=10.0, timeout=5.0)


class Waits(list):
    """A sleep that notes the seconds and does not wait."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def ask(url: str, folder: Path, **more):
    return fetch(
        url,
        folder=folder,
        now=NOW,
        patience=more.pop("patience", QUICK),
        sleep=more.pop("sleep", Waits()),
        **more,
    )


class TestKeeping:
    def test_the_raw_answer_is_kept_under_its_hash_with_where_and_when(self, tmp_path):
        with publisher([Reply(body=BODY, headers={"etag": '"a"'})]) as server:
            answer = ask(server.url, tmp_path / "bts")
        assert answer.data == BODY
        assert answer.path.name == f"{answer.sha256}.body"
        told = json.loads(next((tmp_path / "bts").glob(f"{answer.sha256}-*.json")).read_text())
        assert told["url"] == server.url
        assert told["fetched_at"] == NOW.isoformat()
        assert told["headers"]["etag"] == '"a"'
        assert not list((tmp_path / "bts").glob("*.part"))

    def test_older_answers_stay(self, tmp_path):
        with publisher([Reply(body=BODY), Reply(body=BODY + b"Hidalgo,4\n")]) as server:
            first, second = ask(server.url, tmp_path), ask(server.url, tmp_path)
        assert first.data == BODY
        assert second.data != BODY

    def test_gzip_on_the_way_is_undone(self, tmp_path):
        reply = Reply(body=gzip.compress(BODY), headers={"content-encoding": "gzip"})
        with publisher([reply]) as server:
            assert ask(server.url, tmp_path).data == BODY

    def test_a_folder_that_cannot_be_written_is_one_line(self, tmp_path):
        blocked = tmp_path / "file"
        blocked.write_text("")
        with publisher([Reply(body=BODY)]) as server, pytest.raises(FeedError, match="cannot be kept"):
            ask(server.url, blocked)


class TestConditionalRequests:
    def test_unchanged_answers_with_what_was_kept(self, tmp_path):
        headers = {"etag": '"a"', "last-modified": "Fri, 26 Jan 2024 20:00:00 GMT"}
        with publisher([Reply(body=BODY, headers=headers), Reply(304)]) as server:
            ask(server.url, tmp_path)
            again = fetch(server.url, folder=tmp_path, now=NOW + timedelta(days=1), sleep=Waits())
        assert server.asked[1]["if-none-match"] == '"a"'
        assert server.asked[1]["if-modified-since"] == headers["last-modified"]
        assert again.unchanged
        assert again.data == BODY
        assert again.fetched == NOW
        assert again.last_modified == datetime(2024, 1, 26, 20, tzinfo=UTC)

    def test_a_damaged_copy_is_asked_for_anew(self, tmp_path):
        with publisher([Reply(body=BODY, headers={"etag": '"a"'})]) as server:
            ask(server.url, tmp_path).path.write_bytes(b"cut")
            assert ask(server.url, tmp_path).data == BODY
        assert "if-none-match" not in server.asked[1]

    @pytest.mark.parametrize("damage", ["", "{", "[]", '{"path": 1}', "{}"])
    def test_a_damaged_note_is_ignored(self, tmp_path, damage):
        with publisher([Reply(body=BODY, headers={"etag": '"a"'})]) as server:
            ask(server.url, tmp_path)
            next(tmp_path.glob("latest-*.json")).write_text(damage)
            ask(server.url, tmp_path)
        assert "if-none-match" not in server.asked[1]

    def test_a_304_that_nobody_asked_for_is_refused(self, tmp_path):
        with publisher([Reply(304)]) as server, pytest.raises(FeedError, match="304 to a first request"):
            ask(server.url, tmp_path)


class TestPatience:
    def test_a_passing_failure_is_overcome(self, tmp_path):
        waits = Waits()
        said: list[str] = []
        with publisher([Reply(500), Reply(429), Reply(body=BODY)]) as server:
            assert ask(server.url, tmp_path, sleep=waits, say=said.append).data == BODY
        assert waits == [1.0, 2.0]
        assert said[0] == "127.0.0.1 answered 500; attempt 2 of 3 in 1 s"

    def test_a_lasting_one_is_one_line_and_keeps_nothing(self, tmp_path):
        with publisher([Reply(503)]) as server, pytest.raises(FeedError) as error:
            ask(server.url, tmp_path / "kept")
        assert len(server.asked) == 3
        assert "answered 503, 3 times" in str(error.value)
        assert "\n" not in str(error.value)
        assert not (tmp_path / "kept").exists()

    @pytest.mark.parametrize(
        ("after", "waited"),
        [
            ("7", 7.0),
            ("3600", 10.0),
            ("0", 1.0),
            ("Thu, 01 Feb 2024 12:00:05 GMT", 5.0),
            ("Thu, 01 Feb 2024 11:00:00 GMT", 1.0),
            ("soon", 1.0),
        ],
    )
    def test_retry_after_is_honoured_up_to_the_cap(self, tmp_path, after, waited):
        waits = Waits()
        with publisher([Reply(503, headers={"retry-after": after}), Reply(body=BODY)]) as server:
            ask(server.url, tmp_path, sleep=waits)
        assert waits == [waited]

    def test_a_slow_publisher(self, tmp_path):
        hurried = Patience(attempts=2, timeout=0.02)
        with (
            publisher([Reply(body=BODY, delay=0.05)]) as server,
            pytest.raises(FeedError, match="no answer within"),
        ):
            ask(server.url, tmp_path, patience=hurried)

    def test_an_answer_that_takes_too_long_as_a_whole(self, tmp_path):
        with publisher([Reply(body=BODY)]) as server, pytest.raises(FeedError, match="no answer within"):
            ask(server.url, tmp_path, patience=Patience(attempts=1, total=-1.0))

    def test_nobody_there(self, tmp_path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}/table.csv"
        with pytest.raises(FeedError, match="cannot be reached, 3 times"):
            ask(url, tmp_path)

    def test_an_answer_cut_short_is_asked_for_again(self, tmp_path):
        cut = Reply(body=BODY[:5], claimed_length=len(BODY))
        with publisher([cut, Reply(body=BODY)]) as server:
            assert ask(server.url, tmp_path).data == BODY
        with publisher([cut]) as server, pytest.raises(FeedError, match="broke off its answer"):
            ask(server.url, tmp_path)

    def test_broken_compression(self, tmp_path):
        reply = Reply(body=b"not gzip", headers={"content-encoding": "gzip"})
        with publisher([reply]) as server, pytest.raises(FeedError, match="broke off"):
            ask(server.url, tmp_path)


class TestRefusals:
    @pytest.mark.parametrize("status", [400, 403, 404, 410])
    def test_a_refusal_is_not_repeated(self, tmp_path, status):
        with publisher([Reply(status)]) as server, pytest.raises(FeedError, match=f"answered {status}"):
            ask(server.url, tmp_path)
        assert len(server.asked) == 1

    @pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/pdf", "image/png"])
    def test_a_page_is_no_data(self, tmp_path, kind):
        reply = Reply(body=b"<html>", headers={"content-type": kind})
        with publisher([reply]) as server, pytest.raises(FeedError, match=f"sent {kind.split(';')[0]}"):
            ask(server.url, tmp_path)
        assert not list(tmp_path.iterdir())

    def test_too_large(self, tmp_path):
        with publisher([Reply(body=BODY)]) as server, pytest.raises(FeedError, match="sends more than"):
            ask(server.url, tmp_path, patience=Patience(max_bytes=10))

    def test_redirects_end(self, tmp_path):
        reply = Reply(302, headers={"location": "/table.csv"})
        with publisher([reply]) as server, pytest.raises(FeedError, match="more than 5 redirects"):
            ask(server.url, tmp_path)
        assert len(server.asked) == 6

    def test_a_redirect_to_another_scheme(self, tmp_path):
        reply = Reply(302, headers={"location": "ftp://127.0.0.1/table.csv"})
        with publisher([reply]) as server, pytest.raises(FeedError, match="unusable address"):
            ask(server.url, tmp_path)

    @pytest.mark.parametrize("url", ["ftp://example.org/a.csv", "file:///etc/passwd", "http://", "table.csv"])
    def test_only_web_addresses(self, tmp_path, url):
        with pytest.raises(InputError, match="cannot fetch"):
            ask(url, tmp_path)
