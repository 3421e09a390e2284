"""Texts of the benchmarks: the invented complaints of `examples/`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "adapter.jsonl"


@cache
def texts() -> list[tuple[str, str | None]]:
    """Return text and place of each complaint in the adapters' examples."""
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines() if line]
    return [(row["text"], row.get("place")) for row in rows]
