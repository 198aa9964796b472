"""Corredor: who is coming along the U.S.–Mexico corridor, where and when, how sure are we, and are we ready?

The few names a user touches; the rest is reached by its room. Everything is imported when it is first
used, so that ``import corredor`` and ``corredor --help`` are quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corredor.brief import Brief, make_brief
    from corredor.corridor import Corridor, read_corridor
    from corredor.corridor.selection import Selection, read_selection
    from corredor.errors import CorredorError
    from corredor.opening import open_situation
    from corredor.record import Batch, Record, open_record
    from corredor.situation import Situation, difference

_HOMES = {
    "Batch": "corredor.record",
    "Brief": "corredor.brief",
    "CorredorError": "corredor.errors",
    "Corridor": "corredor.corridor",
    "Record": "corredor.record",
    "Selection": "corredor.corridor.selection",
    "Situation": "corredor.situation",
    "difference": "corredor.situation",
    "make_brief": "corredor.brief",
    "open_record": "corredor.record",
    "open_situation": "corredor.opening",
    "read_corridor": "corredor.corridor",
    "read_selection": "corredor.corridor.selection",
}

__all__ = [
    "Batch",
    "Brief",
    "CorredorError",
    "Corridor",
    "Record",
    "Selection",
    "Situation",
    "difference",
    "make_brief",
    "open_record",
    "open_situation",
    "read_corridor",
    "read_selection",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'corredor' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
