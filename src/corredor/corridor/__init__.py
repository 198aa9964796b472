"""The corridor room: places, legs, modes, crossings and their status; reads and checks corridor folders."""

from __future__ import annotations

from corredor.corridor.batch import corridor_batch
from corredor.corridor.folder import embedded_folder, folder_digest, read_corridor
from corredor.corridor.network import Corridor, Crossing, Leg, Pathway, Place, expand_modes

__all__ = [
    "Corridor",
    "Crossing",
    "Leg",
    "Pathway",
    "Place",
    "corridor_batch",
    "embedded_folder",
    "expand_modes",
    "folder_digest",
    "read_corridor",
]
