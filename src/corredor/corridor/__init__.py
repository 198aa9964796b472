"""The corridor room: places, legs, modes, crossings and their status; reads and checks corridor folders."""

from __future__ import annotations

from corredor.corridor.batch import corridor_batch
from corredor.corridor.check import check_folder
from corredor.corridor.descriptor import write_descriptor
from corredor.corridor.findings import Finding, Severity
from corredor.corridor.folder import embedded_folder, folder_digest, read_corridor
from corredor.corridor.network import Corridor, Crossing, Leg, Pathway, Place, expand_modes
from corredor.corridor.status import (
    MergedStatus,
    Replay,
    State,
    Status,
    merge_statuses,
    status_at,
    statuses,
)

__all__ = [
    "Corridor",
    "Crossing",
    "Finding",
    "Leg",
    "MergedStatus",
    "Pathway",
    "Place",
    "Replay",
    "Severity",
    "State",
    "Status",
    "check_folder",
    "corridor_batch",
    "embedded_folder",
    "expand_modes",
    "folder_digest",
    "merge_statuses",
    "read_corridor",
    "status_at",
    "statuses",
    "write_descriptor",
]
