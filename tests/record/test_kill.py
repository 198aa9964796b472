"""A load that is killed leaves all of itself or nothing, wherever the blow falls."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from datetime import date
from multiprocessing.connection import Connection

import polars as pl

from corredor.moment import add_months
from corredor.record import FIGURE_FRAME, Batch, Record, open_record
from tests.record.samples import ENTRIES, LOADED, batch, moment, series

TIMES = 20
FIGURES = 12_000  # enough for a pack
SEED = 20231228


def child(url: str, number: int, said: Connection) -> None:
    """Load one batch, saying when the load begins and when it is acknowledged."""
    record = open_record(url)
    batch_of_child = offered(number)
    said.send("loading")
    record.load(batch_of_child)
    said.send("loaded")


def offered(number: int) -> Batch:
    """A batch of its own for each load: `FIGURES` figures and an event of every kind the first time."""
    months = [add_months(date(1974, 1, 1), month) for month in range(600)]
    keys = [f"load-{number}.{each}.month" for each in range(FIGURES // len(months))]
    frame = pl.DataFrame({"series": keys}).join(
        pl.DataFrame({"start": months, "end": [add_months(month, 1) for month in months]}), how="cross"
    )
    frame = frame.with_columns(
        value=pl.int_range(pl.len()).cast(pl.Float64),
        low=pl.lit(None, dtype=pl.Float64),
        high=pl.lit(None, dtype=pl.Float64),
        known_at=pl.lit(LOADED).cast(pl.Datetime("us", "UTC")),
        rounded_to=pl.lit(None, dtype=pl.Float64),
        flags=pl.lit(0, dtype=pl.Int32),
        source=pl.lit("agency.release"),
        line=pl.int_range(pl.len(), dtype=pl.Int64),
    ).select(*FIGURE_FRAME)
    parts = ENTRIES if number == 0 else {}
    return batch(name=f"load {number}", figures=frame, series=[series(key) for key in keys], **parts)


def check(url: str, number: int, *, acknowledged: bool) -> bool:
    """Whether load ``number`` is there; fails where it is there in part, or acknowledged and lost."""
    with open_record(url) as record:
        held = record.panel([f"load-{number}.{each}.month" for each in range(FIGURES // 600)], LOADED).height
        series_held = len(record.series(f"load-{number}.*"))
        audited = sum(row["object"] == f"load {number}" for row in record.audit.rows())
        assert (held, series_held, audited) in [(FIGURES, FIGURES // 600, 1), (0, 0, 0)]
        assert audited or not acknowledged
        return bool(audited)


def test_kill_at_twenty_points(record_url: str, opened: Callable[[str], Record]) -> None:
    opened(record_url).close()
    # Forked from a server that has imported everything and used nothing: a child starts at once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.record.test_kill"])
    chance = random.Random(SEED)
    fell_within = 0
    duration = 0.0
    for number in range(TIMES + 1):
        hears, says = context.Pipe(duplex=False)
        loader = context.Process(target=child, args=(record_url, number, says))
        loader.start()
        says.close()
        assert hears.recv() == "loading"
        began = time.monotonic()
        if number == 0:  # left alone, to measure how long a load takes
            assert hears.recv() == "loaded"
            duration = time.monotonic() - began
            loader.join()
        else:
            # Spread over the whole load and a little beyond.
            loader.join(duration * 1.05 * (number - 1 + chance.random()) / TIMES)
            loader.kill()
            loader.join()
            fell_within += loader.exitcode == -signal.SIGKILL
        acknowledged = hears.poll() and heard(hears) == "loaded"
        check(record_url, number, acknowledged=acknowledged or number == 0)
    assert fell_within >= TIMES // 2
    with open_record(record_url) as record:
        # What was lost can be loaded, and the whole still verifies.
        before = len(record.audit.rows())
        record.load(offered(1))
        assert check(record_url, 1, acknowledged=True)
        assert not record.load(offered(1)).changed
        assert len(record.audit.rows()) <= before + 1
        assert record.audit.verify().intact
        assert len(record.events(moment("2100-01-01"))) == 1


def heard(connection: Connection) -> object:
    """What a child said last; None where it was killed before it said anything more."""
    try:
        return connection.recv()
    except EOFError:
        return None
