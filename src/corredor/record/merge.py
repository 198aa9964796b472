"""Which of several releases of a figure stands, and which figures of a batch are news.

One law serves loading and reading. The vintages of a period are taken in the order in which they became
known. An exact figure replaces what stood. A rounded one does not replace an exact figure that rounds to
it; where it disagrees with the exact one it stands, and so do the rounded ones after it until the next exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from corredor.record.entries import Flag

PERIOD = ("series_id", "start", "end")
# A confirmation of a provisional or partial figure is news even where the number is the same.
STATUS_FLAGS = int(Flag.PROVISIONAL | Flag.PARTIAL)


def with_standing(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``standing``: for each row, the index of the row that stands once that row is known.

    Args:
        frame: rows with series_id, start, end, value, low, high, rounded_to; sorted by period, then by the
            order in which they became known.
    """
    index = pl.int_range(pl.len(), dtype=pl.UInt32)
    if frame["rounded_to"].null_count() == frame.height:
        return frame.with_columns(standing=index)
    exact = pl.col("rounded_to").is_null()

    def near(column: str) -> pl.Expr:
        """Both absent, or as close as rounding allows."""
        mine, theirs = pl.col(column), pl.col(column).gather(pl.col("_exact"))
        return (
            pl.when(mine.is_null() | theirs.is_null())
            .then(mine.is_null() & theirs.is_null())
            .otherwise((mine - theirs).abs() <= pl.col("rounded_to") / 2)
        )

    return (
        frame.with_columns(_index=index)
        .with_columns(_exact=pl.when(exact).then(pl.col("_index")).forward_fill().over(PERIOD))
        .with_columns(
            _disagrees=~exact & pl.col("_exact").is_not_null() & ~(near("value") & near("low") & near("high"))
        )
        .with_columns(_replaced=pl.col("_disagrees").cast(pl.Int32).cum_sum().over([*PERIOD, "_exact"]) > 0)
        .with_columns(
            standing=pl.when(exact | pl.col("_exact").is_null() | pl.col("_replaced"))
            .then(pl.col("_index"))
            .otherwise(pl.col("_exact"))
        )
        .drop("_index", "_exact", "_disagrees", "_replaced")
    )


def standing_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Of each period, the one row that stands; the frame as `with_standing` wants it."""
    if frame.is_empty():
        return frame
    last = pl.any_horizontal([pl.col(name) != pl.col(name).shift(-1) for name in PERIOD]).fill_null(
        value=True
    )
    if frame["rounded_to"].null_count() == frame.height:
        return frame.filter(last)
    return frame[with_standing(frame).filter(last)["standing"]]


@dataclass(frozen=True)
class Merge:
    """What loading figures comes to.

    Attributes:
        news: the rows to insert, in the order of period and known_at, with the columns of the batch.
        superseded: the record's rows that a row of the batch says we had wrong: ``target`` (row_id) and
            ``news_index`` (row of ``news``).
        unchanged: how many rows of the batch the record already holds or implies.
        kept_out: how many rows of the batch were corrected earlier and stay out.
    """

    news: pl.DataFrame
    superseded: pl.DataFrame
    unchanged: int
    kept_out: int


_CONTENT = ("value", "low", "high", "rounded_to")
_AT = (*PERIOD, "known_at")


def merge(recorded: pl.DataFrame, batch: pl.DataFrame) -> Merge:
    """Compare the figures of a batch with those on record.

    Args:
        recorded: row_id, series_id, start, end, value, low, high, known_at, recorded_at, rounded_to, flags,
            corrected (bool); every row of the series concerned.
        batch: series_id, start, end, value, low, high, known_at, rounded_to, flags and others, sorted as it
            should be read.
    """
    offered = batch.height
    batch = batch.unique([*_AT, *_CONTENT], keep="first", maintain_order=True)
    # A row that is on record already is never news; one that was corrected stays out.
    same = [*_AT, *_CONTENT, "flags"]
    held = (
        recorded.select(*same, "corrected").sort("corrected").unique(same, keep="first", maintain_order=True)
    )
    batch = batch.join(held, on=same, how="left", nulls_equal=True, maintain_order="left")
    kept_out = int(batch["corrected"].sum())
    batch = batch.filter(pl.col("corrected").is_null()).drop("corrected")
    recorded = recorded.filter(~pl.col("corrected"))
    news = _news(recorded, batch)
    superseded = _superseded(recorded, news)
    return Merge(news, superseded, offered - kept_out - news.height, kept_out)


def _news(recorded: pl.DataFrame, batch: pl.DataFrame) -> pl.DataFrame:
    shared = [*_AT, *_CONTENT, "flags"]
    old = recorded.sort("recorded_at", "row_id").select(
        *shared, new=pl.lit(False), order=pl.int_range(pl.len(), dtype=pl.UInt32)
    )
    # Of figures that became known together the exact one comes first, so that a rounded one adds nothing.
    new = (
        batch.with_row_index("order")
        .sort(pl.col("rounded_to").is_not_null(), "order")
        .select(
            *shared, new=pl.lit(True), order=pl.col("order"), place=pl.int_range(pl.len(), dtype=pl.UInt32)
        )
    )
    together = pl.concat([old.with_columns(place="order"), new.select(*old.columns, "place")])
    together = together.sort(*_AT, "new", "place")
    frame = with_standing(together)
    before = pl.col("standing").shift(1)

    def was(column: str) -> pl.Expr:
        return pl.col(column).gather(before)

    same_period = pl.all_horizontal([pl.col(column) == pl.col(column).shift(1) for column in PERIOD])
    same_content = pl.all_horizontal([pl.col(column).eq_missing(was(column)) for column in _CONTENT])
    # A figure on record with the same known_at must agree in every flag: otherwise we had it wrong.
    ours = (was("known_at") == pl.col("known_at")) & ~was("new")
    changed = pl.col("flags").xor(was("flags"))
    same_flags = pl.when(ours).then(changed == 0).otherwise(changed & STATUS_FLAGS == 0)
    implied = pl.col("standing") != pl.int_range(pl.len(), dtype=pl.UInt32)
    unchanged = implied | (same_period & same_content & same_flags).fill_null(value=False)
    wanted = frame.filter(pl.col("new") & ~unchanged)["order"]
    return batch[wanted]


def _superseded(recorded: pl.DataFrame, news: pl.DataFrame) -> pl.DataFrame:
    if recorded.is_empty() or news.is_empty():
        return pl.DataFrame(schema={"target": pl.Int64, "news_index": pl.UInt32})
    pairs = news.with_row_index("news_index").join(
        recorded.select(*_AT, *_CONTENT, target="row_id"), on=list(_AT), how="inner", suffix="_old"
    )
    # An exact and a rounded figure published together are both right as long as they agree.
    one_rounded = pl.col("rounded_to").is_null() != pl.col("rounded_to_old").is_null()
    step = pl.coalesce("rounded_to", "rounded_to_old")
    agree = ((pl.col("value") - pl.col("value_old")).abs() <= step / 2).fill_null(value=False)
    return pairs.filter(~(one_rounded & agree)).select("target", "news_index")
