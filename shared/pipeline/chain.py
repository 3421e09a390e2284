"""The chain over the log: the digest of an event's row, and the link that joins it to all rows before.

Sealing and the audit both compute with these functions (docs/architecture/log-and-relay.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# The link before the first row.
GENESIS = bytes(32)


def row_digest(row: Mapping[str, Any], data: bytes, sequence: int | None = None) -> bytes:
    """Return the digest of every column of an event but its position. ``data`` is the digest of the event's data.

    ``sequence`` stands for the row's own, when an auditor tries another one.
    """
    columns = [
        str(row["id"]),
        row["topic"],
        str(row["key"]),
        row["sequence"] if sequence is None else sequence,
        row["type"],
        row["actor"],
        _instant(row["occurred_at"]),
        row["traceparent"],
        _instant(row["recorded_at"]),
        data.hex(),
    ]
    return hashlib.sha256(json.dumps(columns, separators=(",", ":")).encode()).digest()


def link_of(previous: bytes, digest: bytes) -> bytes:
    """Return the link of a row: the digest of the previous link, followed by the row's own digest."""
    return hashlib.sha256(previous + digest).digest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
