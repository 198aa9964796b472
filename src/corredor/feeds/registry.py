"""The feeds that Corredor reads, declared once."""

from __future__ import annotations

from collections.abc import Callable

from corredor.errors import InputError
from corredor.feeds import (
    bts,
    cbp_encounters,
    cbp_waits,
    honduras,
    iom,
    mexico,
    ohss,
    panama,
    txdot,
    usbp,
)
from corredor.feeds.document import Document
from corredor.feeds.feed import Feed
from corredor.record.entries import Batch, Source

NO_ADDRESS = "the publisher has no stable address: download the file from its page"


def _declare(
    name: str,
    source: Source,
    zone: str,
    parse: Callable[[Document], Batch],
    formats: str,
    *,
    url: str | None = None,
    terms: str = NO_ADDRESS,
) -> Feed:
    return Feed(name, source.title, source.publisher, zone, parse, formats, url, terms, source.url)


FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        _declare(
            "cbp-encounters",
            cbp_encounters.SOURCE,
            cbp_encounters.ZONE,
            cbp_encounters.parse,
            "CSV, southwest or nationwide, every header since fiscal year 2020",
            terms="U.S. public domain; a new file name each month: download it from the page",
        ),
        _declare(
            "ohss",
            ohss.SOURCE,
            ohss.ZONE,
            ohss.parse,
            "CSV month,sector,encounters from the sector table of the workbook",
            terms="U.S. public domain; a new workbook each month: save its sector table as CSV",
        ),
        _declare(
            "usbp-sectors",
            usbp.SECTOR_SOURCE,
            usbp.ZONE,
            usbp.parse_sectors,
            "CSV with a column per sector, month as a number, fy and cy",
            terms="U.S. public domain; a closed release",
        ),
        _declare(
            "usbp-weekly",
            usbp.WEEK_SOURCE,
            usbp.ZONE,
            usbp.parse_weekly,
            "CSV week_start_monday,usbp_encounters_nationwide,note",
        ),
        _declare(
            "bts",
            bts.SOURCE,
            bts.ZONE,
            bts.parse,
            "CSV of data set keg4-3bc2, gzip or not",
            url="https://data.bts.gov/api/views/keg4-3bc2/rows.csv?accessType=DOWNLOAD",
            terms="U.S. public domain",
        ),
        _declare(
            "txdot", txdot.SOURCE, txdot.ZONE, txdot.parse, "CSV of northbound crossings by month and mode"
        ),
        _declare(
            "cbp-waits",
            cbp_waits.SOURCE,
            cbp_waits.ZONE,
            cbp_waits.parse,
            "JSON object, bare JSON array, or XML",
            url="https://bwt.cbp.gov/api/bwtnew",
            terms="U.S. public domain",
        ),
        _declare(
            "iom",
            iom.SOURCE,
            iom.ZONE,
            iom.parse,
            "CSV as downloaded, or t,type,route,geo,dead,cause,lon,lat",
            terms="IOM's terms: read them before publishing; download the file from the page",
        ),
        _declare("panama", panama.SOURCE, panama.ZONE, panama.parse, "CSV t,nat,n"),
        _declare("honduras", honduras.SOURCE, honduras.ZONE, honduras.parse, "CSV t,n or t,nat,n"),
        _declare(
            "mexico", mexico.SOURCE, mexico.ZONE, mexico.parse, "CSV t,nat,n; t,sex,age,n; or t,nat,type,n"
        ),
    )
}


def find_feed(name: str) -> Feed:
    """The feed of that name.

    Raises:
        InputError: there is none.
    """
    try:
        return FEEDS[name]
    except KeyError:
        raise InputError(f"no feed is called {name!r}", accepted="one of " + ", ".join(FEEDS)) from None
