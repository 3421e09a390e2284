"""The complaints of `examples/` with what is right for each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@dataclass(frozen=True, slots=True)
class Label:
    """What the first decision should be; `opd` is a code where it is the province's."""

    outcome: str
    authority: str | None
    opd: str | None


@dataclass(frozen=True, slots=True)
class Samples:
    """Bodies of the adapters' door, webhook bodies, the export file, and the labels by external id, wamid or Tracking ID."""

    adapter: list[dict[str, Any]]
    whatsapp: list[dict[str, Any]]
    laporan: bytes
    labels: Mapping[str, Label]


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def load(folder: Path = EXAMPLES) -> Samples:
    """All of them."""
    labels = {
        str(row["id"]): Label(row["outcome"], row.get("authority"), row.get("opd"))
        for row in _lines(folder / "labels.jsonl")
        if row.get("outcome")
    }
    laporan = (folder / "laporan_ringkas.xlsx").read_bytes()
    return Samples(_lines(folder / "adapter.jsonl"), _lines(folder / "whatsapp.jsonl"), laporan, labels)


def messages(webhook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every citizen's message of a webhook body."""
    return [
        message for entry in webhook["entry"] for change in entry["changes"] for message in change["value"].get("messages", [])
    ]
