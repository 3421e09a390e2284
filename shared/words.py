"""Dates as a citizen or an officer reads them: in Indonesian, in WITA."""

from datetime import date, datetime

from shared.clock import WITA

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def day_words(at: datetime | date) -> str:
    """Return a date in words, such as "Senin, 16 Maret 2026"."""
    day = at.astimezone(WITA).date() if isinstance(at, datetime) else at
    return f"{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_words(at: datetime) -> str:
    """Return an instant in words, such as "Senin, 16 Maret 2026 pukul 10.00 WITA"."""
    return f"{day_words(at)} pukul {at.astimezone(WITA):%H.%M} WITA"
