"""The invented complaints of `examples/`, as the benches' texts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "adapter.jsonl"


@cache
def texts() -> list[tuple[str, str | None]]:
    """Text and place of each complaint that came over the adapters' door."""
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines() if line]
    return [(row["text"], row.get("place")) for row in rows]
