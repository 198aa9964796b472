"""Ids: how a publisher's name becomes a word of a place id or series key."""

from __future__ import annotations

import re
import unicodedata


def slug(name: str) -> str:
    """Lower-case ASCII words joined by hyphens: ``slug("Juárez–Lincoln") == "juarez-lincoln"``."""
    dashed = re.sub("[–—]", "-", name).replace("'", "").replace("’", "")
    plain = unicodedata.normalize("NFKD", dashed).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
