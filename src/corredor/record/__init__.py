"""The record: what was known, from whom, since when. Append-only and bitemporal."""

from __future__ import annotations

from corredor.record.entries import FIGURE_FRAME, Batch
from corredor.record.load import LoadReport
from corredor.record.store import Record, open_record

__all__ = ["FIGURE_FRAME", "Batch", "LoadReport", "Record", "open_record"]
