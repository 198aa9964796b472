"""What the feed tests share: documents from text, figures as plain values, a publisher on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from corredor.feeds.document import Document
from corredor.record.entries import Batch

RELEASED = datetime(2024, 1, 26, 20, tzinfo=UTC)
NOW = datetime(2024, 2, 1, 12, tzinfo=UTC)


def document(text: str | bytes, *, known_at: datetime | None = RELEASED, name: str = "sample.csv", **more):
    """A document of that text, released at `RELEASED` unless told otherwise."""
    data = text if isinstance(text, bytes) else text.encode()
    return Document(data, name, known_at, **more)


def values(batch: Batch) -> dict[tuple[str, date], float]:
    """Value by series and first day."""
    rows = batch.figures.select("series", "start", "value").iter_rows()
    return {(series, start): value for series, start, value in rows}


def lines_of(batch: Batch) -> list[tuple[int, str]]:
    """Line and field of each rejection."""
    return [(bad.line, bad.field) for bad in batch.rejections]


@dataclass
class Reply:
    """One answer of the publisher."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    claimed_length: int | None = None


@dataclass
class Publisher:
    """A server on loopback that gives its replies in order, the last one for ever."""

    url: str
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def publisher(replies: Sequence[Reply] | Callable[[dict[str, str]], Reply]) -> Iterator[Publisher]:
    """Serve until the block ends."""
    state = Publisher("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append({name.lower(): value for name, value in self.headers.items()})
            number = len(state.asked) - 1
            reply = replies(state.asked[-1]) if callable(replies) else replies[min(number, len(replies) - 1)]
            if reply.delay:
                time.sleep(reply.delay)
            try:
                self.send_response(reply.status)
                for name, value in ({"content-type": "text/csv"} | reply.headers).items():
                    self.send_header(name, value)
                length = len(reply.body) if reply.claimed_length is None else reply.claimed_length
                self.send_header("content-length", str(length))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/table.csv"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
