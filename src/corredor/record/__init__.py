"""The record: what was known, from whom, since when. Append-only and bitemporal."""

from __future__ import annotations

from corredor.record.audit import Head, Verification
from corredor.record.entries import FIGURE_FRAME, Batch
from corredor.record.load import LoadReport
from corredor.record.read import PANEL_FRAME
from corredor.record.store import Record, open_record

__all__ = [
    "FIGURE_FRAME",
    "PANEL_FRAME",
    "Batch",
    "Head",
    "LoadReport",
    "Record",
    "Verification",
    "open_record",
]
