"""The sample complaints of `examples/`, each with the right decision as its label."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@dataclass(frozen=True, slots=True)
class Label:
    """The right first decision on a sample. ``opd`` is the OPD's code if the province is the right authority."""

    outcome: str
    authority: str | None
    opd: str | None


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of the three doors, and the labels by external id, WhatsApp message id or Tracking ID.

    ``adapter`` holds request bodies, ``whatsapp`` webhook bodies, and ``laporan`` the file that SP4N-LAPOR! exports.
    ``scenes`` are the people whose way is checked step by step, by the name of their scene; they have no label.
    """

    adapter: list[dict[str, Any]]
    whatsapp: list[dict[str, Any]]
    laporan: bytes
    labels: Mapping[str, Label]
    scenes: Mapping[str, dict[str, Any]]
    voice: bytes


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def load(folder: Path = EXAMPLES) -> Samples:
    """Load all samples of ``folder``."""
    labels = {
        str(row["id"]): Label(row["outcome"], row.get("authority"), row.get("opd"))
        for row in _lines(folder / "labels.jsonl")
        if row.get("outcome")
    }
    laporan = (folder / "laporan_ringkas.xlsx").read_bytes()
    scenes = {row["scene"]: row for row in _lines(folder / "scenes.jsonl")}
    return Samples(
        adapter=_lines(folder / "adapter.jsonl"),
        whatsapp=_lines(folder / "whatsapp.jsonl"),
        laporan=laporan,
        labels=labels,
        scenes=scenes,
        voice=(folder / "suara.ogg").read_bytes(),
    )


def messages(webhook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return all messages of citizens in a webhook body."""
    return [
        message
        for entry in webhook["entry"]
        for change in entry["changes"]
        for message in change["value"].get("messages", [])
    ]
