"""Due times in words that say how near they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.clock import WITA
from shared.words import instant_words


def due_words(at: datetime | None, now: datetime) -> dict[str, Any] | None:
    """Return a due time in words that say how near it is. ``over`` and ``soon`` mark it."""
    if at is None:
        return None
    days = (at.astimezone(WITA).date() - now.astimezone(WITA).date()).days
    if at < now:
        near = f"lewat {-days} hari" if days < 0 else "lewat hari ini"
    else:
        near = {0: "hari ini", 1: "besok"}.get(days, f"{days} hari lagi")
    return {"near": near, "words": instant_words(at), "over": at < now, "soon": at >= now and days <= 1}
