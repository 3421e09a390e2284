"""Moments as people read them here: Indonesian names, WITA."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.worktime.words import date_words

WITA = ZoneInfo("Asia/Makassar")


def in_words(moment: datetime) -> str:
    """`Senin, 16 Maret 2026 pukul 10.00 WITA`; the moment must carry an offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset has no local date")
    local = moment.astimezone(WITA)
    return f"{date_words(local.date())} pukul {local:%H.%M} WITA"
