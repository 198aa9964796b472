"""A declared feed: what a publisher offers, in which form, at which address, and how it is parsed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corredor.feeds.document import Document
from corredor.record.entries import Batch


@dataclass(frozen=True)
class Feed:
    """One publisher's format.

    Attributes:
        name: word of the command line.
        title: what it holds, for a list of feeds.
        publisher: who counts.
        zone: the publisher's IANA zone; a date without time ends there.
        parse: turns a document into a batch; raises `FeedError`.
        formats: what the parser accepts.
        url: the live address, or None where the publisher has no stable one.
        terms: licence, and how to get the file where there is no address.
        page: where a person finds the file.
    """

    name: str
    title: str
    publisher: str
    zone: str
    parse: Callable[[Document], Batch]
    formats: str
    url: str | None
    terms: str
    page: str
