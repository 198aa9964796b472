"""The brief room: one situation in, one brief out, as data, text, Markdown or HTML."""

from __future__ import annotations

from corredor.brief.build import make_brief
from corredor.brief.model import Brief

__all__ = ["Brief", "make_brief"]
