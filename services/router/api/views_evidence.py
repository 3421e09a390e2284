"""Doubted evidence as the desk sees it: the photo, and in words what speaks against it."""

from __future__ import annotations

from typing import Any

from services.router.labels import DOUBT_LABELS
from services.router.state import Case
from shared.events.submissions_evidence import Doubt


def as_doubted(case: Case) -> list[dict[str, Any]]:
    """Return the photos of an answer that wait for a second person."""
    return [
        {
            "file": one.file,
            "doubts": [{"words": doubt_words(doubt), "earlier": doubt.earlier} for doubt in one.doubts],
        }
        for one in case.doubted
    ]


def doubt_words(doubt: Doubt) -> str:
    """Return one doubt as a sentence."""
    parts = [DOUBT_LABELS.get(doubt.kind, "Ada yang perlu diperiksa pada foto ini")]
    if doubt.earlier is not None:
        parts.append("dibalik seperti di cermin" if doubt.mirrored else "")
        parts.append(f"{doubt.changed:.0%} bagiannya berbeda" if doubt.changed > 0 else "tanpa perbedaan")
    if doubt.metres is not None:
        parts.append(f"{doubt.metres} meter dari tempat foto pelapor")
    return ", ".join(part for part in parts if part) + "."
