"""Who did what and when: rows that are hashed one by one and sealed in batches by a hash chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from corredor.record.rows import content_hash
from corredor.record.schema import audit


def insert(
    connection: sa.Connection, *, at: datetime, actor: str, action: str, about: str, detail: Mapping[str, Any]
) -> None:
    """Append one row within the caller's transaction."""
    values: dict[str, Any] = {
        "at": at,
        "actor": actor,
        "action": action,
        "object": about,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False),
    }
    connection.execute(audit.insert(), {**values, "sha256": content_hash(values).hex()})
