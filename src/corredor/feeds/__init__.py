"""The feeds room: one module per publisher, its format in, record entries out.

`read_feed` reads a file or an address, `fetch_feed` the live address of a feed; both return a `Batch` for
`Record.load` and raise one `FeedError` where the publisher sent something else.
"""

from __future__ import annotations

from corredor.feeds.document import Document
from corredor.feeds.feed import Feed
from corredor.feeds.fetch import Patience
from corredor.feeds.read import ASSUMED_LAG, Unchanged, fetch_feed, read_feed
from corredor.feeds.registry import FEEDS, find_feed

__all__ = [
    "ASSUMED_LAG",
    "FEEDS",
    "Document",
    "Feed",
    "Patience",
    "Unchanged",
    "fetch_feed",
    "find_feed",
    "read_feed",
]
